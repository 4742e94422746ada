"""Idempotency: repeating a request does not do its work twice; and a client's own reference for a
search, a batch or a capture, such as a custody number.

A reference may name a person, so it is stored as a payload and never appears in an event, a log
line or an examiner's page. It can be found again by a digest under a key of the store.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from domain.access.access import Caller
from domain.errors import IdempotencyConflictError
from domain.ids import BatchId, EncounterId, ForceCode, SearchId
from service.storage.access.sessions import RememberedRequest
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The caller's key, and the keyed digest of the request that it belongs to."""

    key: str
    request_digest: str

    def with_more(self, *stated: str) -> IdempotencyKey:
        """Return the key of a request that also states something outside its body.

        Without anything stated it is the same key, also of a request before an upgrade.
        """
        if not any(stated):
            return self
        text = "\0".join((self.request_digest, *stated))
        return replace(self, request_digest=hashlib.sha256(text.encode()).hexdigest())


def kept_key(force: ForceCode | None, key: IdempotencyKey) -> str:
    """Return a key in its stored form. It includes the force, so two forces never share a key."""
    return f"{force or ''} {key.key}"


def remembered(unit: UnitOfWork, caller: Caller, key: IdempotencyKey | None) -> str | None:
    """Return the resource made by an earlier equal request; None if there was none.

    Raises IdempotencyConflictError if the key was used for a different request.
    """
    if key is None:
        return None
    keys = unit.idempotency_keys
    found = keys.find(caller.actor.user_id, kept_key(caller.actor.force, key))
    return _resource(found, caller, key)


def claimed(unit: UnitOfWork, caller: Caller, key: IdempotencyKey | None) -> str | None:
    """Return the resource of an equal request made before or, after a wait, being made now.

    None means that this transaction must make it. Raises IdempotencyConflictError if the key was
    used for a different request, and StoreUnavailableError if the wait takes too long.
    """
    if key is None:
        return None
    keys = unit.idempotency_keys
    found = keys.claim(caller.actor.user_id, kept_key(caller.actor.force, key))
    return _resource(found, caller, key)


def _resource(
    earlier: RememberedRequest | None, caller: Caller, key: IdempotencyKey
) -> str | None:
    if earlier is None:
        return None
    # A key that an earlier release remembered, for a day at most, has the digest of the request,
    # alone or with the answer, and does not say for what purpose it was.
    before = hashlib.sha256(f"{key.request_digest} {earlier.resource_id}".encode()).hexdigest()
    known = {_bound(key, caller, earlier.resource_id), before, key.request_digest}
    if earlier.request_digest not in known:
        raise IdempotencyConflictError
    return earlier.resource_id


def _bound(key: IdempotencyKey, caller: Caller, resource_id: str) -> str:
    """Return the digest that is stored: of the request, its purpose and person, and its answer.

    The digest of the request is keyed and not stored, so nobody who can only write to the database
    can let a repeated request be answered by the answer to another.
    """
    called = f"{caller.purpose} {caller.on_behalf_of}"
    return hashlib.sha256(f"{key.request_digest} {called} {resource_id}".encode()).hexdigest()


def remember(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    key: IdempotencyKey | None,
    resource_id: str,
) -> None:
    """Store the resource made by this request under its key, in the same transaction."""
    if key is not None:
        unit.idempotency_keys.remember(
            RememberedRequest(
                caller.actor.user_id,
                kept_key(caller.actor.force, key),
                _bound(key, caller, resource_id),
                resource_id,
                services.now(),
            )
        )


def keep_reference(
    services: Services,
    unit: UnitOfWork,
    owner: SearchId | EncounterId | BatchId,
    force: ForceCode,
    reference: str,
) -> None:
    """Store the reference of a search, a batch or a capture. An empty reference is not stored."""
    if reference:
        digest = reference_digest(services, force, reference)
        unit.references.add(owner, force, reference, keyed_digest=digest)


def reference_digest(services: Services, force: ForceCode, reference: str) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of a force's reference, ignoring letter case."""
    text = f"{force} {reference.casefold()}".encode()
    return services.reference_mac(text).hex()
