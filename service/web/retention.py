"""Pages of retention: reviews, facts about captures, and purge plans."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.ids import EncounterId, PersonId, RequestId
from domain.requests.request_states import RequestState
from domain.retention.capture_facts import FactId, FactKind, StatedFact
from domain.retention.retention import PlanId, PlanState, ReviewDecision, ReviewGround, Ruling
from service.usecases.disclosure.finding import people_of_records
from service.usecases.requests import deciding, reading
from service.usecases.requests.kinds.office_work import RETENTION_REVIEW
from service.usecases.retention import captures, due, planning, releasing, reviewing
from service.web.form_pages import form_page
from service.web.forms import FormOf, options
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, SupervisorOf

router = page_router("/workbench/retention/reviews")

_PAGE = 30
_FIELDS = ("ground", "reason", "next_on", "words")


@router.get("")
def show_reviews(visit: RequestReaderOf) -> Response:
    """Show the open reviews by due day, and the form that opens missing ones."""
    wanted = reading.RequestsWanted(kind=RETENTION_REVIEW.name)
    found = visit.use(reading.list_requests, wanted, after=visit.cursor("after"), limit=_PAGE)
    listed = [one.file.request.request_id for one in found.requests]
    about = visit.use(reviewing.people_of_reviews, listed)
    shown = {
        "found": found,
        "about": about,
        "people": people_of_records(visit.services, about.values()),
        "turning": visit.turning("after", found.next_after),
    }
    return visit.page("retention/reviews.html", shown)


@router.post("")
def post_reviews(visit: CaseOfficerOf, _form: FormOf) -> Response:
    """Open a review for each person for whom no rule decides."""
    visit.use(reviewing.open_reviews)
    return RedirectResponse("/workbench/retention/reviews", status_code=303)


@form_page(router, "/{request_id}")
def review_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one review: the basis of each event, and the pending decision."""
    view = visit.use(reading.show_request, RequestId(request_id))
    proposal = view.file.proposal
    may_work = Scope.WORK_REQUESTS in visit.caller.actor.scopes
    is_deciding = view.file.state is RequestState.DECIDING
    is_reading = view.file.state is RequestState.SECOND_READING
    is_open = is_deciding or is_reading
    person_id = view.file.person_id
    bases = visit.use(due.show_bases, PersonId(person_id)) if is_open and person_id else None
    values = {
        "view": view,
        "file": view.file,
        "bases": bases,
        "proposal": proposal,
        "is_deciding": is_deciding and may_work,
        "is_reading": is_reading and may_work,
        "is_own": proposal is not None and proposal.by == visit.caller.actor.user_id,
        "decisions": options(ReviewDecision),
        "grounds": options(ReviewGround),
    }
    return form.page(visit, "retention/review.html", values)


