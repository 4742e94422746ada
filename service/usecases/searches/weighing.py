"""From a probe to candidates in order of evidence.

It only reads, and holds no lock during a search.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

import numpy as np

from domain.arrays import Int64s
from domain.ids import CandidateId, EncounterId, EncounterRow, PersonRow
from domain.prints.captures import PrintProbe, TenprintProbe
from domain.prints.prints import FingerComparisons
from domain.searches.evidence import Evidence
from domain.searches.searches import Basis, Candidate, Probe, SearchType
from indexing.manifests import Kind
from indexing.searching.exhaustive import NO_CAPTURES
from indexing.searching.hits import Hits
from matching.findings import PrintsFirst
from matching.scored import ScoredCandidates
from matching.scorer import Scorer
from prints.minutiae.iso19794_2 import MinutiaeView
from service.live.law_watch import Asker
from service.ports.gallery import Stage
from service.storage.people.gallery_feed import HeldCaptures
from service.storage.people.people import HeldPerson
from service.storage.unit_of_work import UnitOfWork
from service.usecases.policy import CasePolicy
from service.usecases.searches import by_minutiae, in_depth, looking_up
from service.usecases.services import Services

_SHARED_DIGITS = 12
"""The number of hexadecimal digits that the ids of one search's candidates share."""


def proposed(
    new_id: Callable[[], str], found: Iterable[tuple[HeldPerson, EncounterId | None, Evidence]]
) -> tuple[Candidate, ...]:
    """Return candidates made from people, their captures and the evidence, strongest first."""
    # With a shared random beginning, the rows of one search are stored side by side in the
    # database. The order of ids reveals nothing about ranks: the other 80 bits of each id are
    # random.
    shared = new_id()[:_SHARED_DIGITS]
    return tuple(
        Candidate(
            candidate_id=CandidateId(shared + new_id()[_SHARED_DIGITS:]),
            person_id=person.person_id,
            record_id=person.record_id,
            encounter_id=encounter,
            rank=rank,
            evidence=evidence,
            record_version=person.record_version,
        )
        for rank, (person, encounter, evidence) in enumerate(found, 1)
    )


# This is used only for tenprints searched among tenprints. A candidate's details are skipped if no
# details could raise the prints to `possible`, and the flag "details agree, prints differ" cannot
# be set: it needs an equal date of birth, but the capture states another year.


def prints_first(
    scorer: Scorer,
    probe: Probe,
    comparisons: FingerComparisons,
    limit_millibits: int,
    held: HeldCaptures,
    rows: Sequence[int],
) -> PrintsFirst:
    """Weigh only the prints of k candidates, and decide whose details are left unweighed.

    `rows` are the candidates' captures, in order, from those in `held`. Prints below
    `limit_millibits` (see `Scorer.details_from_millibits`) exclude a candidate. A capture whose
    year of birth is unknown may be of a person born on the date that the probe states.
    """
    prints = scorer.prints_alone(probe, comparisons)
    passed_over = prints.bits.joint < limit_millibits / 1_000
    dates = probe.details.dates_of_birth
    years = [date.year for date in dates if date.year and date.month and date.day]
    if years:
        year_of = dict(zip(held.encounter_rows.tolist(), held.years_of_birth, strict=True))
        passed_over &= ~np.isin([year_of[row] for row in rows], [0, *years])
    return PrintsFirst(prints, passed_over)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The result of one search before it is stored."""

    basis: Basis
    probe: Probe
    """The probe as searched with, including its strangers."""
    candidates: tuple[Candidate, ...]
    """In order of total bits or, if the prints have none, of minutiae or similarity."""
    amended_to: int | None = None
    """The position in the log of the newest amendment that the records contain, if any."""
    details_from_millibits: int | None = None
    """If prints were weighed first: the limit below which prints exclude; None if all details are
    weighed."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What is given together with a probe."""

    minutiae: Sequence[MinutiaeView] = ()
    """The minutiae by which candidates are ordered if prints have no bits."""
    single: in_depth.SingleFinger | None = None
    """The probe's finger, if it was looked up in depth."""
    asker: Asker | None = None
    """The source under which the monitoring of the home law counts this search."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The people found and not erased since, with their prints compared; k entries each."""

    persons: tuple[HeldPerson, ...]
    encounters: tuple[EncounterId, ...]
    amended_to: int | None
    comparisons: FingerComparisons
    first: PrintsFirst | None
    """The prints as weighed, if they were weighed first."""


