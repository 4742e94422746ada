"""The recipients that have not acknowledged a change of data sent to them."""

from starlette.responses import Response

from service.usecases.requests.notices import unanswered_notices
from service.web.page_route import page_router
from service.web.tables import pages_of
from service.web.visitors import RequestReaderOf

router = page_router("/workbench")

_PAGE = 30


@router.get("/unanswered-notices")
def show_unanswered(visit: RequestReaderOf) -> Response:
    """Show the recipients that have not acknowledged, the oldest notice first."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(unanswered_notices, after=after, limit=_PAGE)
    shown = {"found": page.items, "turning": pages_of(visit.request, "after", page.next_key)}
    return visit.page("requests/unanswered.html", shown)
