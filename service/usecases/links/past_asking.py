"""Repeating an old search in the index: fast, with proof that every capture was compared.

Rows in the database say which captures were in the gallery, and which of them have been changed
since. The index still holds the unchanged ones as they were. It compares them all, exactly in its
rounded numbers, and reports by a tally which ones it compared. Captures changed since (erased,
hidden, moved by a merge, taken out, or made again from pictures) are read from the database, if
they still exist. Then the nearest captures are also read, far enough down the list that rounding
cannot have left anyone out, and are compared in the same way as evidence. From there on, the
replay is the same as after reading all captures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Int64s
from domain.errors import GalleryError
from domain.ids import EncounterRow
from domain.searches.searches import Probe
from indexing.searching.exhaustive import LeftOut, NearestCaptures, Tally, tally_of
from prints.features.parameters import CODE
from service.live.gallery import LiveGallery
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.links.past_search import (
    CAPTURES_A_STEP,
    Advance,
    PastSearch,
    Seen,
    Source,
    Wanted,
)
from service.usecases.links.replay_differences import SIMILARITY_SLACK
from service.usecases.searches.looking_up import print_probe

ROWS_A_STEP = 50_000

_TIMES = 3
"""How often the index is asked again if the gallery changes during the query."""
_FOR_EACH, _SPARE = 2, 64
"""At first, twice as many captures are requested as people are kept, plus a spare number. A person
may have several captures, and many near the end of the list are almost equally similar."""
_GROWTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class _There:
    """The captures that were in the gallery at that time: n entries, ascending by row."""

    encounter_rows: Int64s
    person_rows: Int64s
    is_gone: Bools

    @property
    def newest(self) -> int:
        """The highest row; -1 for an empty gallery."""
        return int(self.encounter_rows[-1]) if len(self.encounter_rows) else -1


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Which captures to look up in the index, and which to read from the database."""

    left_out: LeftOut
    asked_rows: Int64s
    """int64 (a,), ascending: exactly the captures that the index must compare."""
    tally: Tally
    read_rows: Int64s
    """int64 (r,), ascending: the captures that have been changed since."""
    erased: int
    """The number of captures whose templates are gone, although no change says so."""


class _UnlikeError(Exception):
    """The index compared other captures than planned: it has changed meanwhile, or is wrong."""


@dataclass(frozen=True, slots=True)
class IndexAsked:
    """A look-up in this process's index, or in the parts of the gallery, as it was then."""

    gallery: LiveGallery

    source = Source.INDEX

    def seen(self, wanted: Wanted, advance: Advance) -> Seen:
        """See `LookUpWay`.

        Raises GalleryIncompleteError if parts are missing, and GalleryError if the index holds
        other captures than the database lists.
        """
        there = _there(wanted.past, advance)
        for _ in range(_TIMES):
            self.gallery.catch_up()
            plan = _plan(wanted.past, there)
            seen = Seen(wanted, captures=plan.tally.count, erased=plan.erased)
            try:
                self._ask(plan, seen)
            except _UnlikeError:
                continue
            # Captures that the index no longer has as they were. Erased ones are only counted.
            for held, missing in _steps(wanted.past, plan.read_rows):
                seen.take_all(held, erased=missing)
            seen.present |= _among(plan.asked_rows, wanted.captures)
            return seen
        raise GalleryError(
            "The index and the database do not match at the time that you asked about: repeat "
            "the look-up without the index, then run `identlink index verify` or `identlink "
            "gallery verify`."
        )

    def _ask(self, plan: _Plan, seen: Seen) -> None:
        """Find the strongest of all captures that the index must compare. Raises _UnlikeError."""
        past = seen.wanted.past
        if seen.wanted.codes:
            self._ask_codes(plan, seen)
        turns = past.turns(seen.wanted.single)
        known: Int64s = np.zeros(0, dtype=np.int64)
        count = _FOR_EACH * seen.wanted.keep + _SPARE
        while plan.tally.count:
            answers = [self._nearest(past, one, plan, count) for one in turns]
            found = np.unique(np.concatenate([one.encounter_rows for one in answers]))
            for held, _ in _steps(past, np.setdiff1d(found, known)):
                seen.take(held)
            if _is_enough(answers, seen, count):
                return
            known, count = found, count * _GROWTH

    def _ask_codes(self, plan: _Plan, seen: Seen) -> None:
        fingers, among = seen.wanted.codes, seen.wanted.past.among
        found = self.gallery.index.compare_codes(
            fingers, among, left_out=plan.left_out, count=CODE.matched
        )
        if found.tally != plan.tally:
            raise _UnlikeError
        seen.take_coded(found.nearest)

    def _nearest(self, past: PastSearch, probe: Probe, plan: _Plan, count: int) -> NearestCaptures:
        asked = print_probe(past.search_type, probe, past.fmt.template)
        found = self.gallery.index.compare_all(
            asked, past.among, left_out=plan.left_out, count=count
        )
        if found.tally != plan.tally:
            raise _UnlikeError
        return found.nearest


