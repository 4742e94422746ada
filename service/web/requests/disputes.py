"""Disputes about whom an entry is about: a list, the evidence, the decision of two people."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Role
from domain.ids import RecordId, RequestId
from domain.people.disputes import DECIDED, PROPOSED, DisputeState
from rules.listed import letter_on
from service.usecases.people import disputing
from service.usecases.requests.disputes import disputes_in, show_dispute, undecided_disputes
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench")

_PAGE = 30


@router.get("/disputes")
def show_disputes(visit: RequestReaderOf) -> Response:
    """Show the disputes that wait for a decision, oldest first."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(undecided_disputes, after=after, limit=_PAGE)
    turning = pages_of(visit.request, "after", page.next_key)
    values = {"disputes": page.items, "turning": turning}
    return visit.page("requests/disputes.html", values)


@router.get("/requests/{request_id}/disputes")
def show_request_disputes(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show which entries the person of a request disputes, and a form to open a dispute."""
    return _raising(visit, request_id, begun_form(visit))


@router.post("/requests/{request_id}/disputes")
def post_request_dispute(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Open a dispute about an entry, or about the whole record."""
    words = form.text("words", missing="Write what is disputed, and why.")
    entry = form.text("entry", missing="Choose what is disputed.")
    record_id, _, item_id = entry.partition(" ")
    by_person = form.text("doubted_by", missing="Choose who disputes it.") != "officer"
    if not form.errors:
        with form.taking("entry", "words"):
            command = disputing.OpenDispute(
                visit.caller,
                RecordId(record_id),
                item_id,
                words,
                RequestId(request_id) if by_person else None,
            )
            return _shown(disputing.open_dispute(visit.services, command).dispute_id)
    return _raising(visit, request_id, form, status=422)


@router.get("/disputes/{dispute_id}")
def show_one_dispute(visit: RequestReaderOf, dispute_id: IdInPath) -> Response:
    """Show a dispute with its evidence."""
    return _page(visit, dispute_id, begun_form(visit))


@router.post("/disputes/{dispute_id}/proposal")
def post_proposal(visit: CaseOfficerOf, dispute_id: IdInPath, form: FormOf) -> Response:
    """Propose whom the entry is about."""
    choice = form.text("theirs", missing="Choose whose entry it is.")
    words = form.text("words", missing="Give a reason.")
    if not form.errors:
        with form.taking("words"):
            command = disputing.ProposeDecision(
                visit.caller, dispute_id, form.number("step"), choice == "yes", words
            )
            disputing.propose_decision(visit.services, command)
            return _shown(dispute_id)
    return _page(visit, dispute_id, form, status=422)


@router.post("/disputes/{dispute_id}/answer")
def post_dispute_answer(visit: CaseOfficerOf, dispute_id: IdInPath, form: FormOf) -> Response:
    """Agree or disagree with another officer's proposal."""
    with form.taking("words"):
        command = disputing.AnswerDecision(
            visit.caller,
            dispute_id,
            form.number("step"),
            form.fields.get("agrees") == "yes",
            form.text("words"),
        )
        disputing.answer_decision(visit.services, command)
        return _shown(dispute_id)
    return _page(visit, dispute_id, form, status=422)


def _shown(dispute_id: str) -> Response:
    return RedirectResponse(f"/workbench/disputes/{dispute_id}", status_code=303)


def _raising(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    raised, choices = visit.use(disputes_in, RequestId(request_id))
    values = {
        "form": form,
        "request_id": request_id,
        "raised": raised,
        "choices": choices,
        "records": list(dict.fromkeys(one.record_id for one in choices)),
        "may_decide": visit.caller.actor.role is Role.CASE_OFFICER,
    }
    return visit.page("requests/request_disputes.html", values, status=status)


def _page(visit: Visit, dispute_id: str, form: Form, *, status: int = 200) -> Response:
    shown = visit.use(show_dispute, dispute_id)
    state, steps = shown.dispute.state, shown.dispute.steps
    is_decided = state in DECIDED
    values = {
        "form": form,
        "shown": shown,
        "may_decide": visit.caller.actor.role is Role.CASE_OFFICER and not is_decided,
        "is_proposed": state in PROPOSED,
        "says_theirs": state is DisputeState.PROPOSED_THEIRS,
        "is_own": bool(steps) and steps[-1].stepped_by == visit.caller.actor.user_id,
        "letter": letter_on("dispute", state.value) if is_decided else None,
    }
    return visit.page("requests/dispute.html", values, status=status)
