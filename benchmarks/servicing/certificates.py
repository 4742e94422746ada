"""An application for a certificate worked by staff that know application and document.

The rule of the simulated staff: a document whose surname and day of birth are both others than
those stated refuses the application. Otherwise the details of the document are searched beside
those stated. A candidate is identified when one record alone bears a name and the day of birth of
the document; else it stays open. Staff never see the truth.
"""

from __future__ import annotations

from benchmarks.filling import caller
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from benchmarks.servicing.staff import Asked, decided, hurried, identified, is_another, opened
from domain.access import Purpose, Role
from domain.certificates.referrals import ReferralVerdict
from domain.certificates.standing import CertificateOutcome
from domain.errors import LinkingError
from domain.ids import RequestId
from domain.requests import IdentityOutcome
from domain.restrictions import UsePurpose
from service.usecases.certificates.issuing import issue_certificate
from service.usecases.existing import existing
from service.usecases.requests.referring import AnswerReferral, answer_referral, make_referral

KIND = "police-certificate"
ASKED = Asked(KIND, facts=(("countries", "CAN"),))
FOR_CHILDREN = Asked(
    "child-protection-certificate",
    purpose=UsePurpose.WORK_WITH_CHILDREN,
    facts=(("countries", "CAN"), ("organisation", "A school abroad")),
)
_BODY = caller(Role.REFERRAL_BODY, Purpose.APPLICATION, name="body-a")
REFUSED = "refused: identity-not-shown"


def finish_certificate(office: Office, applicant: Applicant, request_id: RequestId) -> str:
    """Work an application up to the signed document and return its outcome."""
    if is_another(applicant):
        return _another(office, request_id)
    identified(office, applicant, request_id)
    return _issued(office, applicant, request_id)


def finish_for_children(office: Office, applicant: Applicant, request_id: RequestId) -> str:
    """Work an application for work with children, with the answer of the body to the referral."""
    if is_another(applicant):
        return _another(office, request_id)
    identified(office, applicant, request_id)
    referral = make_referral(office.services, office.first, request_id)
    answer = AnswerReferral(_BODY, referral.referral_id, ReferralVerdict.NO_OBJECTION)
    answer_referral(office.services, answer)
    return _issued(office, applicant, request_id)


def _another(office: Office, request_id: RequestId) -> str:
    office.counts["to_a_person"] += 1
    hurried(office, request_id)
    decided(office, request_id, refuse_on="identity-not-shown")
    return REFUSED


def _issued(office: Office, applicant: Applicant, request_id: RequestId) -> str:
    with office.timed("decision to signed document"):
        decided(office, request_id)
        issued = issue_certificate(office.services, office.desk, office.first, request_id)
    office.last_issued = issued.certificate_id
    with office.services.units.read() as unit:
        outcome = existing(unit.certificates.get(issued.certificate_id)).certificate.outcome
    if outcome is CertificateOutcome.NO_TRACE and applicant.has_matters:
        _note_wrong(office, applicant)
    return outcome.value


def try_certificate(office: Office, applicant: Applicant) -> str:
    """Have an applicant with a record searched; count and return the outcome that would follow."""
    try:
        outcome = _tried(office, applicant)
    except LinkingError as error:
        office.counts["errors"] += 1
        outcome = f"error: {error.code}"
    office.outcomes[f"{KIND}: {outcome}"] += 1
    if outcome == CertificateOutcome.NO_TRACE.value and applicant.has_record:
        _note_wrong(office, applicant)
    return outcome


def _tried(office: Office, applicant: Applicant) -> str:
    request_id = opened(office, applicant, ASKED)
    if is_another(applicant):
        return _another(office, request_id)
    settled = {
        IdentityOutcome.NOT_HELD: CertificateOutcome.NO_TRACE.value,
        IdentityOutcome.IDENTIFIED: "identified",
    }
    outcome = identified(office, applicant, request_id)
    return settled.get(outcome, CertificateOutcome.CANNOT_BE_CERTIFIED.value)


def _note_wrong(office: Office, applicant: Applicant) -> None:
    office.counts["wrong_no_trace"] += 1
    office.outcomes[f"wrong: {applicant.trouble.value}"] += 1
