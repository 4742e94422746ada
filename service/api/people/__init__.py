"""Captures, records, merges, erasures, and cases about the gallery itself."""

from service.api.people import (
    consultations,
    encounters,
    erasures,
    gallery_cases,
    merges,
    prints,
    records,
)

ROUTERS = (
    consultations.router,
    encounters.router,
    prints.router,
    records.router,
    merges.router,
    erasures.router,
    gallery_cases.router,
)
