"""Pages of released figures for staff, and the form with which an administrator releases a
quarter.

They show only frozen releases: opening a page counts nothing again.
"""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.errors import LinkingError, NotFoundError
from domain.publication import Quarter
from service.usecases.publication.releases import list_releases, release_quarter, show_release
from service.web.drafts import begun_form
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.publication.site import chart_of
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
        visit.use(release_quarter, Quarter.parse(text))
        return RedirectResponse(f"/workbench/publication/releases/{text}", status_code=303)
    return _list(visit, form, status=422)


@router.get("/releases/{quarter}")
def show_one_release(visit: FigureReaderOf, quarter: str) -> Response:
    """Show the newest version of a release."""
    try:
        asked = Quarter.parse(quarter)
    except LinkingError:
        raise NotFoundError from None
    release = visit.use(show_release, asked)
    values = {"release": release, "chart": chart_of}
    return visit.page("publication/release.html", values)


def _list(visit: Visit, form: Form, *, status: int = 200) -> Response:
    values = {
        "releases": visit.use(list_releases),
        "may_release": Scope.OPERATE in visit.caller.actor.scopes,
        "form": form,
    }
    return visit.page("publication/releases.html", values, status=status)
