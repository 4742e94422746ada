"""One request: its log, the person, the convictions with their verdicts, and disclosures."""

from dataclasses import dataclass

from starlette.responses import Response

from domain.access.access import Caller, Role, Scope
from domain.ids import RequestId
from domain.plain_values import plain
from domain.requests.request_states import DECIDED, ENDED, FEE_STEPS, WAITING, RequestState, Step
from domain.requests.requests import IdentityOutcome, PartyKind, RequestFile, amount_text
from domain.searches.searches import WaitingItem
from service.usecases.requests import assessing, doubts, identifying, notices, stepping
from service.usecases.requests.reading import (
    RequestView,
    agency_names,
    letter_of,
    people_behind,
    show_request,
)
from service.web.form_pages import form_page
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import RequestReaderOf, Visit


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step, in words."""

    words: str
    address: str = ""
    """The page of the step; empty while it waits for others."""


_NEXT = {
    RequestState.RECEIVED: NextStep("accept the request as complete", "#step"),
    RequestState.READY: NextStep("search for the person", "#person"),
    RequestState.SEARCHING: NextStep("record the outcome of the search", "#person"),
}


def next_step(view: RequestView, caller: Caller) -> NextStep | None:
    """Return a case officer's next step; None if nothing is left, or for other readers."""
    state = view.file.state
    if Scope.WORK_REQUESTS not in caller.actor.scopes or state in ENDED:
        return None
    if state in WAITING:
        return NextStep("wait for the answer of the applicant or requester.")
    if state in DECIDED:
        return _after_decision(view)
    if state is RequestState.SECOND_READING:
        return _second_reading(view, caller)
    return _at_work(view)


def _at_work(view: RequestView) -> NextStep:
    state, at = view.file.state, _address(view)
    is_undecided = state in (RequestState.RECEIVED, RequestState.DECIDING)
    if is_undecided and view.proofs.is_demanded and view.proofs.missing:
        return NextStep("compare the answers with the documents", f"{at}/proofs")
    if state is not RequestState.DECIDING:
        return _NEXT[state]
    if view.kind.has_answer:
        return NextStep("prepare the answer, and propose it", f"{at}/answer")
    if view.kind.page:
        page = f"{view.kind.page}{view.file.request.request_id}"
        return NextStep("decide on the page of this service", page)
    return NextStep("decide what is disclosed", "#leaving")


def _second_reading(view: RequestView, caller: Caller) -> NextStep:
    proposal = view.file.proposal
    if proposal is not None and proposal.by == caller.actor.user_id:
        return NextStep("another case officer reads your proposal.")
    return NextStep("read the proposal, and agree or send it back", "#second-reading")


def _after_decision(view: RequestView) -> NextStep:
    at, is_released = _address(view), view.file.state is RequestState.RELEASED
    if is_released and view.kind.is_certified:
        return NextStep("issue the certificate, and hand it over", f"{at}/certificates")
    if is_released and view.kind.has_answer:
        return NextStep("hand the answer over to the applicant", f"{at}/handovers")
    return NextStep("close the request once the answer has arrived", "#step")


def _address(view: RequestView) -> str:
    return f"/workbench/requests/{view.file.request.request_id}"


router = page_router("/workbench/requests")

_PLAIN_WORDS = {
    Step.WANT_IDENTITY: "Ask for proof of identity, or for what is missing",
    Step.GIVE_IDENTITY: "What was missing has arrived: continue",
    Step.ACCEPT: "The request is complete: continue",
    Step.ASK: "Ask the requester or applicant a question",
    Step.ANSWER: "The requester or applicant has answered: continue",
    Step.CLOSE: "Close the request",
    Step.WITHDRAW: "The requester or applicant withdraws",
    Step.LAPSE: "No answer came: let the request lapse",
    Step.REOPEN: "Open the request again",
    Step.EXTEND: "Say that the answer will take longer, and why",
    Step.ASK_FEE: "Ask for a fee",
    Step.TAKE_FEE: "The fee was paid",
    Step.WAIVE_FEE: "Waive the fee, with reasons",
    Step.REFUND_FEE: "Refund the fee, with reasons",
}
"""The effect of a plain step, as the page offers it."""

