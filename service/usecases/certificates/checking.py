"""The answer to anybody with a number and a code: one shape, and the same work for each."""

from __future__ import annotations

from domain.certificates.codes import code_digest
from domain.certificates.standing import CheckAnswer
from domain.events.certificates import CertificateChecked
from service.live.refusals import UnknownCertificate
from service.usecases.certificates.desk import CHECKER
from service.usecases.log.recording import record
from service.usecases.log.refused_calls import record_refusal
from service.usecases.services import StoreServices


def check_certificate(services: StoreServices, number: str, code: str) -> CheckAnswer:
    """Return whether the certificate of this number and this code holds.

    A number with another code is as unknown as one that was never issued. Each check of a
    certificate is an event; guesses are counted, and two events a window at most.
    """
    digest = code_digest(number, code)
    with services.units.read() as unit:
        found = unit.certificates.checked(digest)
    if found is None:
        record_refusal(services, UnknownCertificate(CHECKER))
        return CheckAnswer.UNKNOWN
    event = CertificateChecked(found.answer, found.certificate.certificate_id)
    with services.units.write() as unit:
        record(unit, services.surroundings, CHECKER, event)
        unit.commit()
    return found.answer
