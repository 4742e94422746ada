"""The same request twice is done once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller
from domain.errors import IdempotencyConflictError
from domain.ids import ForceCode
from service.storage.access.sessions import RememberedRequest
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The caller's key and the keyed digest of the request it stands for."""

    key: str
    request_digest: str


def kept_key(force: ForceCode | None, key: IdempotencyKey) -> str:
    """Return a key as it is kept: accounts of two forces with the same name share no key."""
    return f"{force or ''} {key.key}"


def remembered(unit: UnitOfWork, caller: Caller, key: IdempotencyKey | None) -> str | None:
    """Return the resource that an equal request made before; raises IdempotencyConflictError for
    another request under the key."""
    if key is None:
        return None
    keys = unit.idempotency_keys
    return _resource(keys.find(caller.actor.user_id, kept_key(caller.actor.force, key)), key)


def claimed(unit: UnitOfWork, caller: Caller, key: IdempotencyKey | None) -> str | None:
    """Return the resource that an equal request made before or, after a wait, is making now.

    None: this transaction is the one that makes it. Raises IdempotencyConflictError for another
    request under the key, StoreUnavailableError when the wait takes too long.
    """
    if key is None:
        return None
    keys = unit.idempotency_keys
    return _resource(keys.claim(caller.actor.user_id, kept_key(caller.actor.force, key)), key)


def _resource(earlier: RememberedRequest | None, key: IdempotencyKey) -> str | None:
    if earlier is None:
        return None
    if earlier.request_digest != key.request_digest:
        raise IdempotencyConflictError
    return earlier.resource_id


def remember(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    key: IdempotencyKey | None,
    resource_id: str,
) -> None:
    """Store the resource of this request under its key, in the same transaction."""
    if key is not None:
        unit.idempotency_keys.remember(
            RememberedRequest(
                caller.actor.user_id,
                kept_key(caller.actor.force, key),
                key.request_digest,
                resource_id,
                services.surroundings.clock(),
            )
        )