def weigh(services: Services, search_type: SearchType, probe: Probe) -> Weighed:
    """Find, load and weigh the candidates of a search by prints."""
    with looking_up.shared_look_up(services, search_type, probe) as look_up:
        return weigh_found(services, search_type, probe, look_up)


def weigh_found(
    services: Services,
    search_type: SearchType,
    probe: Probe,
    look_up: Callable[[], Hits],
    given: Given | None = None,
) -> Weighed:
    """Load and weigh the candidates of a look-up, which may be shared with other searches."""
    fmt, given = services.print_format, given or Given()
    with services.stages.timed(Stage.CANDIDATE_SEARCH):
        hits = look_up()
        asked = looking_up.print_probe(search_type, probe, fmt.template)
        measured = services.gallery.index.cohorts.strangers(asked)
        if given.single is not None:
            hits = _in_depth(services, given.single, hits)
        elif search_type.is_among_marks and by_minutiae.chooses_marks(services, given.minutiae):
            hits = _among_marks(services, search_type, probe, given, hits)
    own = hits.own
    if own is not None and isinstance(asked, TenprintProbe):
        own = own.only(asked.presence)
    probe = replace(
        probe,
        strangers=services.law.judged(given.asker, probe, measured),
        experience=services.experience.of(search_type, probe),
        own=own,
    )
    gallery_size = services.gallery.persons
    limit = None
    if search_type is SearchType.TP_TP:
        limit = services.scorer.details_from_millibits(probe, gallery_size)
    with services.stages.timed(Stage.RECORDS):
        found = _load(services, search_type, probe, asked, hits, limit)
    with services.stages.timed(Stage.SCORING):
        scored = services.scorer.score_prints(
            probe,
            found.comparisons,
            [person.details for person in found.persons],
            gallery_size=gallery_size,
            first=found.first,
        )
        order, arithmetic = _order(services, search_type, found, scored, given)
        candidates = _candidates(services, found, scored, order)
    services.stages.found(len(candidates))
    basis = replace(
        basis_of(services, generation=hits.generation, digest=hits.digest),
        index_cursor=hits.cursor,
        gallery_size=gallery_size,
        arithmetic=arithmetic,
    )
    return Weighed(basis, probe, candidates, found.amended_to, limit)


def _in_depth(services: Services, single: in_depth.SingleFinger, hits: Hits) -> Hits:
    """Return the people found and those that codes chose, in the order of their minutiae.

    People erased meanwhile are left out.
    """
    by_codes = by_minutiae.chosen_by(NO_CAPTURES)
    if single.codes:
        by_codes = by_minutiae.look_up_codes(services, single.codes, Kind.TENPRINTS, hits.cursor)
    rows = [EncounterRow(row) for row in hits.encounter_rows.tolist()]
    with services.units.read() as unit:
        found = in_depth.order_in_depth(unit, single, rows, by_codes)
    return _in_order(hits, found)


def _among_marks(
    services: Services, search_type: SearchType, probe: Probe, given: Given, hits: Hits
) -> Hits:
    """Do the same in the unsolved mark file, for as many of those found as are weighed."""
    listed = hits.encounter_rows[: services.policy.weighed_by(search_type)]
    fingers = by_minutiae.coded_fingers(given.minutiae)
    by_codes = by_minutiae.look_up_codes(services, fingers, Kind.MARKS, hits.cursor)
    matched = by_minutiae.MatchedProbe(services.print_format, search_type, probe, given.minutiae)
    with services.units.read() as unit:
        found = matched.order(unit, [*listed.tolist(), *by_codes.encounter_rows.tolist()])
    return _in_order(hits, found)


def _in_order(hits: Hits, found: by_minutiae.Ordered) -> Hits:
    """Return hits without similarities, because people are not in their order."""
    return replace(
        hits,
        person_rows=found.person_rows,
        encounter_rows=found.encounter_rows,
        similarities=np.full(len(found.person_rows), np.nan, dtype=np.float32),
    )


