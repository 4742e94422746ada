"""Figures released each quarter, and answers to requests for information, without requesters."""

import re

from starlette.responses import Response

from domain.access.access import Caller, Scope
from domain.errors import LinkingError, NotFoundError
from domain.ids import RequestId
from domain.publication import COST_LIMIT_HOURS, InformationAnswer, InformationOutcome, Quarter
from domain.requests.request_states import ENDED
from service.usecases.publication import releases
from service.usecases.requests.reading import show_request
from service.web import visitors
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.publication.site import chart_of

router = page_router("/workbench/publication")

_PAGE = 30
_IS_SECTION = re.compile(r"s[0-9]{1,3}[A-Z]?").fullmatch
_FIELDS = ("answer", "exemptions", "hours")


@router.get("/disclosure-log")
def show_disclosure_log(visit: visitors.FigureReaderOf) -> Response:
    """Show the published answers, newest first."""
    page = visit.use(releases.disclosure_log, before=visit.cursor("before"), limit=_PAGE)
    return visit.list_page("publication/disclosure_log.html", "answers", page, "before")


@form_page(router, "/information/{request_id}")
def information_page(
    visit: visitors.RequestReaderOf, request_id: IdInPath, form: BegunFormOf
) -> Response:
    """Show a request for information, with the form for its answer."""
    view = visit.use(show_request, RequestId(request_id))
    may_work = Scope.WORK_REQUESTS in visit.caller.actor.scopes and view.file.state not in ENDED
    values = {
        "view": view,
        "file": view.file,
        "may_work": may_work,
        "outcomes": options(InformationOutcome),
        "limit": COST_LIMIT_HOURS,
    }
    return form.page(visit, "publication/information.html", values)


@information_page.post("", "outcome", *_FIELDS)
def post_information(visit: visitors.CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Answer a request for information."""
    command = _command(form, visit.caller, request_id)
    if command is not None and not form.errors:
        releases.answer_information(visit.services, command)


def _command(form: Form, caller: Caller, request_id: str) -> releases.AnswerInformation | None:
    outcome = form.choice("outcome", InformationOutcome, missing="Choose the outcome.")
    question = form.text("question", missing="Write the question as it will be published.")
    words = form.text("answer", missing="Write the answer as it will be published.")
    hours = form.text("hours") or "0"
    exemptions = tuple(form.text("exemptions").replace(",", " ").split())
    if not (hours.isascii() and hours.isdigit() and len(hours) < 6):
        form.errors["hours"] = "Write whole hours."
    if not all(map(_IS_SECTION, exemptions)):
        form.errors["exemptions"] = "Write sections of the Act as s40, with spaces between them."
    if outcome is None or form.errors:
        return None
    answer = InformationAnswer(
        outcome,
        question,
        words,
        exemptions,
        form.text("matter")[:40],
        int(hours),
        is_counted_here=form.text("counted") == "yes",
    )
    return releases.AnswerInformation(
        caller, RequestId(request_id), form.number("version"), answer
    )


@form_page(router)
def releases_page(visit: visitors.FigureReaderOf, form: BegunFormOf) -> Response:
    """Show every release; to administrators, also the form that makes one."""
    values = {
        "releases": visit.use(releases.list_releases),
        "may_release": Scope.OPERATE in visit.caller.actor.scopes,
    }
    return form.page(visit, "publication/releases.html", values)


@releases_page.post("", "quarter")
def post_release(visit: visitors.AdministratorOf, form: FormOf) -> str | None:
    """Release the figures of a quarter."""
    text = form.text("quarter", missing="Name the quarter, such as 2026Q4.")
    if form.errors:
        return None
    visit.use(releases.release_quarter, Quarter.parse(text))
    return f"/workbench/publication/releases/{text}"


@router.get("/releases/{quarter}")
def show_one_release(visit: visitors.FigureReaderOf, quarter: str) -> Response:
    """Show the newest version of a release."""
    try:
        asked = Quarter.parse(quarter)
    except LinkingError:
        raise NotFoundError from None
    release = visit.use(releases.show_release, asked)
    values = {"release": release, "chart": chart_of}
    return visit.page("publication/release.html", values)
