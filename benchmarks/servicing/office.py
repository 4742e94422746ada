"""The store, the staff and their steps: open requests, identify people by details, decide."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from benchmarks.filling import caller, enrol_people, upgraded
from benchmarks.machine import Watch
from benchmarks.servicing.applicants import Applicant
from data.synthetic.population import Population
from domain.access.access import Caller, Purpose, Role
from domain.errors import existing
from domain.ids import CertificateId, RequestId
from domain.people.people import Details
from domain.requests.proofs import ProofVerdict
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Ask, Channel, IdentityOutcome, Party, PartyKind, RequestFile
from domain.restrictions import UsePurpose
from service.bootstrap.desks import open_certificates
from service.bootstrap.runtime import Runtime
from service.live.names import LiveNames
from service.settings import Settings
from service.usecases.certificates.issuing import CertificateDesk
from service.usecases.requests import identifying
from service.usecases.requests.deciding import Decide, ReadSecond, Verdict, decide, read_second
from service.usecases.requests.doubts import NamedPerson
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.opening import OpenRequest, open_request
from service.usecases.requests.proving import Check, CheckProofs, check_proofs, show_proofs
from service.usecases.requests.stepping import TakeStep, take_step
from service.usecases.services import Services


def _officer(name: str) -> Caller:
    return caller(Role.CASE_OFFICER, Purpose.INTERNATIONAL_EXCHANGE, name=name, force="89")


@dataclass(slots=True)
class Office:
    """One office at work, and its counts."""

    runtime: Runtime
    population: Population
    persons: int
    """Number of enrolled people, numbered from 0. People with higher numbers are not enrolled."""
    desk: CertificateDesk
    first: Caller = field(default_factory=lambda: _officer("officer-1"))
    second: Caller = field(default_factory=lambda: _officer("officer-2"))
    outcomes: Counter[str] = field(default_factory=Counter)
    """Number of requests by kind and outcome."""
    counts: Counter[str] = field(default_factory=Counter)
    """Figures that every kind has: `to_a_person`, `late`, `errors`, `wrong_no_trace`, and
    `wrong_person` (an applicant mistaken for another person)."""
    last_issued: CertificateId | None = None
    days: int = 0
    """By how many days the clock of the office is set forward."""
    spent_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Processor seconds of each step, by name."""

    @property
    def services(self) -> Services:
        """The services of the use cases, on the present day of the office."""
        services = self.runtime.services
        clock, turned = services.surroundings.clock, timedelta(days=self.days)
        return replace(
            services, surroundings=replace(services.surroundings, clock=lambda: clock() + turned)
        )

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Record the processor time of a step."""
        with Watch() as spent:
            yield
        self.spent_s[step].append(spent.cpu_s)


@contextmanager
def opened_office(store: Path, *, persons: int, seed: int) -> Iterator[Office]:
    """Open a new store with this many generated people, and close it afterwards."""
    settings, population = Settings(store=store), Population(seed)
    with upgraded(settings) as runtime:
        enrol_people(runtime, population, persons)
        names = LiveNames(runtime.services.units)
        names.build()
        desk = open_certificates(settings)
        yield Office(runtime.asking(names), population, persons, desk)


_PERSON = Party(PartyKind.PERSON)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its kind, its requester, and the facts that the kind needs."""

    kind: str
    asker: Party = _PERSON
    purpose: UsePurpose = UsePurpose.OWN_REQUEST
    legal_basis: str = "own-request"
    facts: tuple[tuple[str, str], ...] = ()
    words: str = ""


def subject_of(applicant: Applicant) -> Details:
    """Return the details of an application together with those of the document."""
    stated, shown = applicant.stated, applicant.document
    names = dict.fromkeys((*stated.names, *shown.names))
    dates = dict.fromkeys((*shown.dates_of_birth, *stated.dates_of_birth))
    return replace(stated, names=tuple(names), dates_of_birth=tuple(dates))


