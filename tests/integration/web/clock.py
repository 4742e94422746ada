"""A manual clock for the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.integration.web.driver import Office


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def stop_clock(office: Office) -> Clock:
    """Give the pages of an office a manual clock, and return it."""
    clock = Clock()
    services = office.bench.services
    office.bench = replace(
        office.bench,
        services=replace(services, surroundings=replace(services.surroundings, clock=clock)),
    )
    office.app.state.workbench = office.bench
    return clock
