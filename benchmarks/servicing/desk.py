"""The kinds of request, each worked by simulated staff from receipt to its end, over a year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from benchmarks.filling import caller
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import (
    Asked,
    Office,
    decided,
    file_of,
    hurried,
    identified,
    is_another,
    opened,
)
from domain.access.access import Purpose, Role
from domain.agencies.agencies import AgreementStanding, LegalStatus, Reach
from domain.errors import LinkingError, NotFoundError, existing
from domain.ids import RequestId
from domain.publication import InformationAnswer, InformationOutcome
from domain.requests.certificates import CertificateOutcome, ReferralVerdict
from domain.requests.requests import IdentityOutcome, Party, PartyKind
from domain.restrictions import UsePurpose
from domain.retention.disclosure import DeletionPart
from service.usecases.agencies.agreements import MakeAgreement, make_agreement, show_agreement
from service.usecases.agencies.asns import issue_asn
from service.usecases.certificates.issuing import issue_certificate
from service.usecases.disclosure import deciding
from service.usecases.disclosure.deletions import AskDeletion, ask_deletion, deletions_of
from service.usecases.publication.releases import AnswerInformation, answer_information
from service.usecases.requests.own_answers import PrepareAnswer, prepare_answer
from service.usecases.requests.referring import AnswerReferral, answer_referral, make_referral

_AGENCY = Party(PartyKind.AGENCY, "HARB")
_CRIMINAL = UsePurpose.CRIMINAL_PROCEEDINGS

OWN_DATA = Asked("subject-access")
AGENCY_ENQUIRY = Asked("agency-names-enquiry", _AGENCY, _CRIMINAL, "agreement-1")
STATE = Asked("conviction-information", Party(PartyKind.STATE, "POL"), _CRIMINAL, "eufra-2020")
FORCE = Asked("names-enquiry-answer", Party(PartyKind.FORCE, "13"), _CRIMINAL, "police-act")
CREATION = Asked(
    "record-creation",
    _AGENCY,
    _CRIMINAL,
    "agreement-1",
    facts=(("offence", "Theft of a boat"), ("prosecution-decided-on", "2020-01-06")),
)
DELETION = Asked("record-deletion", words="No crime was committed.")
CORRECTION = Asked("rectification", words="The place of birth is wrong.")
CONVERSION = Asked("conversion-request", Party(PartyKind.FORCE, "13"), _CRIMINAL, "names-enquiry")
INFORMATION = Asked(
    "freedom-of-information", legal_basis="foia-2000", words="How many requests ended?"
)

Ending = Callable[[Office, RequestId], object]
"""The work on a request after its person is identified, up to its end."""


def _own_answer(office: Office, request_id: RequestId) -> None:
    searched = "All records were searched by the names and days stated."
    version = file_of(office, request_id).version
    prepare_answer(office.services, PrepareAnswer(office.first, request_id, version, searched))
    decided(office, request_id)


def _with_number(office: Office, request_id: RequestId) -> None:
    decided(office, request_id)
    issue_asn(office.services, office.first, request_id)


def _published(office: Office, request_id: RequestId) -> None:
    answer = InformationAnswer(
        InformationOutcome.DISCLOSED,
        "How many requests ended in the quarter?",
        "They are in the released figures.",
        matter="volumes",
        hours=1,
    )
    version = file_of(office, request_id).version
    answer_information(
        office.services, AnswerInformation(office.first, request_id, version, answer)
    )


def _decided_by_the_force(office: Office, request_id: RequestId) -> None:
    """Ask the owning force about each arrest; every second one is approved, and so deleted."""
    found = deletions_of(office.services, office.first, request_id)
    for number, arrest in enumerate(one for one in found.arrests if not one.why_not):
        asked = AskDeletion(
            office.first,
            request_id,
            arrest.record_id,
            arrest.item_id,
            _ENTRY,
            (),
            _GROUND,
        )
        case = ask_deletion(office.services, asked)
        approved = _ENTRY if number % 2 else frozenset()
        decision = deciding.DecideDeletion(
            caller(Role.FORCE, Purpose.DELETION, name=f"force-{case.owner}", force=case.owner),
            case.deletion_id,
            approved,
            _GROUND,
            "No crime was committed.",
        )
        if deciding.decide_deletion(office.services, decision).approved:
            deciding.carry_out_deletion(office.services, office.first, case.deletion_id)
    decided(office, request_id)


_ENTRY = frozenset({DeletionPart.ENTRY})
_GROUND = "no-crime"


def finishing(
    ending: Ending = decided, *, is_about_somebody: bool = True
) -> Callable[[Office, Applicant, RequestId], str]:
    """Return a function that works an open request to its end and returns the outcome."""

    def finish(office: Office, applicant: Applicant, request_id: RequestId) -> str:
        if is_about_somebody:
            identified(office, applicant, request_id)
        ending(office, request_id)
        file = file_of(office, request_id)
        said = [one.outcome for one in file.entries if one.outcome]
        return said[-1] if said else file.state.value

    return finish


def agree(office: Office) -> None:
    """Record the agreement with the agencies, unless there is one already."""
    try:
        show_agreement(office.services, office.first, _AGENCY.code)
    except NotFoundError:
        purposes = frozenset({_CRIMINAL})
        command = MakeAgreement(
            office.first,
            _AGENCY.code,
            0,
            "Office for Harbours",
            LegalStatus.COMPETENT,
            purposes,
            Reach.ALL,
            AgreementStanding.AGREED,
            date(2020, 1, 1),
            date(2099, 1, 1),
        )
        make_agreement(office.services, command)


KIND = "police-certificate"
CERTIFICATE = Asked(KIND, facts=(("countries", "CAN"),))
FOR_CHILDREN = Asked(
    "child-protection-certificate",
    purpose=UsePurpose.WORK_WITH_CHILDREN,
    facts=(("countries", "CAN"), ("organisation", "A school abroad")),
)
_BODY = caller(Role.REFERRAL_BODY, Purpose.APPLICATION, name="body-a")


def finish_certificate(office: Office, applicant: Applicant, request_id: RequestId) -> str:
    """Work an application up to the signed document; return its outcome.

    A referral body replies where the kind demands it.
    """
    if is_another(applicant):
        return _another(office, request_id)
    identified(office, applicant, request_id)
    if file_of(office, request_id).request.kind == FOR_CHILDREN.kind:
        referral = make_referral(office.services, office.first, request_id)
        answer = AnswerReferral(_BODY, referral.referral_id, ReferralVerdict.NO_OBJECTION)
        answer_referral(office.services, answer)
    return _issued(office, applicant, request_id)


def _another(office: Office, request_id: RequestId) -> str:
    office.counts["to_a_person"] += 1
    hurried(office, request_id)
    decided(office, request_id, refuse_on="identity-not-shown")
    return "refused: identity-not-shown"


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


def try_certificate(office: Office, applicant: Applicant) -> None:
    """Search for an applicant with a record, and count the outcome that would follow."""
    try:
        outcome = _tried(office, applicant)
    except LinkingError as error:
        office.counts["errors"] += 1
        outcome = f"error: {error.code}"
    office.outcomes[f"{KIND}: {outcome}"] += 1
    if outcome == CertificateOutcome.NO_TRACE.value and applicant.has_record:
        _note_wrong(office, applicant)


def _tried(office: Office, applicant: Applicant) -> str:
    request_id = opened(office, applicant, CERTIFICATE)
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


BY_HAND = 1_000
"""Requests in a year, for kinds for which no published figure was found."""


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of service: requests in a year, what is asked, and the work up to the end."""

    a_year: int
    asked: Asked
    finish: Callable[[Office, Applicant, RequestId], str]

    @property
    def name(self) -> str:
        """The kind of request."""
        return self.asked.kind


SERVICES: tuple[Service, ...] = (
    Service(146_560, CERTIFICATE, finish_certificate),
    Service(11_700, FOR_CHILDREN, finish_certificate),
    Service(30_425, OWN_DATA, finishing(_own_answer)),
    Service(2_242, DELETION, finishing(_decided_by_the_force)),
    Service(BY_HAND, CORRECTION, finishing()),
    Service(38_287, AGENCY_ENQUIRY, finishing()),
    Service(BY_HAND, CREATION, finishing(_with_number)),
    Service(19_108, STATE, finishing()),
    Service(BY_HAND, FORCE, finishing()),
    Service(BY_HAND, CONVERSION, finishing()),
    Service(BY_HAND, INFORMATION, finishing(_published, is_about_somebody=False)),
)
"""`retention-review` is missing: the office itself starts those requests (`retention plan`)."""


def arrivals(scale: float, rng: np.random.Generator) -> list[Service]:
    """Return the requests of a year at this scale, in order of arrival."""
    all_of_them = [one for one in SERVICES for _ in range(max(1, round(one.a_year * scale)))]
    return [all_of_them[at] for at in rng.permutation(len(all_of_them))]
