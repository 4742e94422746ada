"""How an agency makes requests, follows them and answers the office's questions; and the answer
that a record is on microfiche.

An agency sees only its own requests. *Elsewhere: fiche* is never "no record": the requester is
told that a record exists that cannot be read here yet, and a request to convert it is created. One
case officer can give this answer, since it reveals nothing from the record.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.access.access import Caller, Purpose, service_itself
from domain.errors import InvalidInputError
from domain.events.looking import LookKind
from domain.ids import DisclosureId, RequestId
from domain.list_pages import ListPage
from domain.plain_text import require_words
from domain.requests import requests
from domain.requests.disclosures import Disclosure, Form
from domain.requests.request_states import WAITING, RequestState, Step
from domain.restrictions import UsePurpose
from rules.clocks import clock_rule, due_day
from service.storage.unit_of_work import UnitOfWork
from service.usecases.agencies.agreements import agency_of, own_request
from service.usecases.log.recording import look
from service.usecases.requests.deciding import send
from service.usecases.requests.kind import due_of
from service.usecases.requests.kinds import enquiries, kind_named, office_work
from service.usecases.requests.opening import OpenRequest, demand_agreement, open_in
from service.usecases.requests.stepping import AtWork, OnRequest, at_work
from service.usecases.services import Services

QUESTION_CLOCK = "agency-question"
ASKED_BY_AGENCIES = (enquiries.AGENCY_NAMES_ENQUIRY.name, office_work.RECORD_CREATION.name)
"""The kinds of request that an agency can make itself."""


@dataclass(frozen=True, slots=True)
class AskAsAgency:
    """A request that an agency makes in its own name."""

    caller: Caller
    kind: str
    purpose: UsePurpose
    ask: requests.Ask
    message_id: str = ""
    """The agency's id of the message. Sending the same id again does not make a second request."""


@dataclass(frozen=True, slots=True)
class AgencyRequest:
    """A request as shown to its agency: the question and the answer, not the work in between."""

    request_id: RequestId
    kind: str
    """Name of the kind of request."""
    purpose: UsePurpose
    received_on: date
    """The day of receipt, from which the clock runs."""
    state: str
    """State of the request: in work, question, answered, refused, closed, withdrawn or lapsed."""
    due_on: date | None
    """The last day for an answer in time; None if there is no clock."""
    is_overdue: bool
    """Whether the target time has passed."""
    question: str = ""
    """What the office asks; empty if there is no question."""
    question_due_on: date | None = None
    """Last day to answer the question in time."""
    outcome: str = ""
    """The outcome of the answer; empty until there is an answer."""
    convictions: tuple[dict[str, Any], ...] = ()
    """The convictions disclosed."""
    asn: str = ""
    """Arrest Summons Number."""


_TOLD = {
    RequestState.RELEASED: "answered",
    RequestState.REFUSED: "refused",
    RequestState.CLOSED: "closed",
    RequestState.WITHDRAWN: "withdrawn",
    RequestState.LAPSED: "lapsed",
}


def ask_as_agency(services: Services, command: AskAsAgency) -> RequestId:
    """Store a request of the caller's agency and return its id.

    Raises NotPermittedError, NoAgreementError (no agreement is in force for the purpose),
    InvalidInputError.
    """
    if command.kind not in ASKED_BY_AGENCIES:
        raise InvalidInputError("An agency cannot make this kind of request.", pointer="/kind")
    with services.units.begin() as unit:
        agreement = agency_of(unit, command.caller)
        opened = OpenRequest(
            command.caller,
            command.kind,
            requests.Channel.API,
            requests.Party(requests.PartyKind.AGENCY, agreement.agency),
            command.purpose,
            f"agreement-{agreement.version}",
            services.today(),
            command.ask,
            message_id=command.message_id,
        )
        return open_in(services, unit, opened)


def list_own_requests(
    services: Services, caller: Caller, *, before: str | None, limit: int
) -> ListPage[AgencyRequest, str]:
    """Return a page of the requests of the caller's agency, most recently received first.

    Raises NotPermittedError, NoAgreementError.
    """
    today = services.today()
    with services.units.read() as unit:
        agency = agency_of(unit, caller).agency
        asker = requests.Party(requests.PartyKind.AGENCY, agency)
        page = unit.requests.of_asker(asker, before=before, limit=limit)
        found = tuple(_told(unit, file, today) for file in page.items)
    look(services, caller, LookKind.REQUESTS, (one.request_id for one in found))
    return ListPage(found, page.next_key)


def show_own_request(services: Services, caller: Caller, request_id: RequestId) -> AgencyRequest:
    """Return a request of the caller's agency with its answer.

    Raises NotPermittedError, NoAgreementError, NotFoundError (also for another agency's request).
    """
    today = services.today()
    with services.units.read() as unit:
        found = _told(unit, own_request(unit, caller, request_id), today, with_answer=True)
    look(services, caller, LookKind.REQUEST, (request_id,))
    return found


