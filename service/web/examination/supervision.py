"""A supervisor's pages: open work, priorities, control items, differences of opinion, figures."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError, UnfoundedFindingError
from domain.examination.cases import Activity, CaseState, Outcome, Priority
from domain.ids import CaseId, DecisionId
from domain.list_pages import OpenWanted
from service.usecases.examination import competence, desk, resolution, views
from service.usecases.examination.statistics import statistics
from service.web.examination.charts import month_bars, share_bar, span_bars
from service.web.examination.fingers import chosen_pair, finger_pairs
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import Column, order_of, sorted_table
from service.web.visitors import ExaminerOf, FigureReaderOf, SupervisorOf, Visit

router = page_router("/workbench")


@router.get("/overview")
def show_overview(visit: SupervisorOf) -> Response:
    """Show the waiting work and its age, filtered and sorted as the request asks."""
    asked = visit.request.query_params
    wanted = _wanted(asked)
    order, after = order_of(visit.request, _OPEN_WORK), visit.cursor("after")
    found = desk.overview(
        visit.bench, visit.caller, desk.OverviewPage(wanted, order, after, _PAGE)
    )
    values = {
        "overview": found,
        "table": sorted_table(visit.request, found.oldest, _OPEN_WORK),
        "asked": asked,
        "turning": visit.turning("after", found.next_after),
        "is_filtered": wanted != OpenWanted(),
        "sort": asked.get("sort", ""),
        "priorities": list(Priority),
        "activities": [(one.value, one.value) for one in Activity],
        "priority_choices": [(one.value, one.value) for one in Priority],
        "inserted": asked.get("inserted", ""),
    }
    return visit.page("examination/overview.html", values)


_OPEN_WORK: tuple[Column[desk.Waiting], ...] = (
    Column("Case"),
    Column("Ticked"),
    Column("Activity", "activity"),
    Column("Waiting for", "waits-for"),
    Column("Since", "since"),
    Column("Target", "target"),
    Column("Priority", "priority"),
)
_PAGE = 100
_STATES = {
    "waiting": CaseState.WAITING,
    "verifying": CaseState.VERIFYING,
    "differing": CaseState.DIFFERING,
}


def _wanted(asked: Mapping[str, str]) -> OpenWanted:
    activity, priority = asked.get("activity", ""), asked.get("priority", "")
    return OpenWanted(
        activity=Activity(activity) if activity in set(Activity) else None,
        priority=Priority(priority) if priority in set(Priority) else None,
        state=_STATES.get(asked.get("waits", "")),
        is_overdue=asked.get("overdue", "") == "yes",
        is_held={"yes": True, "no": False}.get(asked.get("held", "")),
    )


@router.post("/cases/{case_id}/priority")
def post_priority(visit: SupervisorOf, case_id: IdInPath, form: FormOf) -> Response:
    """Change the priority of a case in the queue."""
    priority = form.choice("priority", Priority, missing="Choose a priority.")
    if priority is None:
        raise InvalidInputError("Choose a priority from the list.")
    desk.set_priority(visit.bench, visit.caller, CaseId(case_id), priority)
    return RedirectResponse("/workbench/overview", status_code=303)


@router.post("/priorities")
def post_priorities(visit: SupervisorOf, form: FormOf) -> Response:
    """Change the priority of the ticked cases."""
    priority = form.choice("priority", Priority, missing="Choose a priority.")
    if priority is None:
        raise InvalidInputError("Choose a priority from the list.")
    ticked = tuple(CaseId(name[5:]) for name in form.fields if name.startswith("case-"))
    if not ticked:
        raise InvalidInputError("Tick the cases that should have this priority.")
    desk.set_priorities(visit.bench, visit.caller, ticked, priority)
    return RedirectResponse("/workbench/overview", status_code=303)


@router.post("/cases/{case_id}/return")
def post_return(visit: SupervisorOf, case_id: IdInPath, _form: FormOf) -> Response:
    """Return a case from its holder to the queue."""
    desk.return_case(visit.bench, visit.caller, CaseId(case_id))
    return RedirectResponse("/workbench/overview", status_code=303)


@router.post("/control-items")
def post_control_items(visit: SupervisorOf, _form: FormOf) -> Response:
    """Insert the control items that are due."""
    made = competence.insert_control_items(visit.bench, visit.caller)
    return RedirectResponse(f"/workbench/overview?inserted={len(made)}", status_code=303)


@router.get("/differences")
def show_differences(visit: SupervisorOf) -> Response:
    """Show the differences of opinion that wait."""
    order, after = order_of(visit.request, _DIFFERENCES), visit.cursor("after")
    page = visit.use(views.differences, limit=_PAGE, order=order, after=after)
    values = {
        "table": sorted_table(visit.request, page.items, _DIFFERENCES),
        "turning": visit.turning("after", page.next_key),
        "now": visit.services.now(),
    }
    return visit.page("examination/differences.html", values)


_DIFFERENCES: tuple[Column[views.DifferenceView], ...] = (
    Column("Case"),
    Column("Activity", "activity"),
    Column("Findings", "findings"),
    Column("Since", "since"),
)


@router.get("/differences/{case_id}")
def show_difference(visit: SupervisorOf, case_id: IdInPath) -> Response:
    """Show the sealed records of a difference, and the prints they are about."""
    form = begun_form(visit)
    return _difference_page(visit, case_id, form)


@router.post("/differences/{case_id}")
def post_resolution(visit: SupervisorOf, case_id: IdInPath, form: FormOf) -> Response:
    """Uphold one of the sealed records, or find the case inconclusive."""
    upheld = form.text("upheld", missing="Choose a sealed record to uphold, or inconclusive.")
    reason = form.text("reason", missing="Give a reason for this resolution.")
    if form.errors:
        return _difference_page(visit, case_id, form)
    sealed = None if upheld == Outcome.INCONCLUSIVE else DecisionId(upheld)
    command = resolution.Resolve(
        visit.caller, CaseId(case_id), sealed, reason, form.text("revision")
    )
    try:
        resolution.resolve(visit.services, command)
    except UnfoundedFindingError as error:
        form.errors["upheld"] = error.detail
        return _difference_page(visit, case_id, form, refused=409)
    return RedirectResponse("/workbench/differences", status_code=303)


@router.post("/differences/{case_id}/further")
def post_further(visit: SupervisorOf, case_id: IdInPath, form: FormOf) -> Response:
    """Send a difference to a further examiner."""
    reason = form.text("reason", missing="Say why a further examiner must decide.")
    if form.errors:
        return _difference_page(visit, case_id, form)
    resolution.send_further(
        visit.services,
        resolution.AskFurther(visit.caller, CaseId(case_id), reason, form.text("revision")),
    )
    return RedirectResponse("/workbench/differences", status_code=303)


def _difference_page(visit: Visit, case_id: str, form: Form, *, refused: int = 422) -> Response:
    found = resolution.difference(visit.bench, visit.caller, CaseId(case_id))
    asked = visit.request.query_params.get("exemplar", "")
    exemplar = next((e for e in found.exemplars if e.label == asked), None)
    if exemplar is None and found.exemplars:
        exemplar = found.exemplars[0]
    pairs = finger_pairs(found.probe, exemplar.impressions) if exemplar else ()
    disputed = str(int(exemplar.disputed[0])) if exemplar and exemplar.disputed else ""
    values = {
        "difference": found,
        "exemplar": exemplar,
        "pairs": pairs,
        "shown": chosen_pair(pairs, visit.request.query_params.get("finger", disputed)),
    }
    return form.page(visit, "examination/difference.html", values, refused=refused)


@router.get("/statistics")
def show_statistics(visit: FigureReaderOf) -> Response:
    """Show the figures of the last year."""
    found = statistics(visit.bench, visit.caller)
    values = {
        "figures": found,
        "months": month_bars(found.outcomes),
        "turnaround": span_bars([(row.median_h, row.p90_h) for row in found.turnaround]),
        "queue": span_bars([(row.median_h, row.oldest_h) for row in found.queue]),
        "share_bar": share_bar,
        "kinds": list(Outcome),
    }
    return visit.page("examination/statistics.html", values)


@router.get("/competence")
def show_competence(visit: ExaminerOf) -> Response:
    """Show an examiner their own figures of the last year."""
    found = competence.own_competence(visit.bench, visit.caller)
    return visit.page("examination/competence.html", {"own": found, "outcomes": list(Outcome)})
