"""Identifying the person of a request: searches, candidates and outcomes.

A request with prints makes a search like any other, and only examiners identify the person.
Without prints, details give candidates; a case officer compares them, and names the person or
leaves the question open.
"""

import base64
from dataclasses import dataclass, replace
from itertools import chain

from domain.access.access import Caller
from domain.errors import ConflictError, InvalidInputError
from domain.events.looking import LookKind
from domain.examination.cases import Link, Outcome
from domain.ids import CandidateId, ForceCode, PersonId, RecordId, RequestId, SearchId
from domain.people.people import Details
from domain.prints.prints import Impression
from domain.requests.request_states import Step, transition
from domain.requests.requests import Identification, IdentityBasis, IdentityOutcome, RequestFile
from domain.searches.evidence import Band
from domain.searches.searches import Candidate, Probe, Search, SearchState, SearchType, WaitingItem
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage
from service.storage.requests.requests import StartedSearch
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.checkpoints import demand_witnessed
from service.usecases.log.recording import look
from service.usecases.requests.doubts import doubtful, named_now, said_of, with_doubt
from service.usecases.requests.kind import Kind
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.proving import basis_by_ticks
from service.usecases.requests.stepping import AtWork, file_for_step, next_entry, record_step
from service.usecases.searches.enquiries import TOLD_BANDS, EnquireByNames, enquire, waiting_for
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.services import Services

_BANDS = (*TOLD_BANDS, Band.UNLIKELY)
_OPEN = frozenset({Outcome.INCONCLUSIVE, Outcome.INSUFFICIENT})
"""Outcomes that leave the question open."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchPerson:
    """A search for the person of a request: by prints if there are any, otherwise by details."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    impressions: tuple[Impression, ...] = ()
    images: tuple[CapturedImage, ...] = ()
    """Pictures sent with impressions, for the examiners; `minutiae` are the minutiae sent with
    them."""
    minutiae: tuple[MinutiaeView, ...] = ()


@dataclass(frozen=True, slots=True)
class Identify:
    """The result of the search: the candidate who is the person, or None if nobody is."""

    caller: Caller
    request_id: RequestId
    expected_version: int
    candidate_id: CandidateId | None = None
    words: str = ""
    """Why it is this person. Required with a candidate."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A candidate, as shown to a case officer for comparison with the request."""

    candidate_id: CandidateId
    band: Band
    owner: ForceCode
    record_id: RecordId
    details: Details


def sent_capture(
    services: Services, caller: Caller, request_id: RequestId, expected: int
) -> bytes:
    """Return the prints sent with a request, unchanged: a capture as JSON.

    Raises NotPermittedError, NotFoundError, StaleRequestError, InvalidInputError (none were sent).
    """
    with services.units.read() as unit:
        file = file_for_step(unit, caller, request_id, expected)
    sent = file.request.ask.capture if file.request.ask else ""
    if not sent:
        raise InvalidInputError(
            "No prints came with this request: send the prints to search with.",
            pointer="/use_sent_prints",
        )
    try:
        return base64.b64decode(sent, validate=True)
    except ValueError as error:
        raise InvalidInputError(
            "The prints that came with this request cannot be read: send the prints "
            "to search with.",
            pointer="/use_sent_prints",
        ) from error


def search_person(services: Services, command: SearchPerson) -> SearchId:
    """Start the search for the person of a request and return its id.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError
    (this kind does not allow prints), EmptyProbeError, and the errors of the search.
    """
    with services.units.read() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
    transition(Step.SEARCH, file.state)
    basis = IdentityBasis.PRINTS if command.impressions else IdentityBasis.DETAILS
    if basis not in kind_named(file.request.kind).bases:
        raise InvalidInputError(
            "In a request of this kind, the person cannot be identified in this way: use "
            "another way (prints, details or documents)."
        )
    search_id = _search(services, command, file)
    with services.units.write() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        entry = next_entry(services, command.caller, file, Step.SEARCH)
        unit.requests.enter(command.request_id, entry)
        unit.requests.note_search(command.request_id, entry.number, search_id, basis)
        record_step(AtWork(services, unit, command.caller, command.request_id), entry)
        unit.commit()
    return search_id