def _there(past: PastSearch, advance: Advance) -> _There:
    """Read which captures were in the gallery. The past cannot change, so this is done once."""
    after, is_last, parts = 0, False, []
    while not is_last:
        with past.units.read() as unit:
            part = unit.past_gallery.rows_at(
                past.change, past.gallery, after=after, limit=ROWS_A_STEP
            )
        parts.append(part)
        advance(part.cursor - after)
        after, is_last = part.cursor, part.is_last
    rows = np.concatenate([part.encounter_rows for part in parts])
    order = np.argsort(rows)
    return _There(
        rows[order],
        np.concatenate([part.person_rows for part in parts])[order],
        np.concatenate([part.is_gone for part in parts])[order],
    )


def _plan(past: PastSearch, there: _There) -> _Plan:
    """Return the plan for an index that has applied all changes up to now."""
    with past.units.read() as unit:
        touched = unit.past_gallery.touched_after(past.change, newest=there.newest)
    is_touched = np.isin(there.encounter_rows, touched)
    is_erased = there.is_gone & ~is_touched
    is_asked = ~there.is_gone & ~is_touched
    asked = there.encounter_rows[is_asked]
    return _Plan(
        left_out=LeftOut(there.newest, np.union1d(touched, there.encounter_rows[is_erased])),
        asked_rows=asked,
        tally=tally_of(asked, there.person_rows[is_asked]),
        read_rows=there.encounter_rows[is_touched],
        erased=int(np.count_nonzero(is_erased)),
    )


def _steps(past: PastSearch, rows: Int64s) -> Iterator[tuple[HeldTemplates, int]]:
    """Yield the templates that captures had at that time, and how many no longer have one."""
    for start in range(0, len(rows), CAPTURES_A_STEP):
        some = [EncounterRow(row) for row in rows[start : start + CAPTURES_A_STEP].tolist()]
        with past.units.read() as unit:
            held = unit.encounters.templates(some, at=past.change)
        yield held, len(some) - len(held.encounter_ids)


def _is_enough(answers: Sequence[NearestCaptures], seen: Seen, count: int) -> bool:
    """Return whether everybody who can be among the strongest has been found.

    In each turn, a capture that the index did not name is at most as similar as the last one that
    it named, apart from rounding.
    """
    last = max(float(a.similarities[-1]) if len(a) == count else -np.inf for a in answers)
    if last == -np.inf:
        return True
    strongest = seen.strongest.similarities
    return len(strongest) == seen.wanted.keep and bool(strongest[-1] > last + SIMILARITY_SLACK)


def _among(rows: Int64s, wanted: frozenset[int]) -> set[int]:
    asked = np.array(sorted(wanted), dtype=np.int64)
    return set(asked[np.isin(asked, rows)].tolist())
