"""Pages on the gallery for supervisors, and on records."""

from service.web.people import beginning, consultations, erasures, gallery, records

ROUTERS = (beginning.router, consultations.router, erasures.router, gallery.router, records.router)
