"""Two installations on databases of their own, with keys of their own and one clock to turn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.errors import existing
from domain.exchange.codes import Partner, StateCode, Transport
from domain.ids import ForceCode, PersonId, RecordId, UserId
from domain.people.amendments import Amendment, AmendmentReason, SourceKind
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.people.items import Content, numbered_items
from domain.people.partial_dates import PartialDate
from domain.people.people import Details, Nationality, PersonName, Record
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.ports.exchange import Carriage, Carried
from service.ports.surroundings import Surroundings
from service.storage.database import UnitsOfWork
from service.usecases.exchange.desk import ExchangeDesk, RegisterPartner, register_partner
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.receiving import receive
from service.usecases.exchange.reconciling import Reckoning, reconcile
from service.usecases.exchange.sending import Sweep, send_due
from service.usecases.services import StoreServices
from tests.formats import FORMAT

GBR, POL, ROU, FRA = (StateCode(code) for code in ("GBR", "POL", "ROU", "FRA"))
ROOT = Caller(
    Actor(UserId("root"), Role.ADMINISTRATOR, None, frozenset({Scope.OPERATE})),
    Purpose.INTERNATIONAL_EXCHANGE,
)
RECORDED = date(2026, 3, 2)
AMENDMENT = Amendment(
    (), AmendmentReason.COURT_RESULT, "As the court decided.", SourceKind.COURT, "Court, case 1"
)


@dataclass(slots=True)
class Clock:
    """A clock that a test turns."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn_to(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass(slots=True)
class Wire:
    """Carries transmissions in this process, as badly as a test wants."""

    offices: dict[StateCode, Office] = field(default_factory=dict)
    down: set[StateCode] = field(default_factory=set)
    loses_answers: bool = False
    carried: list[tuple[str, ...]] = field(default_factory=list)
    reverses: bool = False

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        if partner.state in self.down:
            return Carriage(Carried.UNREACHABLE)
        self.carried.append(tuple(transmissions))
        office = self.offices[partner.state]
        ordered = list(reversed(transmissions)) if self.reverses else list(transmissions)
        answers = receive(office.services, office.desk, ordered)
        if self.loses_answers:
            return Carriage(Carried.UNREACHABLE)
        return Carriage(Carried.TAKEN, answers)


@dataclass(slots=True)
class Office:
    """One installation: a store, a key, and what it does for the exchange."""

    services: StoreServices
    desk: ExchangeDesk
    clock: Clock

    @property
    def state(self) -> StateCode:
        return self.desk.own

    def knows(self, other: Office) -> None:
        """Register another office by its public key."""
        command = RegisterPartner(
            other.state, Transport.SIGNED_HTTP, "http://there.example/", other.public_key
        )
        register_partner(self.services, self.desk, ROOT, command)

    @property
    def public_key(self) -> str:
        return self.desk.signatures.public_key

    def record(
        self,
        number: int,
        nationalities: Sequence[str],
        *convictions: Conviction,
        force: str = "01",
    ) -> RecordId:
        """Store a person with a record."""
        person, record_id = PersonId(f"person-{number}"), RecordId(f"record-{number}")
        held = Record(
            record_id, person, ForceCode(force), details(nationalities), (), tuple(convictions)
        )
        with self.services.units.write() as unit:
            unit.people.add_person(person)
            unit.people.put_record(held)
            unit.commit()
        return record_id

    def amend(
        self, record_id: RecordId, nationalities: Sequence[str], *convictions: Conviction
    ) -> int:
        """Store the next version of a record."""
        content = Content(details(nationalities), (), tuple(convictions))
        items = numbered_items(content.details, content.reports, content.convictions)
        with self.services.units.write() as unit:
            head = unit.records.versions(record_id)[-1]
            before = existing(unit.records.version(record_id, head.version))
            version, _ = unit.records.amend(
                before, items, AMENDMENT, by=UserId("officer-1"), at=self.clock()
            )
            unit.commit()
        return version

    def survey(self) -> None:
        while survey_records(self.services, self.desk):
            pass

    def send(self) -> Sweep:
        return send_due(self.services, self.desk)

    def work(self) -> Sweep:
        self.survey()
        return self.send()

    def reconcile(self) -> Reckoning:
        return reconcile(self.services, self.desk, ROOT)


def details(nationalities: Sequence[str]) -> Details:
    return Details(
        names=(PersonName("Ada", "Muster"),),
        dates_of_birth=(PartialDate(1980, 5, None),),
        nationalities=tuple(map(Nationality, nationalities)),
    )


def conviction(**changes: object) -> Conviction:
    made = Conviction(
        court=Court("Leeds Magistrates' Court"),
        decided_on=date(2026, 2, 20),
        offences=(ConvictedOffence("TH68001", "Theft", began_on=PartialDate(2025, 11, 3)),),
        sanctions=(Sanction(SentenceKind.CUSTODY, duration="P3M"),),
        recorded_on=RECORDED,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def office(units: UnitsOfWork, state: StateCode, wire: Wire, clock: Clock) -> Office:
    """Return an installation on an empty, migrated database."""
    ids, secrets = itertools.count(1), itertools.count(1)
    surroundings = Surroundings(
        clock=clock,
        new_id=lambda: f"{next(ids):032x}",
        new_secret=lambda: f"secret-{next(secrets):036d}",
    )
    services = StoreServices(units, surroundings, FORMAT)
    desk = ExchangeDesk(state, JwsSignatures(fresh_signing()), wire, mac=mac_under(b"references"))
    made = Office(services, desk, clock)
    wire.offices[state] = made
    return made