TAKEN_WORDS = {
    Step.RECEIVE: "Received",
    Step.WANT_IDENTITY: "Asked for proof of identity, or for what was missing",
    Step.GIVE_IDENTITY: "What was missing arrived",
    Step.ACCEPT: "Accepted as complete",
    Step.SEARCH: "Searched for the person",
    Step.IDENTIFY: "Outcome of the search recorded",
    Step.COMPUTE: "Worked out again what can be disclosed",
    Step.ASK: "Asked the requester or applicant a question",
    Step.ANSWER: "The requester or applicant answered",
    Step.PROPOSE: "Decision proposed",
    Step.DECIDE: "Decided",
    Step.AGREE: "Second reader agreed",
    Step.DISAGREE: "Second reader sent it back",
    Step.CLOSE: "Closed",
    Step.WITHDRAW: "Withdrawn by the requester or applicant",
    Step.LAPSE: "Lapsed, because no answer came",
    Step.REOPEN: "Opened again",
    Step.EXTEND: "Told that the answer takes longer",
    Step.ASK_FEE: "Fee asked for",
    Step.TAKE_FEE: "Fee paid",
    Step.WAIVE_FEE: "Fee waived",
    Step.REFUND_FEE: "Fee refunded",
}
"""A step that was taken, as the log of a request tells it."""


@form_page(router, "/{request_id}")
def request_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one request, with the steps that this visitor can take."""
    view = visit.use(show_request, RequestId(request_id))
    shown = {
        "view": view,
        "file": view.file,
        "asked": view.file.request,
        "ask": view.file.request.ask,
        "step_words": TAKEN_WORDS,
        "agencies": agency_names(visit.services),
        "names": people_behind(visit.services, (view.file,)),
        "letter": letter_of(view.file),
        "plain_steps": _plain_steps(view, visit.caller),
        "may_charge": bool(_fee_steps(view.file)),
        "fees": _fees(view.file),
        "may": {step.value for step in _open_to(view, visit.caller)},
        "candidates": _candidates(visit, view),
        "waiting": _waiting(visit, view),
        "judged": _rows(view),
        "due_days": {one.notice_id: notices.notice_due_on(one) for one in view.notices},
        "is_own_proposal": _is_own(view, visit.caller),
        "next_step": next_step(view, visit.caller),
    }
    return form.page(visit, "requests/request.html", shown)


def _open_to(view: RequestView, caller: Caller) -> tuple[Step, ...]:
    if Scope.WORK_REQUESTS not in caller.actor.scopes:
        return ()
    return view.steps if view.kind.sends else tuple(s for s in view.steps if s not in _DECIDING)


_DECIDING = frozenset({Step.PROPOSE, Step.DECIDE, Step.AGREE, Step.DISAGREE})
"""Steps that a kind which sends nothing takes on a page of its own."""


def _plain_steps(view: RequestView, caller: Caller) -> list[tuple[str, str, str]]:
    offered = stepping.PLAIN_STEPS - frozenset(FEE_STEPS) | _fee_steps(view.file)
    steps = [step for step in _open_to(view, caller) if step in offered]
    return [(step.value, _PLAIN_WORDS[step], "") for step in steps]


def _fees(file: RequestFile) -> str:
    """Return the amounts of the fees in words; empty if none was asked."""
    amounts = plain(file.fees).items()
    return ", ".join(f"{name} {amount_text(pence)}" for name, pence in amounts if pence)


def _fee_steps(file: RequestFile) -> frozenset[Step]:
    """Return the steps about a fee that are possible now; only persons are charged."""
    if file.request.asker.kind is not PartyKind.PERSON:
        return frozenset()
    due = {Step.TAKE_FEE, Step.WAIVE_FEE} if file.fees.due else set()
    kept = {Step.REFUND_FEE} if file.fees.kept else set()
    asked = set() if file.state in ENDED else {Step.ASK_FEE}
    return frozenset(due | kept | asked)


def _is_own(view: RequestView, caller: Caller) -> bool:
    proposal = view.file.proposal
    return proposal is not None and proposal.by == caller.actor.user_id


def _candidates(visit: Visit, view: RequestView) -> tuple[doubts.NamedPerson, ...]:
    is_at_work = visit.caller.actor.role is Role.CASE_OFFICER
    if not is_at_work or view.file.state is not RequestState.SEARCHING:
        return ()
    return visit.use(identifying.named_people, view.file.request.request_id)


def _waiting(visit: Visit, view: RequestView) -> tuple[WaitingItem, ...]:
    """Return the items that wait, if they explain a doubt or matter for finding the person."""
    found = view.file.identification
    is_asked = view.file.state is RequestState.SEARCHING or (
        found is not None and found.outcome is IdentityOutcome.IN_DOUBT
    )
    if visit.caller.actor.role is not Role.CASE_OFFICER or not is_asked:
        return ()
    return visit.use(identifying.waiting_items, view.file.request.request_id)


def _rows(view: RequestView) -> list[tuple[assessing.Judged, str, str, bool]]:
    """Return convictions with their form keys, why each is held back, and who chooses."""
    if view.assessment is None:
        return []
    rows = []
    for judged in view.assessment.judged:
        ref, held_back = judged.assessed.held.ref, judged.held_back
        why = held_back.reason.value if held_back else ""
        may_choose = held_back is None or held_back.reason in view.kind.overrides
        rows.append((judged, f"{ref.record_id}/{ref.item_id}", why, may_choose))
    return rows