def is_another(applicant: Applicant) -> bool:
    """Whether the document belongs to another person than the application."""
    stated, shown = applicant.stated, applicant.document
    surnames = {one.surname.casefold() for one in shown.names}
    same_name = any(one.surname.casefold() in surnames for one in stated.names)
    same_day = bool({*map(str, stated.dates_of_birth)} & {*map(str, shown.dates_of_birth)})
    return not same_name and not same_day


def opened(office: Office, applicant: Applicant, asked: Asked) -> RequestId:
    """Open a request about an applicant; return its id."""
    command = OpenRequest(
        office.first,
        asked.kind,
        Channel.DESK,
        asked.asker,
        asked.purpose,
        asked.legal_basis,
        office.services.today(),
        Ask(subject_of(applicant), asked.words, facts=asked.facts),
    )
    with office.timed("opening"):
        return open_request(office.services, command)


def file_of(office: Office, request_id: RequestId) -> RequestFile:
    """Return a request as it stands."""
    with office.services.units.read() as unit:
        return existing(unit.requests.file(request_id))


def identified(office: Office, applicant: Applicant, request_id: RequestId) -> IdentityOutcome:
    """Accept a request, search for its person by details, and return the identification."""
    services, officer = office.services, office.first
    take_step(services, TakeStep(officer, request_id, 1, Step.ACCEPT))
    with office.timed("search by details"):
        identifying.search_person(services, identifying.SearchPerson(officer, request_id, 2))
    named = identifying.named_people(services, officer, request_id)
    one = chosen(named, applicant.document)
    if named:
        office.counts["to_a_person"] += 1
    command = identifying.Identify(officer, request_id, 3)
    if one is not None:
        command = replace(
            command,
            candidate_id=one.candidate_id,
            words="Name and day of birth as in the document.",
        )
    found = identifying.identify(services, command)
    office.counts["wrong_person"] += found.person_id not in (None, applicant.person_id)
    return found.outcome


def chosen(named: tuple[NamedPerson, ...], shown: Details) -> NamedPerson | None:
    """Return the only candidate with a name and the date of birth of the document, or None."""
    names = {(one.forename.casefold(), one.surname.casefold()) for one in shown.names}
    dates = {*map(str, shown.dates_of_birth)}
    agreeing = [
        one
        for one in named
        if names & {(n.forename.casefold(), n.surname.casefold()) for n in one.details.names}
        and dates & {*map(str, one.details.dates_of_birth)}
    ]
    return agreeing[0] if len(agreeing) == 1 else None


def prove(office: Office, request_id: RequestId) -> None:
    """Tick every stated answer of an application, as an officer with its documents would."""
    view = show_proofs(office.services, office.first, request_id)
    if not view.is_demanded:
        return
    checks = tuple(Check(one.claim, ProofVerdict.SHOWN) for one in view.missing)
    command = CheckProofs(office.first, request_id, view.file.version, checks)
    check_proofs(office.services, command)


def decided(office: Office, request_id: RequestId, *, refuse_on: str = "") -> RequestState:
    """Let as many people as the kind requires release a request, or refuse it on a ground."""
    services, file = office.services, file_of(office, request_id)
    if not refuse_on:
        prove(office, request_id)
    verdict = Verdict.REFUSE if refuse_on else Verdict.RELEASE
    words = "The document is of somebody else." if refuse_on else ""
    asked = Decide(office.first, request_id, file.version, verdict, words, refuse_on)
    state = decide(services, asked)
    if kind_named(file.request.kind).deciders == 1:
        return state
    second = ReadSecond(office.second, request_id, file.version + 1, agrees=True)
    return read_second(services, second)


def hurried(office: Office, request_id: RequestId) -> None:
    """Bring a request to its decision without checking whether there are candidates."""
    services, officer = office.services, office.first
    take_step(services, TakeStep(officer, request_id, 1, Step.ACCEPT))
    identifying.search_person(services, identifying.SearchPerson(officer, request_id, 2))
    identifying.identify(services, identifying.Identify(officer, request_id, 3))