def _search(services: Services, command: SearchPerson, file: RequestFile) -> SearchId:
    said = said_of(file)
    if not command.impressions:
        return enquire(services, EnquireByNames(command.caller, said)).search_id
    probe = Probe(command.impressions, said)
    search = SubmitSearch(
        command.caller,
        SearchType.TP_TP,
        probe,
        images=command.images,
        minutiae=command.minutiae,
    )
    return submit_search(services, search)


def identify(services: Services, command: Identify) -> Identification:
    """Record the result of the search for the person, and return it.

    The outcome is "not held" only if the search was complete and left no doubt. Raises
    NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError (an
    unknown candidate, or empty `words`), ConflictError (the examiners have not concluded),
    AwaitsWitnessError.
    """
    named, now = _named_by_details(services, command)
    with services.units.write() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        entry = next_entry(services, command.caller, file, Step.IDENTIFY, words=command.words)
        started = existing(unit.requests.started_search(command.request_id))
        found = _found(services, unit, command, started, named)
        found = with_doubt(services, unit, file, found, now)
        if found.basis not in kind_named(file.request.kind).bases:
            raise InvalidInputError(
                "In a request of this kind, the person cannot be identified in this way: use "
                "another way (prints, details or documents).",
                pointer="/basis",
            )
        entry = replace(entry, outcome=found.outcome.value)
        unit.requests.enter(command.request_id, entry)
        unit.requests.identify(command.request_id, entry.number, found)
        at = AtWork(services, unit, command.caller, command.request_id)
        record_step(at, entry, person_id=found.person_id)
        unit.commit()
    return found


def _named_by_details(services: Services, command: Identify) -> tuple[int, tuple[Candidate, ...]]:
    """Return how many people the details find, if prints were searched and not linked. Also return
    the people whom the details find now, if "not held" would be certified.
    """
    with services.units.read() as unit:
        file = file_for_step(unit, command.caller, command.request_id, command.expected_version)
        started = unit.requests.started_search(command.request_id)
        transition(Step.IDENTIFY, file.state)
        search = unit.searches.get(started.search_id) if started else None
        is_by_names = search is not None and search.search_type is SearchType.NAMES
        before = unit.searches.candidates(search.search_id) if search and is_by_names else ()
    said = said_of(file)
    is_doubtful = bool(doubtful(before, kind_named(file.request.kind)))
    now = () if command.candidate_id or is_doubtful else named_now(services, file)
    is_open = search is None or is_by_names or search.link_id
    if is_open or said.is_empty:
        return 0, now
    return len(enquire(services, EnquireByNames(command.caller, said)).candidates), now


def _found(
    services: Services, unit: UnitOfWork, command: Identify, started: StartedSearch, named: int
) -> Identification:
    search = existing(unit.searches.get(started.search_id))
    if search.search_type is SearchType.NAMES:
        return _by_details(unit, command, search)
    if command.candidate_id is not None:
        raise InvalidInputError(
            "In a search by prints, the examiners decide who the person is: send no candidate.",
            pointer="/candidate_id",
        )
    return _by_prints(services, unit, search, named)


def _by_details(unit: UnitOfWork, command: Identify, search: Search) -> Identification:
    kind = _kind_of(unit, command.request_id)
    above = doubtful(unit.searches.candidates(search.search_id), kind)
    chosen = command.candidate_id
    if chosen is None:
        outcomes = (IdentityOutcome.NOT_HELD, IdentityOutcome.IN_DOUBT, IdentityOutcome.SEVERAL)
        outcome = outcomes[min(len(above), 2)]
        return Identification(
            IdentityBasis.DETAILS, outcome, search_id=search.search_id, candidates=len(above)
        )
    person = next((one.person_id for one in above if one.candidate_id == chosen), None)
    if person is None:
        raise InvalidInputError(
            "The search does not show this candidate: choose a candidate that it shows.",
            pointer="/candidate_id",
        )
    if not command.words.strip():
        raise InvalidInputError("Write why this is the right person.", pointer="/words")
    return Identification(
        basis_by_ticks(unit, command.request_id),
        IdentityOutcome.IDENTIFIED,
        _survivor(unit, person),
        search.search_id,
        candidates=len(above),
    )


