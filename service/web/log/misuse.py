"""Signs of misuse as auditors read them: questions for people to answer, never verdicts."""

from starlette.responses import Response

from domain.abuse import FindingKind
from service.api.parameters import Before
from service.usecases.misuse.findings import found_abuse
from service.web.page_route import page_router
from service.web.visitors import AuditorOf

router = page_router("/workbench/log/misuse")

_PAGE = 50
WORDS = {
    FindingKind.PROBE_SERIES: "One print was searched again and again with small changes",
    FindingKind.STAFF_MATCH: "The prints searched with belong to a member of staff",
    FindingKind.OWN_RECORD: "Somebody searched for themselves, or for the person they act for",
}


@router.get("")
def show_misuse(visit: AuditorOf, before: Before = None) -> Response:
    """Show signs of misuse, newest first; that they were shown is logged."""
    page = visit.use(found_abuse, before=before, limit=_PAGE)
    with_names = {"found": page.items, "next": page.next_key, "before": before, "words": WORDS}
    return visit.page("log/misuse.html", with_names)
