"""The trial of No Trace: the search of an application and its floor, without desk and store.

The search by details, weighed, and the floor of the kind decide about a No Trace: both are the
product's own, called as the product calls them. The request, the log, and the storage of twenty
candidates are left out: they cost three times as much and decide nothing. One application in
`WHOLE_EVERY` is also worked whole, by the simulated staff, and both results must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.desk import KIND, REFUSED, try_certificate
from benchmarks.servicing.office import Office, chosen, is_another, subject_of
from domain.certificates.standing import CertificateOutcome
from domain.people import Details
from domain.searches import Candidate
from service.storage.unit_of_work import UnitOfWork
from service.usecases.requests.identifying import NamedPerson, doubtful
from service.usecases.requests.kinds import kind_named
from service.usecases.searches.enquiries import weigh_names

WHOLE_EVERY = 25
"""By hand: often enough that a rule read differently here would show in the first hundred."""


@dataclass(slots=True)
class Trial:
    """The counts of a trial."""

    applications: int = 0
    by_outcome: Counter[str] = field(default_factory=Counter)
    to_a_person: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    """Wrong No Traces, by the trouble of the application."""
    wrong_person: int = 0
    worked_whole: int = 0
    disagreeing: int = 0
    """Applications whose whole work ended otherwise."""

    def take(self, office: Office, applicant: Applicant) -> None:
        """Search for one applicant with a record, and count the result."""
        outcome = self._searched(office, applicant)
        self.by_outcome[f"{KIND}: {outcome}"] += 1
        if outcome == CertificateOutcome.NO_TRACE.value:
            self.wrong[applicant.trouble.value] += 1
        if self.applications % WHOLE_EVERY == 0:
            self.worked_whole += 1
            self.disagreeing += outcome != try_certificate(office, applicant)
        self.applications += 1

    def _searched(self, office: Office, applicant: Applicant) -> str:
        if is_another(applicant):
            self.to_a_person += 1
            return REFUSED
        with office.timed("search of the trial"):
            weighed = weigh_names(office.services, subject_of(applicant))
        above = doubtful(weighed.candidates, kind_named(KIND))
        if not above:
            return CertificateOutcome.NO_TRACE.value
        self.to_a_person += 1
        named = _named(office, above)
        found = chosen(named, applicant.document)
        if found is None:
            return CertificateOutcome.CANNOT_BE_CERTIFIED.value
        (person,) = (one.person_id for one in above if one.candidate_id == found.candidate_id)
        self.wrong_person += person != applicant.person_id
        return "identified"


def _named(office: Office, above: tuple[Candidate, ...]) -> tuple[NamedPerson, ...]:
    with office.services.units.read() as unit:
        return tuple(_person(unit, one) for one in above)


def _person(unit: UnitOfWork, candidate: Candidate) -> NamedPerson:
    held = unit.people.record(candidate.record_id) if candidate.record_id else None
    if held is None:
        raise LookupError("A candidate by details has no record.")
    details: Details = held.details
    return NamedPerson(
        candidate.candidate_id, candidate.evidence.band, held.force, held.record_id, details
    )


def with_records(applicants: Iterator[Applicant | None]) -> Iterator[Applicant | None]:
    """Leave out the applicants without a record."""
    return (one for one in applicants if one is None or one.has_record)
