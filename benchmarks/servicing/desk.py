"""The other kinds of request at the case officer's desk, each worked from receipt to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from benchmarks.filling import caller
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from benchmarks.servicing.staff import Asked, decided, identified, version_of
from domain.access import Purpose, Role
from domain.agencies.agreements import AgreementStanding, LegalStatus, Reach
from domain.disclosure.deletions import DeletionPart
from domain.errors import NotFoundError
from domain.ids import RequestId
from domain.publication.answers import InformationAnswer, InformationOutcome
from domain.requests import Party, PartyKind
from domain.restrictions import UsePurpose
from service.usecases.agencies.agreements import MakeAgreement, make_agreement, show_agreement
from service.usecases.agencies.asns import issue_asn
from service.usecases.disclosure.carrying_out import carry_out_deletion
from service.usecases.disclosure.deciding import DecideDeletion, decide_deletion
from service.usecases.disclosure.deletions import AskDeletion, ask_deletion, deletions_of
from service.usecases.existing import existing
from service.usecases.publication.information import AnswerInformation, answer_information
from service.usecases.requests.own_answers import PrepareAnswer, prepare_answer

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

Ending = Callable[[Office, RequestId], None]
"""The work on a request from its identification to its end."""


def _released(office: Office, request_id: RequestId) -> None:
    decided(office, request_id)


def _own_answer(office: Office, request_id: RequestId) -> None:
    searched = "All records were searched by the names and days stated."
    version = version_of(office, request_id)
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
    version = version_of(office, request_id)
    answer_information(
        office.services, AnswerInformation(office.first, request_id, version, answer)
    )


def _decided_by_the_force(office: Office, request_id: RequestId) -> None:
    """Ask the owning force about each arrest; it approves every other one, which is deleted."""
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
        decision = DecideDeletion(
            caller(Role.FORCE, Purpose.DELETION, name=f"force-{case.owner}", force=case.owner),
            case.deletion_id,
            approved,
            _GROUND,
            "No crime was committed.",
        )
        if decide_deletion(office.services, decision).approved:
            carry_out_deletion(office.services, office.first, case.deletion_id)
    decided(office, request_id)


_ENTRY = frozenset({DeletionPart.ENTRY})
_GROUND = "no-crime"


def finishing(
    ending: Ending = _released, *, is_about_somebody: bool = True
) -> Callable[[Office, Applicant, RequestId], str]:
    """Return the work on an open request up to its end, which returns its outcome."""

    def finish(office: Office, applicant: Applicant, request_id: RequestId) -> str:
        if is_about_somebody:
            identified(office, applicant, request_id)
        ending(office, request_id)
        with office.services.units.read() as unit:
            file = existing(unit.requests.file(request_id))
        said = [one.outcome for one in file.entries if one.outcome]
        return said[-1] if said else file.state.value

    return finish


finish_plain = finishing()
finish_deletion = finishing(_decided_by_the_force)
finish_own_data = finishing(_own_answer)
finish_creation = finishing(_with_number)
finish_information = finishing(_published, is_about_somebody=False)


def agree(office: Office) -> None:
    """Put the agreement of the agencies on record, unless it is there."""
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
