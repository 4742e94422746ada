"""The list of who has viewed a person's data, for printing."""

from starlette.responses import Response

from domain.ids import PersonId
from service.usecases.people.records import consultations
from service.web.examination.desk import IdInPath
from service.web.page_route import page_router
from service.web.visitors import ConsultationReaderOf

router = page_router("/workbench/people")

_PAGE = 30


@router.get("/{person_id}/consultations")
def show_consultations(visit: ConsultationReaderOf, person_id: IdInPath) -> Response:
    """Show each access to anything held about the person, newest first."""
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None
    page = visit.use(consultations, PersonId(person_id), before=before, limit=_PAGE)
    values = {"page": page, "person_id": person_id, "now": visit.services.surroundings.clock()}
    return visit.page("people/consultations.html", values)
