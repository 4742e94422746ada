"""Links: the newest ones; one link with its provenance, its court bundle and its revocation."""

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError
from domain.ids import LinkId
from service.api.state import CourtDeskOf
from service.usecases.links import court, links, outcomes
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import Column, order_of, sorted_table
from service.web.visitors import LinkReaderOf, SupervisorOf, Visit

router = page_router("/workbench/links")


@router.get("")
def show_links(visit: LinkReaderOf) -> Response:
    """Show the links the caller may know of, the newest page first."""
    before, order = visit.cursor("before"), order_of(visit.request, _COLUMNS)
    page = outcomes.links_page(visit.bench, visit.caller, before=before, limit=_PAGE, order=order)
    values = {
        "table": sorted_table(visit.request, page.items, _COLUMNS),
        "turning": visit.turning("before", page.next_key),
    }
    return visit.page("links/links.html", values)


_PAGE = 50
_COLUMNS: tuple[Column[outcomes.NamedLink], ...] = (
    # References are sealed one by one: the database sorts none.
    Column("Link"),
    Column("Searched by", "force"),
    Column("Linked", "linked"),
    Column("Stands", "stands"),
)


@router.get("/{link_id}")
def show_link(visit: LinkReaderOf, link_id: IdInPath) -> Response:
    """Show a link and how it was made."""
    form = begun_form(visit)
    return _link_page(visit, link_id, form)


@router.post("/{link_id}/revocation")
def post_revocation(visit: SupervisorOf, link_id: IdInPath, form: FormOf) -> Response:
    """Revoke a link with a reason; the link and its history stay."""
    reason = form.text("reason", missing="Give a reason for revoking the link.")
    if form.fields.get("confirm") != "yes":
        form.errors["confirm"] = "Confirm that the link is to be revoked."
    if form.errors:
        return _link_page(visit, link_id, form)
    links.revoke_link(visit.services, links.RevokeLink(visit.caller, LinkId(link_id), reason))
    return RedirectResponse(f"/workbench/links/{link_id}", status_code=303)


@router.post("/{link_id}/court-bundle")
def post_court_bundle(
    visit: LinkReaderOf, link_id: IdInPath, form: FormOf, desk: CourtDeskOf
) -> Response:
    """Make the court bundle of a link, as a download; this is logged."""
    choice = form.text("images", missing="Choose whether the images are disclosed.")
    if choice not in {"yes", "no"}:
        raise InvalidInputError("Choose whether the bundle discloses the images of the prints.")
    content = court.court_bundle(desk, visit.caller, LinkId(link_id), images=choice == "yes")
    disposition = f'attachment; filename="link-{link_id[:8]}.zip"'
    return Response(
        content, media_type="application/zip", headers={"Content-Disposition": disposition}
    )


def _link_page(visit: Visit, link_id: str, form: Form) -> Response:
    values = {
        "story": outcomes.link_story(visit.bench, visit.caller, LinkId(link_id)),
    }
    return form.page(visit, "links/link.html", values)


ROUTERS = (router,)
