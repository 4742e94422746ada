"""Access to one's own data, and deletions, worked by staff that know application and document.

The rule of the simulated staff is that of certificates. A person in doubt is refused: their
identity was not shown. Every arrest that can be deleted is asked for, and its force approves.
"""

from __future__ import annotations

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.certificates import (
    Application,
    count_late,
    decide_one,
    identify_one,
    is_another,
    open_one,
    refuse_one,
    version_of,
)
from benchmarks.servicing.office import Office, officer_of
from domain.disclosure.deletions import DeletionPart
from domain.errors import LinkingError
from domain.ids import RequestId
from domain.requests import IdentityOutcome
from service.usecases.disclosure.carrying_out import carry_out_deletion
from service.usecases.disclosure.deciding import DecideDeletion, decide_deletion
from service.usecases.disclosure.deletions import AskDeletion, ask_deletion, deletions_of
from service.usecases.existing import existing
from service.usecases.requests.own_answers import PrepareAnswer, prepare_answer

ACCESS = Application("subject-access")
DELETION = Application("record-deletion", words="It was somebody else.")
_NO_IDENTITY = "no-identity"
_OPEN = frozenset({IdentityOutcome.IN_DOUBT, IdentityOutcome.SEVERAL})


def work_subject_access(office: Office, applicant: Applicant) -> str:
    """Work one request of a person for everything held of them, and return its outcome."""
    return _worked(office, applicant, ACCESS)


def work_deletion(office: Office, applicant: Applicant) -> str:
    """Work one request for the deletion of arrests, until it is carried out."""
    return _worked(office, applicant, DELETION)


def _worked(office: Office, applicant: Applicant, what: Application) -> str:
    try:
        outcome = _outcome(office, applicant, what)
    except LinkingError as error:
        office.counts["errors"] += 1
        outcome = f"error: {error.code}"
    office.outcomes[f"{what.kind}: {outcome}"] += 1
    return outcome


def _outcome(office: Office, applicant: Applicant, what: Application) -> str:
    request_id = open_one(office, applicant, what)
    if is_another(applicant):
        office.counts["to_a_person"] += 1
        return _refused(office, request_id, _NO_IDENTITY)
    found = identify_one(office, applicant, request_id)
    office.counts["wrong_person"] += found.person_id not in (None, applicant.person_id)
    if found.outcome in _OPEN:
        return _refused(office, request_id, _NO_IDENTITY)
    if what is ACCESS:
        return _answered(office, request_id)
    if found.person_id is None:
        return _refused(office, request_id, _NO_IDENTITY)
    return _deleted(office, request_id)


def _refused(office: Office, request_id: RequestId, ground: str) -> str:
    refuse_one(office, request_id, ground)
    return f"refused: {ground}"


def _answered(office: Office, request_id: RequestId) -> str:
    version = version_of(office, request_id)
    search = "Records, prints, disclosures and the log."
    with office.timed("answer to a person"):
        answer = prepare_answer(
            office.services, PrepareAnswer(office.first, request_id, version, search)
        )
        decide_one(office, request_id)
    _count(office, request_id)
    return answer.outcome.value


def _deleted(office: Office, request_id: RequestId) -> str:
    services, officer = office.services, office.first
    can = [one for one in deletions_of(services, officer, request_id).arrests if not one.why_not]
    if not can:
        return _refused(office, request_id, "convicted")
    entry = frozenset({DeletionPart.ENTRY})
    with office.timed("deletion of arrests"):
        for one in can:
            asked = AskDeletion(
                officer, request_id, one.record_id, one.item_id, entry, (), "no-crime"
            )
            case = ask_deletion(services, asked)
            decided = DecideDeletion(
                officer_of(case.owner), case.deletion_id, entry, "no-crime", "No crime."
            )
            decide_deletion(services, decided)
            carry_out_deletion(services, officer, case.deletion_id)
        decide_one(office, request_id)
    _count(office, request_id)
    return "deleted"


def _count(office: Office, request_id: RequestId) -> None:
    with office.services.units.read() as unit:
        count_late(office, existing(unit.requests.file(request_id)))
