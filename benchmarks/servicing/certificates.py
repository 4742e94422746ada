"""An application for a certificate worked by staff that know application and document.

The rule of the simulated staff: a document whose surname and day of birth are both others than
those stated refuses the application. Otherwise the details of the document are searched beside
those stated. A candidate is identified when one record alone bears a name and the day of birth of
the document; else it stays open. Staff never see the truth.
"""

from __future__ import annotations

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from benchmarks.servicing.staff import Asked, decided, hurried, identified, is_another, opened
from domain.certificates.standing import CertificateOutcome
from domain.errors import LinkingError
from domain.requests import IdentityOutcome
from service.usecases.certificates.issuing import issue_certificate
from service.usecases.existing import existing
from service.usecases.requests.clocks import due_of
from service.usecases.requests.kinds import kind_named

KIND = "police-certificate"
_REFUSED = "refused: identity-not-shown"


def work_certificate(office: Office, applicant: Applicant, *, to_the_end: bool = True) -> str:
    """Work one application and return its outcome; `to_the_end`: with the signed document."""
    try:
        outcome = _worked(office, applicant, to_the_end=to_the_end)
    except LinkingError as error:
        office.counts["errors"] += 1
        outcome = f"error: {error.code}"
    office.outcomes[f"{KIND}: {outcome}"] += 1
    is_held = applicant.has_matters if to_the_end else applicant.has_record
    if outcome == CertificateOutcome.NO_TRACE.value and is_held:
        office.counts["wrong_no_trace"] += 1
        office.outcomes[f"wrong: {applicant.trouble.value}"] += 1
    return outcome


def _worked(office: Office, applicant: Applicant, *, to_the_end: bool) -> str:
    request_id = opened(office, applicant, Asked(KIND, facts=(("countries", "CAN"),)))
    if is_another(applicant):
        office.counts["to_a_person"] += 1
        hurried(office, request_id)
        decided(office, request_id, refuse_on="identity-not-shown")
        return _REFUSED
    outcome = identified(office, applicant, request_id)
    if not to_the_end:
        settled = {
            IdentityOutcome.NOT_HELD: CertificateOutcome.NO_TRACE.value,
            IdentityOutcome.IDENTIFIED: "identified",
        }
        return settled.get(outcome, CertificateOutcome.CANNOT_BE_CERTIFIED.value)
    with office.timed("decision to signed document"):
        decided(office, request_id)
        issued = issue_certificate(office.services, office.desk, office.first, request_id)
    office.last_issued = issued.certificate_id
    with office.services.units.read() as unit:
        found = existing(unit.certificates.get(issued.certificate_id))
        file = existing(unit.requests.file(request_id))
    today = office.services.surroundings.clock().date()
    office.counts["late"] += due_of(file, kind_named(KIND), today).is_overdue
    return found.certificate.outcome.value
