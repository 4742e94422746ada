"""The reference a client gives to a search, a batch or a capture: a custody or exhibit number.

It may name a person, so that it is kept as a payload: never in an event, a log line or a page of
examiners. A digest under a key of the store finds it again.
"""

from __future__ import annotations

from domain.ids import BatchId, EncounterId, ForceCode, SearchId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services


def keep_reference(
    services: Services,
    unit: UnitOfWork,
    owner: SearchId | EncounterId | BatchId,
    force: ForceCode,
    reference: str,
) -> None:
    """Store the reference of a search, a batch or a capture; an empty one is none."""
    if reference:
        digest = reference_digest(services, force, reference)
        unit.references.add(owner, force, reference, keyed_digest=digest)


def reference_digest(services: Services, force: ForceCode, reference: str) -> str:
    """Return HMAC-SHA-256, hexadecimal, of a force's reference, whatever its capitals."""
    text = f"{force} {reference.casefold()}".encode()
    return services.reference_mac(text).hex()
