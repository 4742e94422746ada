"""The one thing that a case officer does next on a request, and where."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.request_states import DECIDED, ENDED, WAITING, RequestState
from service.usecases.requests.reading import RequestView


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step, in words."""

    words: str
    address: str = ""
    """The page of the step; empty while it waits for others."""


_NEXT = {
    RequestState.RECEIVED: NextStep("accept the request as complete", "#step"),
    RequestState.READY: NextStep("search for the person", "#person"),
    RequestState.SEARCHING: NextStep("put the outcome of the search on record", "#person"),
}


def next_step(view: RequestView, caller: Caller) -> NextStep | None:
    """Return the next step of a case officer; None where all is done, and for readers."""
    state = view.file.state
    if Scope.WORK_REQUESTS not in caller.actor.scopes or state in ENDED:
        return None
    if state in WAITING:
        return NextStep("the answer of the applicant or requester is awaited.")
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