def _order(
    services: Services,
    search_type: SearchType,
    found: _Found,
    scored: ScoredCandidates,
    given: Given,
) -> tuple[Int64s, str]:
    """Return the order of the people found as places, int64 (k,), and its arithmetic."""
    fmt = services.print_format
    if given.single is not None:
        arithmetic = in_depth.in_depth_arithmetic(fmt, given.single.manner) + in_depth.WHITENED
        return np.arange(len(found.persons), dtype=np.int64), arithmetic
    if not scored.withheld:
        return scored.ranking(), fmt.comparison.arithmetic
    if search_type.is_among_marks and by_minutiae.chooses_marks(services, given.minutiae):
        return np.arange(len(found.persons), dtype=np.int64), by_minutiae.coded_arithmetic(fmt)
    # If bits are withheld, there are none to rank by.
    order = np.argsort(-looking_up.similarities(search_type, found.comparisons), kind="stable")
    if fmt.features is None or not given.minutiae:
        return order, fmt.comparison.arithmetic
    encounters = [found.encounters[at] for at in order.tolist()]
    with services.units.read() as unit:
        held = unit.minutiae.of_encounters(encounters)
    candidates = [held.get(one, ()) for one in encounters]
    places = by_minutiae.minutiae_order(
        fmt.features, search_type, probe=given.minutiae, candidates=candidates
    )
    return order[places], by_minutiae.ordered_arithmetic(fmt)


def _load(
    services: Services,
    search_type: SearchType,
    probe: Probe,
    asked: PrintProbe,
    hits: Hits,
    limit: int | None,
) -> _Found:
    """Load the records and templates of the people found, without those erased meanwhile.

    With a `limit`, in thousandths of bits, prints are weighed first: details are loaded only of
    people whom the prints do not exclude.
    """
    kept = slice(services.policy.weighed_by(search_type))
    pairs = [
        (PersonRow(person), EncounterRow(encounter))
        for person, encounter in zip(
            hits.person_rows[kept].tolist(), hits.encounter_rows[kept].tolist(), strict=True
        )
    ]
    with services.units.read() as unit:
        rows = [encounter for _, encounter in pairs]
        if limit is None:
            persons = unit.people.held([person for person, _ in pairs])
            held = unit.encounters.templates(rows)
        else:
            held, persons = unit.found_captures.of(rows)
        there = [(p, e) for p, e in pairs if p in persons and e in held.encounter_ids]
        captures = [encounter for _, encounter in there]
        comparisons = looking_up.compare_prints(
            services.print_format, search_type, asked, held, captures, probe.own
        )
        first = None
        if limit is not None:
            first = prints_first(
                services.scorer, probe, comparisons, limit, held.tenprints, captures
            )
            first, persons = _with_details(unit, persons, first, [person for person, _ in there])
    return _Found(
        persons=tuple(persons[person] for person, _ in there),
        encounters=tuple(held.encounter_ids[encounter] for encounter in captures),
        amended_to=next((person.amended_to for person in persons.values()), None),
        comparisons=comparisons,
        first=first,
    )


def _with_details(
    unit: UnitOfWork,
    persons: Mapping[PersonRow, HeldPerson],
    first: PrintsFirst,
    rows: Sequence[PersonRow],
) -> tuple[PrintsFirst, Mapping[PersonRow, HeldPerson]]:
    """Load the details of people who are not skipped; `rows` are in the order of candidates.

    People without a record have no details, so nothing of theirs counts as unweighed.
    """
    has_record = np.array([persons[row].record_id is not None for row in rows], dtype=np.bool_)
    wanted = has_record & ~first.passed_over
    if wanted.any():
        persons = {
            **persons,
            **unit.people.held([rows[at] for at in np.flatnonzero(wanted).tolist()]),
        }
    return replace(first, passed_over=first.passed_over & has_record), persons


def _candidates(
    services: Services, found: _Found, scored: ScoredCandidates, order: Int64s
) -> tuple[Candidate, ...]:
    """Return the strongest candidates. Evidence rows are built only for these."""
    strongest = order[: services.policy.stored_candidates]
    evidence = zip(strongest.tolist(), scored.select(strongest), strict=True)
    ranked = ((found.persons[at], found.encounters[at], one) for at, one in evidence)
    return proposed(services.surroundings.new_id, ranked)


def basis_of(services: Services, *, generation: int, digest: str) -> Basis:
    """Return the basis of a search made now."""
    thresholds = services.scorer.configuration_digest
    return Basis(
        model_name=services.scorer.name,
        model_version=services.scorer.version,
        model_digest=services.scorer.digest,
        index_generation=generation,
        index_digest=digest,
        configuration_digest=configuration_digest(
            services.policy, thresholds, services.print_format.comparison.arithmetic
        ),
        code_version=services.code_version,
        thresholds=thresholds,
    )


@lru_cache(maxsize=8)
def configuration_digest(policy: CasePolicy, thresholds: str, arithmetic: str) -> str:
    """Return the SHA-256 (hexadecimal) of all configuration that affects a search result."""
    parts = {"policy": asdict(policy), "thresholds": thresholds, "arithmetic": arithmetic}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
