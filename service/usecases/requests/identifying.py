"""Identifying the person of a request: searches, candidates and outcomes.

A request with prints makes a search like any other, and only examiners identify the person.
Without prints, details give candidates; a case officer compares them, and names the person or
leaves the question open.
"""

import base64
from dataclasses import dataclass, replace
from itertools import chain

from domain.access.access import Caller, Scope
from domain.errors import InvalidInputError, existing
from domain.events.looking import LookKind
from domain.examination.cases import Link
from domain.ids import CandidateId, PersonId, RequestId, SearchId
from domain.plain_text import require_words
from domain.requests.request_states import Step, transition
from domain.requests.requests import Identification, IdentityBasis, IdentityOutcome
from domain.searches.searches import Candidate, Search, SearchType, WaitingItem
from service.storage.requests.requests import StartedSearch
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.checkpoints import demand_witnessed
from service.usecases.log.recording import look
from service.usecases.requests import doubts
from service.usecases.requests.doubts import doubtful
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.proving import basis_by_ticks
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.searches.enquiries import EnquireByNames, enquire, waiting_for
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class SearchPerson(OnRequest):
    """A search for the person of a request: by prints if there are any, otherwise by details."""

    prints: doubts.SentPrints = doubts.NO_PRINTS


@dataclass(frozen=True, slots=True)
class Identify(OnRequest):
    """The result of the search: the candidate who is the person, or None if nobody is."""

    candidate_id: CandidateId | None = None
    words: str = ""
    """Why it is this person. Required with a candidate."""


def sent_capture(
    services: Services, caller: Caller, request_id: RequestId, expected: int
) -> bytes:
    """Return the prints sent with a request, unchanged: a capture as JSON.

    Raises NotPermittedError, NotFoundError, StaleRequestError, InvalidInputError (none were sent).
    """
    with services.units.read() as unit:
        file = at_work(services, unit, OnRequest(caller, request_id, expected)).file
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
        at = at_work(services, unit, command)
    transition(Step.SEARCH, at.file.state)
    basis = IdentityBasis.PRINTS if command.prints.impressions else IdentityBasis.DETAILS
    _demand_basis(at, basis)
    search_id = doubts.search_for(
        services, command.caller, doubts.said_of(at.file), command.prints
    )
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        entry = at.next_entry(Step.SEARCH)
        unit.requests.enter(command.request_id, entry)
        unit.requests.note_search(command.request_id, entry.number, search_id, basis)
        at.record_step(entry)
    return search_id


def _demand_basis(at: AtWork, basis: IdentityBasis, pointer: str | None = None) -> None:
    if basis not in at.kind.bases:
        raise InvalidInputError(
            "In a request of this kind, the person cannot be identified in this way: use "
            "another way (prints, details or documents).",
            pointer=pointer,
        )


def identify(services: Services, command: Identify) -> Identification:
    """Record the result of the search for the person, and return it.

    The outcome is "not held" only if the search was complete and left no doubt. Raises
    NotPermittedError, NotFoundError, StaleRequestError, RequestStepError, InvalidInputError (an
    unknown candidate, or empty `words`), ConflictError (the examiners have not concluded),
    AwaitsWitnessError.
    """
    named, now = _named_by_details(services, command)
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        entry = at.next_entry(Step.IDENTIFY, words=command.words)
        started = existing(unit.requests.started_search(command.request_id))
        found = _found(at, command, started, named)
        found = doubts.with_doubt(services, unit, at.file, found, now)
        _demand_basis(at, found.basis, pointer="/basis")
        entry = replace(entry, outcome=found.outcome.value)
        unit.requests.enter(command.request_id, entry)
        unit.requests.identify(command.request_id, entry.number, found)
        at.record_step(entry, person_id=found.person_id)
    return found


