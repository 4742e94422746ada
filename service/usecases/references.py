"""The reference a client gives to a search, a batch or a capture, such as a custody number.

It may name a person, so it is stored as a payload and never appears in an event, a log line or an
examiner's page. It can be found again by a digest under a key of the store.
"""

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
    """Store the reference of a search, a batch or a capture. An empty reference is not stored."""
    if reference:
        digest = reference_digest(services, force, reference)
        unit.references.add(owner, force, reference, keyed_digest=digest)


def reference_digest(services: Services, force: ForceCode, reference: str) -> str:
    """Return the HMAC-SHA-256 (hexadecimal) of a force's reference, ignoring letter case."""
    text = f"{force} {reference.casefold()}".encode()
    return services.reference_mac(text).hex()