def answer_as_agency(
    services: Services, caller: Caller, request_id: RequestId, words: str
) -> None:
    """Answer a question from the office.

    Raises NotPermittedError, NoAgreementError, NotFoundError, InvalidInputError (empty `words`),
    RequestStepError (no question is open).
    """
    require_words(words, "/words", "Write the answer.")
    with services.units.begin() as unit:
        AtWork(services, unit, caller, own_request(unit, caller, request_id)).answer(words)


def question_due_on(file: requests.RequestFile) -> date | None:
    """Return the day by which the open question must be answered; None if no question is open."""
    if file.state not in WAITING:
        return None
    return due_day(clock_rule(QUESTION_CLOCK), file.entries[-1].on)


def _told(
    unit: UnitOfWork, file: requests.RequestFile, today: date, *, with_answer: bool = False
) -> AgencyRequest:
    request = file.request
    due = due_of(file, kind_named(request.kind), today)
    is_asked = file.state in WAITING
    sent = unit.disclosures.of_request(request.request_id) if with_answer else ()
    told: dict[str, Any] = json.loads(sent[-1].content) if sent and sent[-1].content else {}
    asn = unit.asns.of_request(request.request_id)
    return AgencyRequest(
        request.request_id,
        request.kind,
        request.purpose,
        request.received_on,
        "question" if is_asked else _TOLD.get(file.state, "in work"),
        due.on,
        due.is_overdue,
        file.entries[-1].words if is_asked and with_answer else "",
        question_due_on(file),
        sent[-1].outcome.value if sent else "",
        tuple(item["conviction"] for item in told.get("items", ())),
        asn.asn if asn else "",
    )


CLOSER = service_itself("request-closer", Purpose.AGENCY_SERVICE)
"""The actor that lets requests lapse: the service itself, which has no token."""

_AT_ONCE = 100
_WORDS = "No answer came within 10 working days."


def lapse_unanswered(services: Services, is_stopping: Callable[[], bool]) -> int:
    """Let agency requests lapse whose question was not answered in time; return how many."""
    today = services.today()
    lapsed = 0
    for kind in ASKED_BY_AGENCIES:
        if is_stopping():
            break
        with services.units.begin() as unit:
            for file in unit.requests.listed(WAITING, kind=kind, limit=_AT_ONCE):
                due_on = question_due_on(file)
                if due_on is None or today <= due_on:
                    continue
                AtWork(services, unit, CLOSER, file).take(Step.LAPSE, words=_WORDS)
                lapsed += 1
    return lapsed


MAY_BE_ELSEWHERE = frozenset({enquiries.AGENCY_NAMES_ENQUIRY.name, enquiries.NAMES_ENQUIRY.name})


@dataclass(frozen=True, slots=True)
class AnswerElsewhere(OnRequest):
    """The answer that the person's record is on microfiche."""

    words: str
    """Where the record is: the index entry or the box. Stored sealed."""


def answer_elsewhere(services: Services, command: AnswerElsewhere) -> RequestId:
    """Answer *elsewhere: fiche*, open a request to convert the record, and return its id.

    Raises NotPermittedError, NotFoundError, StaleRequestError, RequestStepError (nobody has
    searched for the person), InvalidInputError (a request of another kind, or empty `words`),
    NoAgreementError.
    """
    require_words(command.words, "/words", "State where the record is.")
    with services.units.begin() as unit:
        at = at_work(services, unit, command)
        if at.file.request.kind not in MAY_BE_ELSEWHERE:
            raise InvalidInputError("Only a names enquiry can have this answer.", pointer="/kind")
        entry = at.next_entry(Step.DECIDE, wanted=RequestState.RELEASED, words=command.words)
        request = at.file.request
        demand_agreement(unit, request.asker, request.purpose, entry.on)
        entry = replace(
            entry, outcome=requests.ReplyOutcome.ELSEWHERE.value, rule=at.kind.clock or ""
        )
        at.enter(entry)
        _send(at, entry)
        return open_in(services, unit, _conversion(command, at.file, entry))


def _conversion(
    command: AnswerElsewhere, file: requests.RequestFile, entry: requests.Entry
) -> OpenRequest:
    request = file.request
    ask = request.ask
    if ask is None:
        raise InvalidInputError(
            "The content of the request has been erased, so no record can be converted for it."
        )
    return OpenRequest(
        command.caller,
        office_work.CONVERSION_REQUEST.name,
        requests.Channel.DESK,
        requests.Party(requests.PartyKind.FORCE, command.caller.require_force()),
        request.purpose,
        "",
        entry.on,
        replace(ask, words=command.words, reference=""),
        about=request.request_id,
    )


def _send(at: AtWork, entry: requests.Entry) -> None:
    request = at.file.request
    form = Form.API if request.channel is requests.Channel.API else Form.LETTER
    disclosure = Disclosure(
        DisclosureId(at.services.new_id()),
        request.request_id,
        request.asker,
        request.purpose,
        form,
        requests.ReplyOutcome.ELSEWHERE,
        (),
    )
    send(at, entry, disclosure)
