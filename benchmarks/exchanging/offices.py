"""Two installations with their stores, keys and daily work, and the transport between them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.filling import caller, upgrade
from domain.access.access import Purpose, Role
from domain.errors import existing
from domain.exchange.codes import MessageId, MessageKind, Partner, ReplyCode, StateCode
from domain.exchange.messages import Message
from domain.ids import ForceCode, PersonId, RecordId, UserId
from domain.people.amendments import Amendment, AmendmentReason, SourceKind
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.people.items import numbered_items
from domain.people.partial_dates import PartialDate
from domain.people.people import Details, Nationality, PersonName, Record
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.bootstrap.stores import open_store
from service.channels.exchange.signatures import JwsSignatures
from service.ports.exchange import Carriage, Carried
from service.settings import load_settings
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.asking import queue_reply, reply_of
from service.usecases.exchange.desk import AtDesk, ExchangeDesk
from service.usecases.exchange.duties import survey_records
from service.usecases.exchange.receiving import receive
from service.usecases.exchange.sending import send_due
from service.usecases.services import StoreServices

DATABASE = "identlink.sqlite3"
DUAL, AMENDED = 0.03, 0.02
_TOGETHER = 50

ROOT = caller(Role.ADMINISTRATOR, Purpose.INTERNATIONAL_EXCHANGE)
AMENDMENT = Amendment(
    (), AmendmentReason.CHANGED_ON_APPEAL, "On appeal.", SourceKind.COURT, "Court of Appeal"
)


@dataclass(slots=True)
class Clock:
    """A clock that is set by hand."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the time to which the clock is set."""
        return self.now


