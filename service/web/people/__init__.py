"""Pages on the gallery for supervisors, and on records."""

from service.web.people import erasures, records

ROUTERS = (
    records.beginning_router,
    records.consultations_router,
    erasures.router,
    erasures.gallery_router,
    records.router,
)