def _kind_of(unit: UnitOfWork, request_id: RequestId) -> Kind:
    return kind_named(existing(unit.requests.file(request_id)).request.kind)


def _by_prints(services: Services, unit: UnitOfWork, search: Search, named: int) -> Identification:
    if search.state is SearchState.EXAMINING:
        raise ConflictError("The examiners have not concluded this search yet: try again later.")
    link = unit.links.get(search.link_id) if search.link_id else None
    if link is not None and link.revoked_at is None:
        return _linked(services, unit, search, link)
    is_open = link is not None or _is_inconclusive(unit, search)
    outcome = IdentityOutcome.NOT_HELD
    if is_open:
        outcome = IdentityOutcome.IN_DOUBT
    elif named:
        outcome = IdentityOutcome.PRINTS_DO_NOT_MATCH
    return Identification(
        IdentityBasis.PRINTS,
        outcome,
        search_id=search.search_id,
        candidates=max(named, int(is_open)),
    )


def _linked(services: Services, unit: UnitOfWork, search: Search, link: Link) -> Identification:
    demand_witnessed(services, unit, link)
    return Identification(
        IdentityBasis.PRINTS,
        IdentityOutcome.IDENTIFIED,
        _survivor(unit, link.person_id),
        search.search_id,
        link.link_id,
    )


def _is_inconclusive(unit: UnitOfWork, search: Search) -> bool:
    case = unit.cases.of_search(search.search_id)
    return case is not None and any(one.outcome in _OPEN for one in case.decisions)


def _survivor(unit: UnitOfWork, person_id: PersonId) -> PersonId:
    return unit.merges.survivor(person_id) or person_id


def named_people(
    services: Services, caller: Caller, request_id: RequestId
) -> tuple[NamedPerson, ...]:
    """Return the candidates of a request's search by details, with the contents of their records.

    Empty for a search by prints: examiners judge its candidates. Raises NotPermittedError,
    NotFoundError.
    """
    with services.units.read() as unit:
        file = existing(unit.requests.file(request_id))
        file_for_step(unit, caller, request_id, file.version)
        started = unit.requests.started_search(request_id)
        search = unit.searches.get(started.search_id) if started else None
        if search is None or search.search_type is not SearchType.NAMES:
            return ()
        kind = kind_named(file.request.kind)
        above = doubtful(unit.searches.candidates(search.search_id), kind)
        shown = tuple(found for one in above if (found := _named(unit, one)) is not None)
    named = chain.from_iterable((one.person_id, one.record_id) for one in above)
    look(services, caller, LookKind.REQUEST_CANDIDATES, (request_id, *named))
    return tuple(sorted(shown, key=lambda one: (_BANDS.index(one.band), one.candidate_id)))


def waiting_items(
    services: Services, caller: Caller, request_id: RequestId
) -> tuple[WaitingItem, ...]:
    """Return the items waiting to be added to a record that may be about the person.

    While there is such an item, "not held" is not certified. Raises NotPermittedError,
    NotFoundError.
    """
    with services.units.read() as unit:
        file = existing(unit.requests.file(request_id))
        file_for_step(unit, caller, request_id, file.version)
        services.waiting.follow(unit)
    if file.request.ask is None:
        return ()
    kind = kind_named(file.request.kind)
    found = waiting_for(services, file.request.ask.subject, kind.doubt_from)
    if found:
        named = (request_id, *(one.item_id for one in found))
        look(services, caller, LookKind.REQUEST_CANDIDATES, named)
    return found


def _named(unit: UnitOfWork, candidate: Candidate) -> NamedPerson | None:
    held = unit.people.record(candidate.record_id) if candidate.record_id else None
    if held is None:
        return None
    return NamedPerson(
        candidate.candidate_id,
        candidate.evidence.band,
        held.force,
        held.record_id,
        held.details,
    )
