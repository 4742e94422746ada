"""Pages of released figures for staff, and the form with which an administrator releases a
quarter.

They show only frozen releases: opening a page counts nothing again.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.errors import LinkingError, NotFoundError
from domain.publication import Quarter
from service.usecases.publication.releases import list_releases, release_quarter, show_release
from service.web.drafts import begun_form
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.publication.charts import chart_of
from service.web.rendering import render
from service.web.visitors import AdministratorOf, FigureReaderOf, Visit

router = page_router("/workbench/publication")


@router.get("")
def show_releases(visit: FigureReaderOf) -> Response:
    """Show every release; to administrators, also the form that makes one."""
    return _list(visit, begun_form(visit))


@router.post("")
def post_release(visit: AdministratorOf, form: FormOf) -> Response:
    """Release the figures of a quarter."""
    text = form.text("quarter", missing="Name the quarter, such as 2026Q4.")
    if form.errors:
        return _list(visit, form, status=422)
    with form.taking("quarter"):
        release_quarter(visit.services, visit.caller, Quarter.parse(text))
        return RedirectResponse(f"/workbench/publication/releases/{text}", status_code=303)
    return _list(visit, form, status=422)


@router.get("/releases/{quarter}")
def show_one_release(visit: FigureReaderOf, quarter: str) -> Response:
    """Show the newest version of a release."""
    try:
        asked = Quarter.parse(quarter)
    except LinkingError:
        raise NotFoundError from None
    release = show_release(visit.services, visit.caller, asked)
    values = {"release": release, "chart": chart_of}
    return render(visit.request, "publication/release.html", values)


def _list(visit: Visit, form: Form, *, status: int = 200) -> Response:
    values = {
        "releases": list_releases(visit.services, visit.caller),
        "may_release": Scope.OPERATE in visit.caller.actor.scopes,
        "form": form,
    }
    return render(visit.request, "publication/releases.html", values, status=status)
