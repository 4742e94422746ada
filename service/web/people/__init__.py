"""Pages on the gallery for supervisors, and on records."""

from service.web.people import erasures, gallery, records

ROUTERS = (
    records.beginning_router,
    records.consultations_router,
    erasures.router,
    gallery.router,
    records.router,
)
