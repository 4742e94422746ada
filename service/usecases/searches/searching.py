"""One search: candidates from the index, weighed as evidence, stored, and given to examiners."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError
from domain.events.examination import FurtherSearchAsked
from domain.events.searches import Searched
from domain.examination.cases import Activity, Case, CaseState
from domain.ids import CaseId, ForceCode, SearchId
from domain.searches.searches import Basis, Probe, Search, SearchState, SearchType
from indexing.searching.hits import Hits
from prints.minutiae.iso19794_2 import MinutiaeView
from service.live.law_watch import Asker
from service.ports.print_images import CapturedImage, picture_facts
from service.ports.surroundings import planned_once
from service.storage.unit_of_work import UnitOfWork
from service.usecases import idempotency as client_keys
from service.usecases.log.recording import Concern, record
from service.usecases.people.encounters import check_pictures, keep_pictures
from service.usecases.people.ended_cases import FiledMark, file_unsolved_mark
from service.usecases.searches.in_depth import single_finger
from service.usecases.searches.looking_up import check_probe, shared_look_up
from service.usecases.searches.recorded import worth_a_case
from service.usecases.searches.repeated_probes import Attempt, admit, note_series
from service.usecases.searches.weighing import Given, Weighed, weigh_found
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class SubmitSearch:
    """A request to search."""

    caller: Caller
    search_type: SearchType
    probe: Probe
    idempotency: client_keys.IdempotencyKey | None = None
    images: tuple[CapturedImage, ...] = ()
    """Pictures sent with impressions, each for a different position."""
    minutiae: tuple[MinutiaeView, ...] = ()
    """Minutiae sent with impressions, each for a different position."""
    reference: str = ""
    """The client's own reference; empty if there is none."""
    line: str = ""
    """The batch and the number of its line, joined by a colon; empty if no batch asks."""
    analysed: CaseId | None = None
    """The case whose examiner searches with the minutiae of their analysis; otherwise None."""


@dataclass(frozen=True, slots=True)
class SubmittedSearch:
    """A stored search."""

    search_id: SearchId
    state: SearchState | None
    """The state of a new search; None if the same request had already made the search."""


class Admitted(NamedTuple):
    """A request that was allowed, and does not repeat an earlier one."""

    force: ForceCode
    attempt: Attempt | None
    """None if attempts are not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSearch:
    """A search whose candidates are weighed, but which is not stored yet."""

    command: SubmitSearch
    weighed: Weighed
    admitted: Admitted


def submit_search(services: Services, command: SubmitSearch) -> SearchId:
    """Do the same as `submit`, but return only the id."""
    return submit(services, command).search_id


@planned_once()
def submit(services: Services, command: SubmitSearch) -> SubmittedSearch:
    """Search, store the candidates with their evidence, and open a case if examiners are needed.

    The candidates are computed before the transaction begins, so no lock is held during a search.
    Raises NotPermittedError, EmptyProbeError, UnsupportedSearchError, DuplicatePositionError,
    InvalidMinutiaeError, IdempotencyConflictError, TooManyAttemptsError.
    """
    admitted = _admitted(services, command)
    if isinstance(admitted, SubmittedSearch):
        return admitted
    with _weighed_in_turn(services, command, admitted.force, None) as weighed:
        return store_together(services, [PreparedSearch(command, weighed, admitted)])[0]


@planned_once()
def prepare(
    services: Services, command: SubmitSearch, hits: Hits | None = None
) -> PreparedSearch | SubmittedSearch:
    """Do everything that `submit` does except storing.

    If the same request has been made before, its earlier result is returned instead. `hits` are
    the index's proposals, if it has already been asked; for a single finger it must have been
    asked with `SingleFinger.asked`.
    """
    admitted = _admitted(services, command)
    if isinstance(admitted, SubmittedSearch):
        return admitted
    with _weighed_in_turn(services, command, admitted.force, hits) as weighed:
        return PreparedSearch(command, weighed, admitted)


@contextmanager
def _weighed_in_turn(
    services: Services, command: SubmitSearch, force: ForceCode, hits: Hits | None
) -> Iterator[Weighed]:
    """Yield the candidates once it is this search's turn, which lasts for the block. While this
    search waits, the searches before it may look it up together with their own probes.
    """
    kind, probe = command.search_type, command.probe
    single = single_finger(services, kind, probe, command.minutiae)
    asked = (kind, probe) if single is None else single.asked(probe)
    shared = shared_look_up(services, *asked) if hits is None else nullcontext(lambda: hits)
    with shared as look_up, services.turns.taken():
        asker = Asker(force, command.caller.actor.user_id)
        given = Given(command.minutiae, single, asker)
        yield weigh_found(services, kind, probe, look_up, given)


@planned_once()
def store_together(
    services: Services, prepared: Sequence[PreparedSearch]
) -> tuple[SubmittedSearch, ...]:
    """Store searches in one transaction: either all of them are stored, or none.

    Raises IdempotencyConflictError, and the errors of the database.
    """
    with services.units.write() as unit:
        stored = tuple(_store(services, unit, one) for one in prepared)
        unit.commit()
    return stored


def _admitted(services: Services, command: SubmitSearch) -> Admitted | SubmittedSearch:
    """Check the request and count the attempt. If there is an earlier answer, return it."""
    command.caller.actor.require(Scope.EXAMINE if command.analysed else Scope.SEARCH)
    force = command.caller.require_force()
    if command.search_type is SearchType.NAMES:
        raise InvalidInputError(
            "This call is for searches with prints: send a names enquiry to /v1/names-enquiries.",
            pointer="/search_type",
        )
    check_probe(command.search_type, command.probe)
    if command.images:
        check_pictures(command.images, command.minutiae)
    if command.idempotency is not None:
        with services.units.read() as unit:
            earlier = client_keys.remembered(unit, command.caller, command.idempotency)
        if earlier is not None:
            return SubmittedSearch(SearchId(earlier), None)
    # An examiner's search is not an attempt of the force.
    return Admitted(force, None if command.analysed else admit(services, force, command.probe))


def _store(services: Services, unit: UnitOfWork, prepared: PreparedSearch) -> SubmittedSearch:
    command, weighed, admitted = prepared.command, prepared.weighed, prepared.admitted
    key = command.idempotency
    if key is not None:
        earlier = client_keys.claimed(unit, command.caller, key)
        if earlier is not None:
            return SubmittedSearch(SearchId(earlier), None)
    search = new_search(
        services,
        command.caller,
        admitted.force,
        command.search_type,
        basis=weighed.basis,
        state=SearchState.EXAMINING,
    )
    is_needed = worth_a_case(search.search_type, weighed.candidates)
    case = case_of(services, search) if is_needed else None
    unit.searches.add(
        search,
        weighed.probe,
        weighed.candidates,
        case=case,
        sketch=admitted.attempt.sketch if admitted.attempt else None,
        is_whole=not (command.images or command.minutiae or command.reference),
    )
    if command.images or command.minutiae:
        keep_pictures(unit, search.search_id, command.images, command.minutiae)
    if command.reference:
        client_keys.keep_reference(
            services, unit, search.search_id, search.force, command.reference
        )
    # A mark without a case is already unsolved.
    mark = None if case else file_unsolved_mark(services, unit, search)
    _record(services, unit, command, search=search, follows=case or mark, weighed=weighed)
    note_series(services, unit, command.caller, search, admitted.attempt)
    if key is not None:
        client_keys.remember(services, unit, command.caller, key, search.search_id)
    return SubmittedSearch(
        search.search_id, SearchState.EXAMINING if case else SearchState.CONCLUDED
    )


def new_search(
    services: Services,
    caller: Caller,
    force: ForceCode,
    search_type: SearchType,
    *,
    basis: Basis,
    state: SearchState,
) -> Search:
    """Return a search made now for the caller's force."""
    return Search(
        search_id=SearchId(services.new_id()),
        search_type=search_type,
        force=force,
        submitted_by=caller.actor.user_id,
        on_behalf_of=caller.on_behalf_of,
        purpose=caller.purpose,
        submitted_at=services.now(),
        basis=basis,
        state=state,
    )


