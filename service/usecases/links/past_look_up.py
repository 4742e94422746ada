"""Repeating the look-up of an old search in the whole gallery as it was then, exactly.

It compares the captures that had been enrolled by the recorded change and not erased or moved by
then, with the arithmetic used for evidence. Either all captures are read from the database
(`EverybodyRead`), or an index compares all and the nearest are read (`past_asking`). Captures
erased since are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.arrays import Float32s, Int64s
from domain.errors import PayloadErasedError
from domain.ids import EncounterRow, PersonRow
from domain.searches.evidence import Band, Evidence, millibits
from indexing.searching.by_codes import CodedFinger
from prints.features.parameters import DEPTH
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.past_search import (
    Advance,
    Beside,
    LookUpWay,
    PastSearch,
    Seen,
    Source,
    Wanted,
    evidence_again,
)
from service.usecases.links.replay_differences import (
    LOOKED_AT,
    Difference,
    Listed,
    ReplayVerdict,
    Strongest,
    Weighed,
    look_up_difference,
    verdict_on,
)
from service.usecases.searches import by_minutiae, in_depth
from service.usecases.searches.recorded import Recorded

_NOTHING = -(2**62)
"""The total for a person whose data is gone."""

_A_PLACE = 1_000
"""The difference in strength between one place and the next, if strengths only express an
order."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """The result of a repeated look-up."""

    verdict: ReplayVerdict
    difference: str
    """The first difference in words, or the data that is gone; empty if the result is exact."""
    captures: int
    """The number of captures compared."""
    erased: int
    """The number of captures in the original search that have been erased since."""
    source: Source = Source.GALLERY
    """Where the strongest people were found."""


def repeat_look_up(past: PastSearch, way: LookUpWay, advance: Advance) -> LookUp:
    """Compare the probe with the whole past gallery, and the recorded candidates with the result.

    The candidates' evidence must have been recomputed before.
    """
    try:
        single, codes = _looked_up_with(past)
    except PayloadErasedError:
        words = "look-up: the minutiae of the probe have been erased"
        return LookUp(ReplayVerdict.NOT_POSSIBLE, words, captures=0, erased=0, source=way.source)
    listed, weighed = _listed(past, single), past.stated("weighed")
    keep = LOOKED_AT * (weighed if single is None else DEPTH.persons)
    captures = frozenset(listed.encounter_rows.tolist())
    seen = way.seen(Wanted(past, single, codes, captures, keep), advance)
    difference = _out_of_place(past.recorded, listed, seen.present)
    if difference is None:
        difference = _difference(past, single, listed, seen, m=weighed)
    verdict, words = verdict_on(difference)
    if seen.erased and verdict is not ReplayVerdict.DIFFERENT:
        verdict = ReplayVerdict.NOT_POSSIBLE
        words = f"look-up: {seen.erased} of the captures searched were erased since"
    return LookUp(verdict, words, seen.captures, seen.erased, way.source)


def _looked_up_with(
    past: PastSearch,
) -> tuple[in_depth.SingleFinger | None, Sequence[CodedFinger]]:
    """Return the finger of a search in depth, if it was one, and the fingers looked up by codes.

    Raises PayloadErasedError if their minutiae are gone.
    """
    tools, fmt = past.fmt.features, past.fmt
    arithmetic = past.recorded.search.basis.arithmetic
    manner = in_depth.in_depth_arithmetics(fmt).get(arithmetic.removesuffix(in_depth.WHITENED))
    has_chosen_marks = fmt.index.codes is not None and arithmetic == by_minutiae.coded_arithmetic(
        fmt
    )
    if tools is None or (manner is None and not has_chosen_marks):
        return None, ()
    with past.units.read() as unit:
        views = by_minutiae.minutiae_of_search(unit, past.recorded.search.search_id)
    if not views:
        raise PayloadErasedError
    if manner is None:
        return None, by_minutiae.coded_fingers(views)
    single = in_depth.in_turns(tools, past.probe, views[0], manner)
    return in_depth.whitened(single) if arithmetic.endswith(
        in_depth.WHITENED
    ) else single, single.codes


def _difference(
    past: PastSearch, single: in_depth.SingleFinger | None, listed: Listed, seen: Seen, *, m: int
) -> Difference | None:
    """Compare the recorded candidates with the m people whose evidence would be weighed today."""
    found = seen.strongest
    if past.is_by_minutiae:
        found, listed, evidence = _by_minutiae(past, single, listed, seen, m=m)
    else:
        evidence = _weighed(past, listed, found, m=m)
    return look_up_difference(listed, found, evidence, kept=past.stated("kept"))


def _listed(past: PastSearch, single: in_depth.SingleFinger | None) -> Listed:
    held, candidates = past.recorded.held, past.recorded.candidates
    row_of = {encounter: row for row, encounter in held.encounter_ids.items()}
    rows = [row_of[c.encounter_id] for c in candidates if c.encounter_id]
    owner = {
        int(encounter): int(person)
        for batch in (held.tenprints, held.marks)
        for encounter, person in zip(batch.encounter_rows, batch.person_rows, strict=True)
    }
    alike = past.alike(single, held, rows)
    return Listed(
        person_rows=np.array([owner[row] for row in rows], dtype=np.int64),
        encounter_rows=np.array(rows, dtype=np.int64),
        similarities=alike,
        strengths=(
            np.array([millibits(c.evidence.total_bits) for c in candidates], dtype=np.int64)
            if past.has_bits
            else _thousandths(alike)
        ),
        is_for_examiners=np.array(
            [
                c.evidence.band is not Band.UNLIKELY or c.candidate_id == past.recorded.linked
                for c in candidates
            ]
        ),
        linked=[c.candidate_id for c in candidates].index(past.recorded.linked),
    )


def _thousandths(alike: Float32s) -> Int64s:
    return np.rint(alike.astype(np.float64) * 1000).astype(np.int64)


def _out_of_place(recorded: Recorded, listed: Listed, searched: set[int]) -> Difference | None:
    """Return a difference if a candidate was not in the gallery, or is now another person."""
    pairs = zip(listed.encounter_rows, listed.person_rows, strict=True)
    for candidate, (encounter, person) in zip(recorded.candidates, pairs, strict=True):
        if int(encounter) not in searched:
            words = f"rank {candidate.rank}: was not in the gallery that was searched"
            return Difference(words, is_rounding=False)
        if recorded.owners.get(int(person)) != candidate.person_id:
            words = f"rank {candidate.rank}: the capture is of another person"
            return Difference(words, is_rounding=False)
    return None


def _weighed(past: PastSearch, listed: Listed, found: Strongest, *, m: int) -> Weighed:
    """Return the evidence on the first m people found: as recorded if possible, else computed."""
    persons, encounters = found.person_rows[:m], found.encounter_rows[:m]
    if not past.has_bits:
        strengths = _thousandths(found.similarities[:m])
        return Weighed(strengths, np.ones(len(strengths), dtype=np.bool_))
    recorded = dict(zip(listed.person_rows.tolist(), listed.strengths, strict=True))
    totals = np.array([recorded.get(p, _NOTHING) for p in persons.tolist()], dtype=np.int64)
    shown = np.zeros(len(persons), dtype=np.bool_)
    others = np.flatnonzero(~np.isin(persons, listed.person_rows))
    again = _evidence(past, persons[others].tolist(), encounters[others].tolist())
    for at in others.tolist():
        evidence = again.get(int(encounters[at]))
        if evidence is not None:
            totals[at] = millibits(evidence.total_bits)
            shown[at] = evidence.band is not Band.UNLIKELY
    return Weighed(totals, shown)


def _by_minutiae(
    past: PastSearch, single: in_depth.SingleFinger | None, listed: Listed, seen: Seen, *, m: int
) -> tuple[Strongest, Listed, Weighed]:
    """Return the people found, the list and the evidence, with the recomputed minutiae order as
    strengths.

    Those that only codes chose are added to the people found, after those on the list.
    """
    most = m if single is None else DEPTH.persons
    with past.units.read() as unit:
        ordered = _ordered(past, unit, single, seen, most)
    found = _with_chosen(seen.strongest, ordered, most)
    place_of = {row: place for place, row in enumerate(found.encounter_rows.tolist())}
    order = np.array([place_of[row] for row in ordered.encounter_rows.tolist()], dtype=np.int64)
    rows = [EncounterRow(row) for row in found.encounter_rows[: len(order)].tolist()]
    return found, *_by_places(listed, rows, order[:m])


def _ordered(
    past: PastSearch, unit: UnitOfWork, single: in_depth.SingleFinger | None, seen: Seen, most: int
) -> by_minutiae.Ordered:
    rows = [EncounterRow(row) for row in seen.strongest.encounter_rows[:most].tolist()]
    by_codes = by_minutiae.chosen_by(seen.by_codes)
    if single is not None:
        return in_depth.order_in_depth(unit, single, rows, by_codes, at=past.change)
    probe = by_minutiae.minutiae_of_search(unit, past.recorded.search.search_id)
    matched = by_minutiae.MatchedProbe(past.fmt, past.search_type, past.probe, probe)
    return matched.order(unit, [*rows, *by_codes.encounter_rows.tolist()], at=past.change)


def _with_chosen(found: Strongest, ordered: by_minutiae.Ordered, most: int) -> Strongest:
    """Return the people found with those that only codes chose, in whichever capture was matched.

    Codes are whole numbers, so it is certain whom they choose: their similarity is NaN.
    """
    most = min(most, len(found))
    on_list = np.flatnonzero(np.isin(found.encounter_rows[:most], ordered.encounter_rows))
    added = ~np.isin(ordered.encounter_rows, found.encounter_rows[on_list])
    persons, rows = ordered.person_rows[added], ordered.encounter_rows[added]
    alike = np.full(len(rows), np.nan, dtype=np.float32)
    rest = most + np.flatnonzero(~np.isin(found.person_rows[most:], ordered.person_rows))
    return Strongest(
        np.concatenate([found.person_rows[on_list], persons, found.person_rows[rest]]),
        np.concatenate([found.encounter_rows[on_list], rows, found.encounter_rows[rest]]),
        np.concatenate([found.similarities[on_list], alike, found.similarities[rest]]),
    )


def _by_places(
    listed: Listed, rows: Sequence[EncounterRow], order: Int64s
) -> tuple[Listed, Weighed]:
    """Return the list and the evidence.

    The places in an order serve as strengths; 0 for the others.
    """
    strengths = np.zeros(len(rows), dtype=np.int64)
    strengths[order] = _A_PLACE * np.arange(len(order), 0, -1)
    of_row = dict(zip(rows, strengths.tolist(), strict=True))
    listed_strengths = [of_row.get(EncounterRow(row), 0) for row in listed.encounter_rows.tolist()]
    return (
        replace(listed, strengths=np.array(listed_strengths, dtype=np.int64)),
        Weighed(strengths, strengths > 0),
    )


def _evidence(
    past: PastSearch, persons: Sequence[int], encounters: Sequence[int]
) -> dict[int, Evidence]:
    """Return the evidence on these captures, by row. Captures erased just now are left out.

    A record is weighed in the version that was live then. A search that states no amendment is
    older than all amendments.
    """
    amended_to = past.recorded.stated.amended_to if past.recorded.stated else None
    with past.units.read() as unit:
        at = past.recorded.search.basis.index_cursor
        held = unit.encounters.templates([EncounterRow(row) for row in encounters], at=at)
        details = unit.records.details_as_of([PersonRow(row) for row in persons], amended_to)
    pairs = [(p, e) for p, e in zip(persons, encounters, strict=True) if e in held.encounter_ids]
    if not pairs:
        return {}
    rows = [encounter for _, encounter in pairs]
    all_details = [details.get(PersonRow(person)) for person, _ in pairs]
    beside = Beside(held, rows, all_details)
    again = evidence_again(past.fmt, past.scorer, past.recorded, past.probe, beside)
    return dict(zip(rows, again, strict=True))
