"""The answer to anybody with a number and a code: one shape, and the same work for each."""

from __future__ import annotations

from domain.certificates.codes import code_digest
from domain.certificates.standing import CheckAnswer
from domain.events.certificates import CertificateChecked
from service.usecases.certificates.desk import CHECKER
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def check_certificate(services: StoreServices, number: str, code: str) -> CheckAnswer:
    """Return whether the certificate of this number and this code holds.

    A number with another code is as unknown as one that was never issued. Each check is an event,
    of an unknown one too.
    """
    digest = code_digest(number, code)
    with services.units.read() as unit:
        found = unit.certificates.checked(digest)
    answer = CheckAnswer.UNKNOWN if found is None else found.answer
    named = None if found is None else found.certificate.certificate_id
    with services.units.write() as unit:
        record(unit, services.surroundings, CHECKER, CertificateChecked(answer, named))
        unit.commit()
    return answer
