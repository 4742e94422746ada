"""A supervisor's pages on purge plans: made, counted again, and released by two people."""

from starlette.responses import RedirectResponse, Response

from domain.retention.retention import PlanId, PlanState
from service.usecases.retention.planning import list_plans, plan_purge, recount_plan, show_plan
from service.usecases.retention.releasing import call_prints_back, carry_out_by, release_plan
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.tables import pages_of
from service.web.visitors import SupervisorOf, Visit

router = page_router("/workbench/retention")

_PAGE = 30
_MOST_LINES = 500


@router.get("")
def show_plans(visit: SupervisorOf) -> Response:
    """Show the latest plans, and the form that makes one."""
    before = visit.request.query_params.get("before") or None
    page = visit.use(list_plans, before=before, limit=_PAGE)
    shown = {"plans": page.items, "turning": pages_of(visit.request, "before", page.next_key)}
    return visit.page("retention/plans.html", shown)


@router.post("")
def post_plan(visit: SupervisorOf, form: FormOf) -> Response:
    """Make a plan as of today: a dry run."""
    del form
    plan = visit.use(plan_purge)
    return _to_plan(plan.plan_id)


@router.get("/plans/{plan_id}")
def show_one_plan(visit: SupervisorOf, plan_id: IdInPath) -> Response:
    """Show one plan with its people, and the steps that this supervisor can take."""
    return _page(visit, plan_id, begun_form(visit))


@router.post("/plans/{plan_id}/recount")
def post_recount(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> Response:
    """Have the people of a plan counted again, independently."""
    del form
    visit.use(recount_plan, PlanId(plan_id))
    return _to_plan(plan_id)


@router.post("/plans/{plan_id}/release")
def post_release(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> Response:
    """Release a plan; the second release hides its prints."""
    with form.taking("release"):
        visit.use(release_plan, PlanId(plan_id))
        return _to_plan(plan_id)
    return _page(visit, plan_id, form, status=422)


@router.post("/plans/{plan_id}/carry-out")
def post_carry_out(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> Response:
    """Continue a released plan that was interrupted."""
    del form
    visit.use(carry_out_by, PlanId(plan_id))
    return _to_plan(plan_id)


@router.post("/plans/{plan_id}/call-back")
def post_call_back(visit: SupervisorOf, plan_id: IdInPath, form: FormOf) -> Response:
    """Restore the prints of a plan that are not destroyed yet."""
    with form.taking("release"):
        visit.use(call_prints_back, PlanId(plan_id))
        return _to_plan(plan_id)
    return _page(visit, plan_id, form, status=422)


def _to_plan(plan_id: str) -> RedirectResponse:
    return RedirectResponse(f"/workbench/retention/plans/{plan_id}", status_code=303)


def _page(visit: Visit, plan_id: str, form: Form, *, status: int = 200) -> Response:
    shown = visit.use(show_plan, PlanId(plan_id))
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
        "form": form,
    }
    return visit.page("retention/plan.html", values, status=status)
