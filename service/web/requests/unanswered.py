"""The recipients of data that have not acknowledged a change of it."""

from __future__ import annotations

from starlette.responses import Response

from service.usecases.requests.notices import unanswered_notices
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.visitors import RequestReaderOf

router = page_router("/workbench")

_SHOWN = 200


@router.get("/unanswered-notices")
def show_unanswered(visit: RequestReaderOf) -> Response:
    """Show the recipients that have not answered, the oldest notice first."""
    found = unanswered_notices(visit.services, visit.caller, limit=_SHOWN).items
    return render(visit.request, "requests/unanswered.html", {"found": found, "most": _SHOWN})