@review_page.post("/proposal", "decision", *_FIELDS)
def post_proposal(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Propose a decision."""
    decision = form.choice("decision", ReviewDecision, missing="Choose a decision.")
    ground = form.choice("ground", ReviewGround, missing="Choose a ground.")
    reason = form.text("reason", missing="Give a reason.")
    next_on = form.day("next_on") if form.text("next_on") else None
    if decision is None or ground is None or form.errors:
        return
    ruling = Ruling(decision, ground, next_on)
    command = reviewing.ProposeRuling(
        visit.caller, RequestId(request_id), form.number("version"), ruling, reason
    )
    reviewing.propose_ruling(visit.services, command)


@review_page.post("/second-reading", "words")
def post_reading(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Agree with another officer's proposal, or send it back."""
    agrees = form.text("agrees") == "yes"
    command = deciding.ReadSecond(
        visit.caller, RequestId(request_id), form.number("version"), agrees, form.text("words")
    )
    reviewing.read_ruling(visit.services, command)


captures_router = page_router("/workbench/retention")

_CAPTURES_FIELDS = ("kind", "on", "event", "revokes", "words", "capture")


@captures_router.get("/facts")
def show_facts(visit: RequestReaderOf) -> Response:
    """Show the facts that wait for a second officer."""
    page = visit.use(captures.waiting_facts, after=visit.cursor("after"), limit=_PAGE)
    people = people_of_records(visit.services, [one.person_id for one in page.items])
    return visit.list_page("retention/facts.html", "found", page, "after", people=people)


@form_page(captures_router, "/people/{person_id}")
def person_page(visit: RequestReaderOf, person_id: IdInPath, form: BegunFormOf) -> Response:
    """Show the captures of a person, each with its event, its basis and its facts."""
    bases = visit.use(due.show_bases, PersonId(person_id))
    agreed = [
        (fact.fact_id, f"{fact.kind.value.capitalize()}, {fact.on:%-d %B %Y}", "")
        for one in bases.prints
        for fact in one.facts
        if not fact.waits and fact.kind is not FactKind.REVOKED
    ]
    values = {
        "bases": bases,
        "person_id": person_id,
        "captures": [
            (one.capture.encounter_id, f"Capture {n} of {one.capture.taken_on:%-d %B %Y}", "")
            for n, one in enumerate(bases.prints, 1)
        ],
        "kinds": options(FactKind),
        "events": [("", "None", ""), *((item, name, "") for item, name in bases.events.items())],
        "agreed": [("", "None", ""), *agreed],
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
        "account": visit.caller.actor.user_id,
    }
    return form.page(visit, "retention/captures.html", values)


@person_page.post("/facts", "kind", *_CAPTURES_FIELDS)
def post_fact(visit: CaseOfficerOf, person_id: IdInPath, form: FormOf) -> None:
    """State a fact about a capture."""
    del person_id
    capture = form.text("capture", missing="Choose a capture.")
    kind = form.choice("kind", FactKind, missing="Choose what your statement says.")
    on = form.day("on")
    if kind is None or on is None or form.errors:
        return
    revokes = form.text("revokes")
    fact = StatedFact(
        kind, on, form.text("event"), FactId(revokes) if revokes else None, form.text("words")
    )
    captures.state_fact(
        visit.services, captures.StateFact(visit.caller, EncounterId(capture), fact)
    )


@person_page.post("/facts/{fact_id}/decision", "kind")
def post_decision(
    visit: CaseOfficerOf, person_id: IdInPath, fact_id: IdInPath, form: FormOf
) -> None:
    """Agree to a fact that another officer stated, or refuse it."""
    del person_id
    agrees = form.text("agrees") == "yes"
    captures.decide_fact(
        visit.services, captures.DecideFact(visit.caller, FactId(fact_id), agrees)
    )


plans_router = page_router("/workbench/retention")

_PLANS_PAGE = 30
_MOST_LINES = 500


@plans_router.get("")
def show_plans(visit: SupervisorOf) -> Response:
    """Show the latest plans, and the form that makes one."""
    page = visit.use(planning.list_plans, before=visit.cursor("before"), limit=_PLANS_PAGE)
    return visit.list_page("retention/plans.html", "plans", page, "before")


@plans_router.post("")
def post_plan(visit: SupervisorOf, _form: FormOf) -> Response:
    """Make a plan as of today: a dry run."""
    plan = visit.use(planning.plan_purge)
    return _to_plan(plan.plan_id)


@form_page(plans_router, "/plans/{plan_id}")
def plan_page(visit: SupervisorOf, plan_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one plan with its people, and the steps that this supervisor can take."""
    shown = visit.use(planning.show_plan, PlanId(plan_id))
    plan = shown.plan
    is_own = visit.caller.actor.user_id in {one.released_by for one in plan.releases}
    can_release = plan.state in (PlanState.COUNTED, PlanState.HALF_RELEASED) and not is_own
    values = {
        "shown": shown,
        "plan": plan,
        "lines": shown.lines[:_MOST_LINES],
        "settled": {one.person_id: (one.ended or one.outcome).value for one in shown.settlements},
        "waits": any(one.due_at and one.ended is None for one in shown.settlements),
        "is_own": is_own,
        "can_release": can_release,
    }
    return form.page(visit, "retention/plan.html", values)


@plans_router.post("/plans/{plan_id}/recount")
def post_recount(visit: SupervisorOf, plan_id: IdInPath, _form: FormOf) -> Response:
    """Have the people of a plan counted again, independently."""
    visit.use(planning.recount_plan, PlanId(plan_id))
    return _to_plan(plan_id)


@plan_page.post("/release", "release")
def post_release(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> None:
    """Release a plan; the second release hides its prints."""
    del form
    visit.use(releasing.release_plan, PlanId(plan_id))


@plans_router.post("/plans/{plan_id}/carry-out")
def post_carry_out(visit: SupervisorOf, plan_id: IdInPath, _form: FormOf) -> Response:
    """Continue a released plan that was interrupted."""
    visit.use(releasing.carry_out_by, PlanId(plan_id))
    return _to_plan(plan_id)


@plan_page.post("/call-back", "release")
def post_call_back(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> None:
    """Restore the prints of a plan that are not destroyed yet."""
    del form
    visit.use(releasing.call_prints_back, PlanId(plan_id))


def _to_plan(plan_id: str) -> RedirectResponse:
    return RedirectResponse(f"/workbench/retention/plans/{plan_id}", status_code=303)


ROUTERS = (router, captures_router, plans_router)
