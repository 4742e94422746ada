"""Pages on the gallery for supervisors, and on records."""

from service.web.people import beginning, erasures, gallery, records

ROUTERS = (
    beginning.router,
    records.consultations_router,
    erasures.router,
    gallery.router,
    records.router,
)
