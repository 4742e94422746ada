"""Captures, records, merges, erasures, and cases about the gallery itself."""

from service.api.people import encounters, erasures, gallery_cases, records

ROUTERS = (
    gallery_cases.consultations_router,
    encounters.router,
    encounters.prints,
    records.router,
    erasures.router,
    gallery_cases.router,
)
