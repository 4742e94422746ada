"""A key of the store that was lost, replaced or renewed is accepted, with an event."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.events.log import KeyAccepted
from domain.store_secrets import StoreSecret
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def record_accepted_key(
    services: StoreServices, caller: Caller, secret: StoreSecret, key_sha256: str
) -> None:
    """Put on record that a key is accepted; raises NotPermittedError."""
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, KeyAccepted(secret, key_sha256))
        unit.commit()
