"""An application for a certificate worked by staff that know application and document.

The rule of the simulated staff: a document whose surname and day of birth are both others than
those stated refuses the application. Otherwise the details of the document are searched beside
those stated. A candidate is identified when one record alone bears a name and the day of birth of
the document; else it stays open. Staff never see the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.office import Office
from domain.certificates.standing import CertificateOutcome
from domain.errors import LinkingError
from domain.ids import RequestId
from domain.people import Details
from domain.request_states import RequestState, Step
from domain.requests import (
    Ask,
    Channel,
    Identification,
    IdentityBasis,
    IdentityOutcome,
    Party,
    PartyKind,
    RequestFile,
)
from domain.restrictions import UsePurpose
from service.usecases.certificates.issuing import issue_certificate
from service.usecases.existing import existing
from service.usecases.requests.clocks import due_of
from service.usecases.requests.deciding import Decide, ReadSecond, Verdict, decide, read_second
from service.usecases.requests.identifying import (
    Identify,
    NamedPerson,
    SearchPerson,
    identify,
    named_people,
    search_person,
)
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.opening import OpenRequest, open_request
from service.usecases.requests.stepping import TakeStep, take_step

KIND = "police-certificate"
REFUSED = "refused: identity-not-shown"


def work_certificate(office: Office, applicant: Applicant, *, to_the_end: bool = True) -> str:
    """Work one application and return its outcome; `to_the_end`: with the signed document."""
    try:
        outcome = _worked(office, applicant, to_the_end=to_the_end)
    except LinkingError as error:
        office.counts["errors"] += 1
        outcome = f"error: {error.code}"
    office.outcomes[f"{KIND}: {outcome}"] += 1
    # Without the end, nobody has read the record: one that is empty counts as missed too.
    is_held = applicant.has_matters if to_the_end else applicant.has_record
    if outcome == CertificateOutcome.NO_TRACE.value and is_held:
        office.counts["wrong_no_trace"] += 1
        office.outcomes[f"wrong: {applicant.trouble.value}"] += 1
    return outcome


def _worked(office: Office, applicant: Applicant, *, to_the_end: bool) -> str:
    request_id = open_one(office, applicant, APPLICATION)
    if is_another(applicant):
        office.counts["to_a_person"] += 1
        refuse_one(office, request_id, "identity-not-shown")
        return REFUSED
    identified = identify_one(office, applicant, request_id)
    office.counts["wrong_person"] += identified.person_id not in (None, applicant.person_id)
    if not to_the_end:
        settled = {
            IdentityOutcome.NOT_HELD: CertificateOutcome.NO_TRACE.value,
            IdentityOutcome.IDENTIFIED: "identified",
        }
        return settled.get(identified.outcome, CertificateOutcome.CANNOT_BE_CERTIFIED.value)
    with office.timed("decision to signed document"):
        decide_one(office, request_id)
        issued = issue_certificate(office.services, office.desk, office.first, request_id)
    office.last_issued = issued.certificate_id
    with office.services.units.read() as unit:
        found = existing(unit.certificates.get(issued.certificate_id))
        file = existing(unit.requests.file(request_id))
    count_late(office, file)
    return found.certificate.outcome.value


def is_another(applicant: Applicant) -> bool:
    """Whether the document is of somebody else than the application."""
    stated, shown = applicant.stated, applicant.document
    surnames = {one.surname.casefold() for one in shown.names}
    same_name = any(one.surname.casefold() in surnames for one in stated.names)
    same_day = bool({*map(str, stated.dates_of_birth)} & {*map(str, shown.dates_of_birth)})
    return not same_name and not same_day


def subject_of(applicant: Applicant) -> Details:
    """Return the details searched by: those stated, and those of the document beside them."""
    stated, shown = applicant.stated, applicant.document
    names = dict.fromkeys((*stated.names, *shown.names))
    dates = dict.fromkeys((*shown.dates_of_birth, *stated.dates_of_birth))
    return replace(stated, names=tuple(names), dates_of_birth=tuple(dates))


@dataclass(frozen=True, slots=True)
class Application:
    """The parts of an application that its kind states, beside the person."""

    kind: str
    words: str = ""
    facts: tuple[tuple[str, str], ...] = ()


APPLICATION = Application(KIND, facts=(("countries", "CAN"),))


def open_one(office: Office, applicant: Applicant, what: Application) -> RequestId:
    """Open a request of a person about themselves."""
    command = OpenRequest(
        office.first,
        what.kind,
        Channel.DESK,
        Party(PartyKind.PERSON),
        UsePurpose.OWN_REQUEST,
        "own-request",
        office.services.surroundings.clock().date(),
        Ask(subject_of(applicant), what.words, facts=what.facts),
    )
    with office.timed("opening"):
        return open_request(office.services, command)


def count_late(office: Office, file: RequestFile) -> None:
    """Count a request that is past its day."""
    today = office.services.surroundings.clock().date()
    office.counts["late"] += due_of(file, kind_named(file.request.kind), today).is_overdue


def version_of(office: Office, request_id: RequestId) -> int:
    """Return the version of a request."""
    with office.services.units.read() as unit:
        return existing(unit.requests.file(request_id)).version


def identify_one(office: Office, applicant: Applicant, request_id: RequestId) -> Identification:
    """Accept a request, search by its details, and put on record which person it is."""
    services, officer = office.services, office.first
    take_step(services, TakeStep(officer, request_id, 1, Step.ACCEPT))
    with office.timed("search by details"):
        search_person(services, SearchPerson(officer, request_id, 2))
    named = named_people(services, officer, request_id)
    one = chosen(named, applicant.document)
    if named:
        office.counts["to_a_person"] += 1
    command = Identify(officer, request_id, 3)
    if one is not None:
        command = replace(
            command,
            candidate_id=one.candidate_id,
            basis=IdentityBasis.DOCUMENTS,
            words="Name and day of birth as in the document.",
        )
    return identify(services, command)


def chosen(named: tuple[NamedPerson, ...], shown: Details) -> NamedPerson | None:
    """Return the one candidate whose record bears a name and the day of birth of the document."""
    names = {(one.forename.casefold(), one.surname.casefold()) for one in shown.names}
    dates = {*map(str, shown.dates_of_birth)}
    agreeing = [
        one
        for one in named
        if names & {(n.forename.casefold(), n.surname.casefold()) for n in one.details.names}
        and dates & {*map(str, one.details.dates_of_birth)}
    ]
    return agreeing[0] if len(agreeing) == 1 else None


def decide_one(office: Office, request_id: RequestId) -> RequestState:
    """Have a release proposed, and agreed with."""
    return _agreed(office, Decide(office.first, request_id, 0, Verdict.RELEASE))


def refuse_one(office: Office, request_id: RequestId, ground: str) -> RequestState:
    """Have a refusal proposed, and agreed with; a request without a search gets one."""
    with office.services.units.read() as unit:
        state = existing(unit.requests.file(request_id)).state
    if state is RequestState.RECEIVED:
        _hurry(office, request_id)
    words = "The case officer gives the reason."
    return _agreed(office, Decide(office.first, request_id, 0, Verdict.REFUSE, words, ground))


def _agreed(office: Office, command: Decide) -> RequestState:
    services, version = office.services, version_of(office, command.request_id)
    decide(services, replace(command, expected=version))
    return read_second(
        services, ReadSecond(office.second, command.request_id, version + 1, agrees=True)
    )


def _hurry(office: Office, request_id: RequestId) -> None:
    """Bring a request without a search to its decision."""
    services, officer = office.services, office.first
    take_step(services, TakeStep(officer, request_id, 1, Step.ACCEPT))
    search_person(services, SearchPerson(officer, request_id, 2))
    identify(services, Identify(officer, request_id, 3))
