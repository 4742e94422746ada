"""Doubts about the gallery, found by comparing prints and opened as cases for a supervisor.

Nothing is changed here. If a supervisor proposes a merge with a conclusion, a second supervisor
must confirm it, as for every merge. Exchanged fingers are corrected by capturing them again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, existing
from domain.events.looking import LookKind
from domain.events.people import GalleryCaseConcluded, GalleryCaseOpened
from domain.ids import EncounterRow, GalleryCaseId, PersonId, PersonRow, UserId
from domain.list_pages import ListOrder, ListPage
from domain.people.disputes import GalleryCase, GalleryConclusion, GalleryDoubt, GalleryOutcome
from domain.plain_text import require_words
from indexing import integrity
from indexing.gallery_index import GalleryIndex
from service.live.gallery import LiveGallery
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.people.merging import ProposeMerge, merge_proposed
from service.usecases.services import Services, StoreServices

FOLLOWER = "gallery-integrity"
"""The name under which the position reached in the feed of gallery changes is kept between
runs."""

_CHANGES_A_STEP = 2_000
"""The number of changes between two commits. An interrupted run repeats at most these: some
seconds of work."""


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """How much one run checked, and what it found."""

    persons: int
    """The number of people checked. A person whose captures span two steps is counted in both."""
    duplicates: int
    swaps: int
    opened: int
    """The number of cases opened. Other doubts already have an open case, or were concluded over
    the same prints."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """A supervisor's conclusion. With `surviving`, a merge of the two people is also proposed."""

    caller: Caller
    case_id: GalleryCaseId
    outcome: GalleryOutcome
    reason: str
    surviving: PersonId | None = None


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A suspicion, still given as database rows."""

    kind: GalleryDoubt
    person_rows: tuple[int, ...]
    encounter_rows: tuple[int, int]
    positions: tuple[int, ...] = ()


def check_gallery(
    services: Services,
    caller: Caller,
    *,
    is_whole: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> IntegrityReport:
    """Compare the prints of everybody affected by changes since the last run, and open cases.

    With `is_whole`, everybody is checked. Each step of changes is one transaction that also stores
    how far the run has come. `advance` is called with the number of changes in each step. Raises
    NotPermittedError.
    """
    caller.actor.require(Scope.OPERATE)
    services.gallery.catch_up()
    with services.units.read() as unit:
        cursor = 0 if is_whole else unit.jobs.followed_to(FOLLOWER)
    steps: list[IntegrityReport] = []
    is_last = False
    while not is_last:
        with services.units.read() as unit:
            touched = unit.gallery_feed.people_touched_after(cursor, _CHANGES_A_STEP)
        steps.append(_step(services, caller, sorted(touched.person_rows), touched.cursor))
        advance(touched.cursor - cursor)
        cursor, is_last = touched.cursor, touched.is_last
    return IntegrityReport(
        persons=sum(step.persons for step in steps),
        duplicates=sum(step.duplicates for step in steps),
        swaps=sum(step.swaps for step in steps),
        opened=sum(step.opened for step in steps),
    )


def changes_to_check(services: Services, *, is_whole: bool = False) -> int:
    """Return the number of changes that the next run would check."""
    with services.units.read() as unit:
        start = 0 if is_whole else unit.jobs.followed_to(FOLLOWER)
        return max(0, unit.gallery_feed.last_change() - start)


def gallery_cases(
    services: StoreServices,
    caller: Caller,
    *,
    is_open: bool,
    before: str | None,
    limit: int,
    order: ListOrder | None = None,
) -> ListPage[GalleryCase, str]:
    """Return open or concluded cases, newest first or in the given order.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.MERGE) as unit:
        page = unit.gallery_cases.page(is_open=is_open, before=before, limit=limit, order=order)
    look(services, caller, LookKind.GALLERY_CASES, chain.from_iterable(map(_shown, page.items)))
    return page


