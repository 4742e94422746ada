"""An auditor calling the use cases directly, without HTTP."""

from __future__ import annotations

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.events.catalogue import LoggedEvent
from domain.ids import UserId
from service.usecases.services import StoreServices

AUDITOR = Caller(
    Actor(UserId("auditor-a"), Role.AUDITOR, None, ROLE_SCOPES[Role.AUDITOR]), Purpose.AUDIT
)


def first_event(services: StoreServices) -> LoggedEvent:
    """Return event number 0."""
    with services.units.read() as unit:
        return unit.events.entries(start=0, limit=1)[0]