@dataclass(slots=True)
class Office:
    """One installation."""

    services: StoreServices
    desk: ExchangeDesk
    nationality: StateCode
    """The State whose nationals' convictions this installation notifies."""
    rng: np.random.Generator
    asked: list[MessageId] = field(default_factory=list)
    records: list[tuple[RecordId, Details, Conviction]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def receive(self, transmissions: Sequence[str]) -> tuple[str, ...]:
        """Receive transmissions and return the answers."""
        return receive(self.services, self.desk, transmissions, self.act)

    def taken(self) -> dict[MessageKind, int]:
        """Return how many messages of each kind this office received."""
        with self.services.units.read() as unit:
            return dict(unit.inbox.counts())

    def sent(self) -> dict[MessageKind, int]:
        """Return how many messages of each kind this office created."""
        with self.services.units.read() as unit:
            return dict(unit.outbox.counts())

    def act(self, unit: UnitOfWork, message: Message) -> None:
        """Note an accepted request, so that it is answered tomorrow."""
        del unit
        if message.kind is MessageKind.REQUEST:
            self.asked.append(message.message_id)

    def convict(self, count: int, day: date) -> None:
        """Store this many people, each with one conviction."""
        if not count:
            return
        with self.services.units.begin() as unit:
            for number in itertools.islice(self.numbers, count):
                details = details_of(self, number, is_dual=self.rng.random() < DUAL)
                conviction = theft(day - timedelta(days=5), day, self.desk.own)
                record_id = store(unit, number, details, (conviction,))
                if self.rng.random() < AMENDED:
                    self.records.append((record_id, details, conviction))

    def amend(self) -> None:
        """Change the sentences of the people whose appeal was heard. A fifth are quashed."""
        due, self.records = self.records, []
        for record_id, details, held in due:
            is_quashed = self.rng.random() < 0.2
            changed = replace(held, sanctions=(Sanction(SentenceKind.CUSTODY, duration="P1M"),))
            kept = () if is_quashed else (changed,)
            items = numbered_items(details, (), kept)
            with self.services.units.begin() as unit:
                head = unit.records.versions(record_id)[-1]
                before = existing(unit.records.version(record_id, head.version))
                at = self.services.now()
                unit.records.amend(before, items, AMENDMENT, by=UserId("officer"), at=at)

    def answer(self) -> None:
        """Answer the open requests."""
        due, self.asked = list(dict.fromkeys(self.asked)), []
        for start in range(0, len(due), _TOGETHER):
            with self.services.units.begin() as unit:
                for request_id in due[start : start + _TOGETHER]:
                    reply = reply_of(ReplyCode.SEVERAL_PEOPLE)
                    queue_reply(AtDesk(self.services, unit, self.desk, ROOT), request_id, reply)

    def work(self) -> None:
        """Survey and send until nothing is left. A process that dies is restarted."""
        while True:
            try:
                while survey_records(self.services, self.desk):
                    pass
                send_due(self.services, self.desk)
            except KilledError:
                continue
            except Exception as error:  # noqa: BLE001 - counted, and told at the end
                self.errors.append(f"{type(error).__name__}: {error}")
            return


def store(
    unit: UnitOfWork, number: int, details: Details, convictions: tuple[Conviction, ...]
) -> RecordId:
    """Store a new person with a record, and return the id of the record."""
    person, record_id = PersonId(f"person-{number}"), RecordId(f"record-{number}")
    unit.people.add_person(person)
    unit.people.put_record(Record(record_id, person, ForceCode("01"), details, (), convictions))
    return record_id


def details_of(office: Office, number: int, *, is_dual: bool) -> Details:
    """Return person `number`: a national of the other State, and of ours too if `is_dual`."""
    dual = (office.desk.own,) if is_dual else ()
    return Details(
        names=(PersonName("Ada", f"Muster{number}"),),
        dates_of_birth=(PartialDate(1960 + number % 40, 1 + number % 12, None),),
        nationalities=tuple(map(Nationality, (*dual, office.nationality))),
    )


def theft(decided_on: date, recorded_on: date, state: StateCode) -> Conviction:
    """Return a conviction by the courts of a State."""
    return Conviction(
        Court("Crown Court", country=state),
        decided_on,
        (ConvictedOffence("TH68001", "Theft"),),
        (Sanction(SentenceKind.CUSTODY, duration="P3M"),),
        recorded_on=recorded_on,
    )


@contextmanager
def opened_office(
    directory: Path, states: tuple[StateCode, StateCode], wire: Wire, clock: Clock, seed: int
) -> Iterator[Office]:
    """Yield an installation for the first State, which notifies the second of its nationals."""
    own, other = states
    settings = load_settings(store=directory)
    upgrade(settings)
    with open_store(settings) as services:
        outside = replace(services.surroundings, clock=clock)
        signatures = JwsSignatures(fresh_signing())
        desk = ExchangeDesk(own, signatures, wire, mac=mac_under(b"references"))
        rng = np.random.default_rng([seed, *map(ord, own)])
        office = Office(replace(services, surroundings=outside), desk, other, rng)
        wire.offices[own] = office.receive
        yield office


LOST, DOUBLED, REVERSED, KILLED = 0.01, 0.02, 0.05, 0.005
"""Shares of transfers with each accident. Half of the lost are lost after they were received."""

Receiving = Callable[[Sequence[str]], tuple[str, ...]]
"""Function that receives transmissions and returns the answers."""


class KilledError(Exception):
    """A process dies at this point."""


@dataclass(slots=True)
class Wire:
    """The transport between the two installations, with its accidents."""

    rng: np.random.Generator
    offices: dict[StateCode, Receiving] = field(default_factory=dict)
    down: set[StateCode] = field(default_factory=set)
    accidents: dict[str, int] = field(default_factory=dict)

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Transfer transmissions, perhaps with an accident. Raises KilledError."""
        if partner.state in self.down or self._happens("lost", LOST / 2):
            return Carriage(Carried.UNREACHABLE)
        take = self.offices[partner.state]
        given = list(transmissions)
        if self._happens("reversed", REVERSED):
            given.reverse()
        answers = take(given)
        if self._happens("doubled", DOUBLED):
            take(given)
        if self._happens("killed", KILLED):
            raise KilledError
        if self._happens("answer lost", LOST / 2):
            return Carriage(Carried.UNREACHABLE)
        return Carriage(Carried.TAKEN, answers)

    def _happens(self, name: str, share: float) -> bool:
        if self.rng.random() >= share:
            return False
        self.accidents[name] = self.accidents.get(name, 0) + 1
        return True


OURS, THEIRS = StateCode("GBR"), StateCode("POL")
FIRST_DAY = date(2025, 1, 1)


def morning(day: date) -> datetime:
    """Return the start of a working day."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