def case_of(services: Services, search: Search) -> Case:
    """Return a case that waits for its first examiner."""
    is_tenprint_check = search.search_type is SearchType.TP_TP
    return Case(
        case_id=CaseId(services.new_id()),
        search_id=search.search_id,
        force=search.force,
        activity=Activity.TENPRINT_CHECK if is_tenprint_check else Activity.MARK_COMPARISON,
        state=CaseState.WAITING,
        opened_at=search.submitted_at,
        revision=services.new_id(),
        ready_at=search.submitted_at,
    )


def _record(
    services: Services,
    unit: UnitOfWork,
    command: SubmitSearch,
    *,
    search: Search,
    follows: Case | FiledMark | None,
    weighed: Weighed,
) -> None:
    basis, case_id = weighed.basis, follows.case_id if isinstance(follows, Case) else None
    mark = follows if isinstance(follows, FiledMark) else None
    event = Searched(
        search.search_id,
        search_type=search.search_type,
        fingers=len(command.probe.impressions),
        batch_line=command.line,
        candidates=len(weighed.candidates),
        follows=case_id if mark is None else mark.encounter_id,
        donor=None if mark is None else mark.donor,
        model_digest=basis.model_digest,
        index_generation=basis.index_generation,
        index_digest=basis.index_digest,
        configuration_digest=basis.configuration_digest,
        index_cursor=basis.index_cursor,
        gallery_size=basis.gallery_size,
        model_name=basis.model_name,
        model_version=basis.model_version,
        thresholds=basis.thresholds,
        arithmetic=basis.arithmetic,
        code_version=basis.code_version,
        weighed=services.policy.weighed_by(search.search_type),
        kept=services.policy.stored_candidates,
        amended_to=weighed.amended_to,
        law=None if weighed.probe.strangers is None else weighed.probe.strangers.standing,
        details_from_millibits=weighed.details_from_millibits,
    )
    record(services, unit, command.caller, event, Concern(case_id=case_id))
    if command.analysed:
        marked = (picture_facts(one.png).marked for one in command.images)
        count = sum(len(one.minutiae) for one in marked if one is not None)
        asked = FurtherSearchAsked(command.analysed, search.search_id, count)
        record(services, unit, command.caller, asked, Concern(case_id=command.analysed))
