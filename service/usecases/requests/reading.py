"""Reading requests, as case officers and auditors do: a list by due day, one request in full."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from domain.access.access import Caller, Purpose, Scope
from domain.errors import NotReleasableError, existing
from domain.events.looking import LookKind
from domain.ids import RequestId, UserId
from domain.list_pages import page_of
from domain.requests.disclosures import DisclosureNotice, SentDisclosure
from domain.requests.request_states import DECIDED, OPEN, RequestState, Step, open_steps
from domain.requests.requests import Ask, PartyKind, RequestFile
from rules.data_files import Letter, letter_on
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.requests.assessing import Assessment, assess
from service.usecases.requests.kind import Due, Kind, due_of
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.opening import request_reference_digests
from service.usecases.requests.proving import ProofView, proofs_of
from service.usecases.services import Services, StoreServices

MOST_LISTED = 2_000
"""At most this many open requests are put in order of due day; those received last are left
out."""


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request in a list, without its words."""

    file: RequestFile
    kind: Kind
    due: Due


@dataclass(frozen=True, slots=True)
class RequestList:
    """A list of requests, those due first at the top."""

    requests: tuple[ListedRequest, ...]
    is_whole: bool
    """False if more requests match than are shown."""
    today: date
    next_after: str | None
    """The last request shown, if more follow; otherwise None."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request with everything that a case officer needs to handle it."""

    file: RequestFile
    kind: Kind
    due: Due
    steps: tuple[Step, ...]
    """The steps that are allowed in its state."""
    assessment: Assessment | None
    """Data that may be disclosed today, with reasons; None if nobody has searched for the person
    yet."""
    disclosures: tuple[SentDisclosure, ...]
    notices: tuple[DisclosureNotice, ...]
    proofs: ProofView
    """The person's stated answers, and an officer's findings on them."""
    today: date


@dataclass(frozen=True, slots=True)
class RequestsWanted:
    """Which requests a list should show; by default, the open ones."""

    states: Collection[RequestState] = OPEN
    kind: str | None = None
    reference: str | None = None


def list_requests(
    services: Services,
    caller: Caller,
    wanted: RequestsWanted,
    *,
    after: str | None = None,
    limit: int,
) -> RequestList:
    """Return the requests wanted after `after`, in order of due day, those without a due day last.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    reference = wanted.reference
    digests = None if reference is None else request_reference_digests(services, reference)
    with services.units.read() as unit:
        files = unit.requests.listed(
            wanted.states, kind=wanted.kind, keyed_digests=digests, limit=MOST_LISTED
        )
    today = services.today()
    found = sorted((_listed(file, today) for file in files), key=_by_due)
    # A request may have been answered, paused or extended since the page before, so the cursor
    # is a place in the order, not a request.
    behind = [one for one in found if after is None or _place(one) > after]
    page = page_of(behind[: limit + 1], limit, _place)
    about = ((one.file.request.request_id, one.file.person_id) for one in page.items)
    look(services, caller, LookKind.REQUESTS, chain.from_iterable(about))
    is_whole = page.next_key is None and len(files) < MOST_LISTED
    return RequestList(page.items, is_whole, today, page.next_key)


def asks_of(
    services: StoreServices, request_ids: Collection[RequestId]
) -> Mapping[RequestId, Ask]:
    """Return the questions of listed requests.

    The access to these requests has already been recorded.
    """
    with services.units.read() as unit:
        return unit.requests.asks(request_ids)


def open_and_overdue(services: StoreServices) -> tuple[int, int]:
    """Return the number of open requests, and how many of these are past their last day.

    These figures are not about people, so no access is recorded.
    """
    today = services.today()
    with services.units.read() as unit:
        files = unit.requests.listed(OPEN, limit=MOST_LISTED)
    return len(files), sum(_listed(file, today).due.is_overdue for file in files)


def _listed(file: RequestFile, today: date) -> ListedRequest:
    kind = kind_named(file.request.kind)
    return ListedRequest(file, kind, due_of(file, kind, today))


def _by_due(one: ListedRequest) -> tuple[date, date, str]:
    request = one.file.request
    return (one.due.on or date.max, request.received_on, request.request_id)


def _place(one: ListedRequest) -> str:
    """Return the place of a request in the list, in the order of `_by_due`."""
    return "_".join(map(str, _by_due(one)))


def show_request(services: StoreServices, caller: Caller, request_id: RequestId) -> RequestView:
    """Return one request with its log, the verdicts today, and the disclosures.

    Raises NotPermittedError, NotFoundError.
    """
    today = services.today()
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        kind = kind_named(file.request.kind)
        view = RequestView(
            file,
            kind,
            due_of(file, kind, today),
            open_steps(file.state),
            _assessment(unit, file, kind, today),
            unit.disclosures.of_request(request_id),
            unit.disclosure_notices.of_request(request_id),
            proofs_of(unit, file),
            today,
        )
    look(services, caller, LookKind.REQUEST, _shown(view))
    return view


def purpose_of_looks(services: StoreServices, request_id: RequestId) -> Purpose:
    """Return the purpose for which an officer opens a request and its papers.

    For an unknown request, this is the usual purpose. It is read before the access is recorded,
    and is not recorded itself, because it reveals neither the person nor the content.
    """
    with services.units.read() as unit:
        found = unit.requests.kind_and_asker(request_id)
    if found is None:
        return Purpose.RECORD_MANAGEMENT
    kind, asker = found
    return kind_named(kind).looks_for or _PURPOSES[asker]


_PURPOSES = {
    PartyKind.STATE: Purpose.INTERNATIONAL_EXCHANGE,
    PartyKind.AGENCY: Purpose.AGENCY_SERVICE,
    PartyKind.FORCE: Purpose.RECORD_MANAGEMENT,
    PartyKind.PERSON: Purpose.APPLICATION,
}
"""The purpose for each kind of requester."""


def _assessment(unit: UnitOfWork, file: RequestFile, kind: Kind, today: date) -> Assessment | None:
    try:
        return assess(unit, file, kind, today)
    except NotReleasableError:
        return None


def _shown(view: RequestView) -> tuple[str | None, ...]:
    found = view.file.identification
    judged = view.assessment.judged if view.assessment else ()
    return (
        view.file.request.request_id,
        None if found is None else found.person_id,
        *(one.assessed.held.ref.record_id for one in judged),
    )


def people_behind(services: StoreServices, files: Collection[RequestFile]) -> Mapping[UserId, str]:
    """Return the names of the people who took the steps of requests, by account id."""
    return names_of(services, {entry.by for file in files for entry in file.entries})


def names_of(services: StoreServices, acting: Collection[UserId]) -> Mapping[UserId, str]:
    """Return the names of people in the office, by account id.

    An id without an account is a system.
    """
    with services.units.read() as unit:
        return {**dict.fromkeys(acting, "a system"), **unit.accounts.names(sorted(acting))}


def agency_names(services: StoreServices) -> Mapping[str, str]:
    """Return the names of the agencies with an agreement, by code. No access is recorded."""
    with services.units.read() as unit:
        return {one.agency: one.name for one in unit.agreements.all_newest()}


def letter_of(file: RequestFile) -> Letter | None:
    """Return the letter on how a request ended; None while it has not ended."""
    kind, decision = file.request.kind, file.proposal
    if file.state in (RequestState.WITHDRAWN, RequestState.LAPSED):
        return letter_on(kind, file.state.value)
    is_decided = file.state in DECIDED or file.state is RequestState.CLOSED
    return letter_on(kind, decision.outcome) if is_decided and decision else None
