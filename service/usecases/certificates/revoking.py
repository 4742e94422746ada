"""Certificates revoked by the office: whoever checks one is told so at once."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.certificates.standing import RevocationGround
from domain.errors import AlreadyRevokedError, InvalidInputError
from domain.events.certificates import CertificateRevoked
from domain.ids import CertificateId
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def revoke_certificate(
    services: StoreServices,
    caller: Caller,
    certificate_id: CertificateId,
    ground: RevocationGround,
    words: str,
) -> None:
    """Take a certificate back.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reason), AlreadyRevokedError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    if not words.strip():
        raise InvalidInputError("Give the reason in words.", pointer="/words")
    with services.units.write() as unit:
        existing(unit.certificates.get(certificate_id))
        is_new = unit.certificates.revoke(
            certificate_id,
            ground,
            words,
            by=caller.actor.user_id,
            at=services.surroundings.clock(),
        )
        if not is_new:
            raise AlreadyRevokedError("This certificate is already revoked.")
        event = CertificateRevoked(certificate_id, ground)
        record(unit, services.surroundings, caller, event)
        unit.commit()