def _named_by_details(services: Services, command: Identify) -> tuple[int, tuple[Candidate, ...]]:
    """Return how many people the details find, if prints were searched and not linked. Also return
    the people whom the details find now, if "not held" would be certified.
    """
    with services.units.read() as unit:
        at = at_work(services, unit, command)
        started = unit.requests.started_search(command.request_id)
        transition(Step.IDENTIFY, at.file.state)
        search = unit.searches.get(started.search_id) if started else None
        is_by_names = search is not None and search.search_type is SearchType.NAMES
        before = unit.searches.candidates(search.search_id) if search and is_by_names else ()
    said = doubts.said_of(at.file)
    is_doubtful = bool(doubtful(before, at.kind))
    now = () if command.candidate_id or is_doubtful else doubts.named_now(services, at.file)
    is_open = search is None or is_by_names or search.link_id
    if is_open or said.is_empty:
        return 0, now
    return len(enquire(services, EnquireByNames(command.caller, said)).candidates), now


def _found(at: AtWork, command: Identify, started: StartedSearch, named: int) -> Identification:
    search = existing(at.unit.searches.get(started.search_id))
    if search.search_type is SearchType.NAMES:
        return _by_details(at, command, search)
    if command.candidate_id is not None:
        raise InvalidInputError(
            "In a search by prints, the examiners decide who the person is: send no candidate.",
            pointer="/candidate_id",
        )
    return _by_prints(at, search, named)


def _by_details(at: AtWork, command: Identify, search: Search) -> Identification:
    above = doubtful(at.unit.searches.candidates(search.search_id), at.kind)
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
    require_words(command.words, "/words", "Write why this is the right person.")
    return Identification(
        basis_by_ticks(at.unit, at.request_id),
        IdentityOutcome.IDENTIFIED,
        _survivor(at.unit, person),
        search.search_id,
        candidates=len(above),
    )


def _by_prints(at: AtWork, search: Search, named: int) -> Identification:
    doubts.demand_concluded(search)
    link = at.unit.links.get(search.link_id) if search.link_id else None
    if link is not None and link.revoked_at is None:
        return _linked(at, search, link)
    is_open = link is not None or doubts.is_inconclusive(at.unit, search)
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


def _linked(at: AtWork, search: Search, link: Link) -> Identification:
    demand_witnessed(at.services, at.unit, link)
    return Identification(
        IdentityBasis.PRINTS,
        IdentityOutcome.IDENTIFIED,
        _survivor(at.unit, link.person_id),
        search.search_id,
        link.link_id,
    )


def _survivor(unit: UnitOfWork, person_id: PersonId) -> PersonId:
    return unit.merges.survivor(person_id) or person_id


def named_people(
    services: Services, caller: Caller, request_id: RequestId
) -> tuple[doubts.NamedPerson, ...]:
    """Return the candidates of a request's search by details, with the contents of their records.

    Empty for a search by prints: examiners judge its candidates. Raises NotPermittedError,
    NotFoundError.
    """
    with services.reading(caller, Scope.WORK_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        started = unit.requests.started_search(request_id)
        search = unit.searches.get(started.search_id) if started else None
        if search is None or search.search_type is not SearchType.NAMES:
            return ()
        kind = kind_named(file.request.kind)
        above = doubtful(unit.searches.candidates(search.search_id), kind)
        shown = doubts.named_candidates(unit, above)
    named = chain.from_iterable((one.person_id, one.record_id) for one in above)
    look(services, caller, LookKind.REQUEST_CANDIDATES, (request_id, *named))
    return shown


def waiting_items(
    services: Services, caller: Caller, request_id: RequestId
) -> tuple[WaitingItem, ...]:
    """Return the items waiting to be added to a record that may be about the person.

    While there is such an item, "not held" is not certified. Raises NotPermittedError,
    NotFoundError.
    """
    with services.reading(caller, Scope.WORK_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        services.waiting.follow(unit)
    if file.request.ask is None:
        return ()
    kind = kind_named(file.request.kind)
    found = waiting_for(services, file.request.ask.subject, kind.doubt_from)
    if found:
        named = (request_id, *(one.item_id for one in found))
        look(services, caller, LookKind.REQUEST_CANDIDATES, named)
    return found