def references_in(
    services: StoreServices, caller: Caller, cases: Sequence[GalleryCase]
) -> Mapping[str, str]:
    """Return the references that forces gave to the captures of these cases, by capture.

    Access to these captures was recorded when the cases were shown. Raises NotPermittedError.
    """
    with services.reading(caller, Scope.MERGE) as unit:
        return unit.references.of([one for case in cases for one in case.encounter_ids])


def people_behind(services: StoreServices, cases: Sequence[GalleryCase]) -> Mapping[UserId, str]:
    """Return the names of the people who settled doubts, by account id."""
    acting = {case.conclusion.concluded_by for case in cases if case.conclusion}
    with services.units.read() as unit:
        return {**{user: user for user in acting}, **unit.accounts.names(sorted(acting))}


def gallery_case(services: StoreServices, caller: Caller, case_id: GalleryCaseId) -> GalleryCase:
    """Return one case. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.MERGE) as unit:
        case = existing(unit.gallery_cases.get(case_id))
    look(services, caller, LookKind.GALLERY_CASE, _shown(case))
    return case


def _shown(case: GalleryCase) -> tuple[str, ...]:
    merge_id = case.conclusion.merge_id if case.conclusion else None
    return (case.case_id, *case.person_ids, *case.encounter_ids, merge_id or "")


def conclude_gallery_case(services: StoreServices, command: Conclude) -> GalleryConclusion:
    """Store a conclusion, and the merge proposed with it, if any.

    Raises NotPermittedError, NotFoundError, ConflictError (already concluded), InvalidInputError
    (no reason; a survivor who does not belong to the case, or when there is nothing to merge; or a
    record only for the person who would be absorbed).
    """
    command.caller.actor.require(Scope.MERGE)
    require_words(command.reason, "/reason")
    with services.units.begin() as unit:
        case = existing(unit.gallery_cases.get(command.case_id))
        conclusion = GalleryConclusion(
            case_id=case.case_id,
            outcome=command.outcome,
            reason=command.reason,
            merge_id=_merge(services, unit, command, case),
            concluded_by=command.caller.actor.user_id,
            concluded_at=services.now(),
        )
        unit.gallery_cases.conclude(conclusion)
        event = GalleryCaseConcluded(
            case.case_id, case.person_ids, command.outcome, merge=conclusion.merge_id
        )
        record(services, unit, command.caller, event)
    return conclusion


def _merge(
    services: StoreServices, unit: UnitOfWork, command: Conclude, case: GalleryCase
) -> str | None:
    surviving = command.surviving
    if surviving is None:
        return None
    is_merge = (
        case.doubt is GalleryDoubt.DUPLICATE_PERSONS
        and command.outcome is GalleryOutcome.CONFIRMED
    )
    if not is_merge or surviving not in case.person_ids:
        raise InvalidInputError(
            "If you confirm a duplicate, choose which of the people in this case keeps their "
            "record. Otherwise choose nobody.",
            pointer="/surviving",
        )
    (absorbed,) = (each for each in case.person_ids if each != surviving)
    proposal = ProposeMerge(command.caller, surviving, absorbed, command.reason)
    return merge_proposed(services, unit, proposal)


@dataclass(frozen=True, slots=True)
class Alike:
    """Two people whose captures agree as if they were of one person; all given as rows."""

    person_rows: tuple[int, int]
    encounter_rows: tuple[int, int]


def duplicate_case(
    services: Services, unit: UnitOfWork, caller: Caller, found: Alike
) -> GalleryCaseId | None:
    """Return the case for a doubt, opened now or earlier; None if a person has been erased."""
    rows = tuple(sorted(zip(found.person_rows, found.encounter_rows, strict=True)))
    persons, captures = (tuple(one) for one in zip(*rows, strict=True))
    doubt = _Doubt(GalleryDoubt.DUPLICATE_PERSONS, persons, (captures[0], captures[1]))
    for case in _cases(services, unit, (doubt,)):
        if _open(services, unit, caller, case):
            return case.case_id
        return unit.gallery_cases.known(case)
    return None


def _step(
    services: Services, caller: Caller, person_rows: Sequence[PersonRow], reached: int
) -> IntegrityReport:
    rows = np.array(person_rows, dtype=np.int64)
    index = services.gallery.local_index
    duplicates = integrity.probable_duplicates(index, integrity.encounter_rows_of(index, rows))
    swaps = integrity.probable_swaps(index, rows)
    doubts = (*map(_duplicate, duplicates), *_swaps(swaps))
    with services.units.begin() as unit:
        cases = list(_cases(services, unit, doubts))
        opened = sum(_open(services, unit, caller, case) for case in cases)
        unit.jobs.follow_to(FOLLOWER, reached)
    found = [case.doubt for case in cases]
    return IntegrityReport(
        persons=len(person_rows),
        duplicates=found.count(GalleryDoubt.DUPLICATE_PERSONS),
        swaps=found.count(GalleryDoubt.SWAPPED_FINGERS),
        opened=opened,
    )


def _duplicate(found: integrity.DuplicateSuspicion) -> _Doubt:
    return _Doubt(GalleryDoubt.DUPLICATE_PERSONS, found.person_rows, found.encounter_rows)


def _swaps(suspicions: Iterable[integrity.SwapSuspicion]) -> Iterator[_Doubt]:
    """Yield one doubt for each person and pair of fingers, with the captures that show it best."""
    clearest: dict[tuple[int, tuple[int, int]], integrity.SwapSuspicion] = {}
    for found in suspicions:
        known = clearest.get((found.person_row, found.positions))
        if known is None or min(found.crossed_cosines) > min(known.crossed_cosines):
            clearest[found.person_row, found.positions] = found
    for (person_row, positions), found in clearest.items():
        yield _Doubt(GalleryDoubt.SWAPPED_FINGERS, (person_row,), found.encounter_rows, positions)


def _cases(
    services: Services, unit: UnitOfWork, doubts: Sequence[_Doubt]
) -> Iterator[GalleryCase]:
    """Yield the cases for doubts. Those about people erased meanwhile are left out."""
    people = unit.people.person_ids({PersonRow(r) for each in doubts for r in each.person_rows})
    captures = unit.encounters.ids(
        {EncounterRow(row) for each in doubts for row in each.encounter_rows}
    )
    for doubt in doubts:
        ids = [people[PersonRow(r)] for r in doubt.person_rows if PersonRow(r) in people]
        if len(ids) < len(doubt.person_rows):
            continue
        first, second = (captures[EncounterRow(row)] for row in doubt.encounter_rows)
        yield GalleryCase(
            case_id=GalleryCaseId(services.new_id()),
            doubt=doubt.kind,
            person_ids=tuple(sorted(ids)),
            encounter_ids=(first, second),
            positions=doubt.positions,
            prints=_prints(services.gallery, unit, doubt),
            opened_at=services.now(),
        )


def _prints(gallery: LiveGallery, unit: UnitOfWork, doubt: _Doubt) -> str:
    people = np.array(doubt.person_rows, dtype=np.int64)
    if isinstance(gallery.index, GalleryIndex):
        rows = integrity.encounter_rows_of(gallery.index, people).tolist()
    else:
        rows = unit.encounters.rows_of(people.tolist())
    ids = unit.encounters.ids([EncounterRow(row) for row in rows])
    return hashlib.sha256("\n".join(sorted(ids.values())).encode()).hexdigest()


def _open(services: Services, unit: UnitOfWork, caller: Caller, case: GalleryCase) -> bool:
    if not unit.gallery_cases.open(case):
        return False
    event = GalleryCaseOpened(case.case_id, case.person_ids, case.encounter_ids, case.doubt)
    record(services, unit, caller, event)
    return True
