"""Captures, records, merges, erasures, and cases about the gallery itself."""

from service.api.people import encounters, erasures, records

ROUTERS = (
    erasures.consultations_router,
    encounters.router,
    encounters.prints,
    records.router,
    erasures.router,
)
