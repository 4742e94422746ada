"""What another State tells of one of our nationals, said by hand: also what no honest one says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from domain.exchange.codes import DeletionReason, FaultCode
from domain.exchange.contents import (
    StatedConviction,
    StatedCourt,
    StatedName,
    StatedOffence,
    StatedPerson,
    StatedSanction,
)
from domain.exchange.messages import (
    Content,
    Deletion,
    Envelope,
    Fault,
    Message,
    Notification,
    read_message,
    write_message,
)
from domain.people.convictions import SentenceKind
from service.ports.exchange import Head
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.receiving import receive
from service.usecases.services import StoreServices
from tests.integration.exchange.offices import GBR, POL, Office

PERSON = StatedPerson(StatedName("Trelawney", "Oswin"), ("GBR",), born_on="1979-08-17", sex="male")
CONVICTION = StatedConviction(
    conviction_id="lublin.conviction-1",
    version=1,
    country="POL",
    decided_on=date(2025, 11, 20),
    court=StatedCourt("Sąd Rejonowy w Lublinie", country="POL"),
    offences=(StatedOffence("278", title="Kradzież"),),
    sanctions=(StatedSanction(SentenceKind.FINE),),
    reference="II K 12/25",
)


def notice(person: StatedPerson = PERSON, **changes: Any) -> Notification:
    """Return a notification of the conviction with other facts."""
    return Notification(person, replace(CONVICTION, **changes))


def deletion(version: int) -> Deletion:
    return Deletion(CONVICTION.conviction_id, version, DeletionReason.QUASHED)


@dataclass(slots=True)
class Teller:
    """Another State that tells us whatever a test wants, each time in a new message."""

    theirs: Office
    services: StoreServices
    desk: ExchangeDesk
    _numbers: Any = None

    def tell(self, *contents: Content) -> list[FaultCode | None]:
        """Return the fault of each answer; None for what was taken."""
        sent = [self._signed(one) for one in contents]
        answers = receive(self.services, self.desk, sent)
        opened = self.theirs.desk.signatures.opened
        key = self.desk.signatures.public_key
        found = (read_message(opened(one, key)).content for one in answers)
        return [one.fault if isinstance(one, Fault) else None for one in found]

    def _signed(self, content: Content) -> str:
        self._numbers = self._numbers or count(1)
        kind = {"Notification": "NOT", "Update": "UPD", "Deletion": "DEL"}[type(content).__name__]
        now = self.services.surroundings.clock()
        number = f"POL-GBR-{kind}-{next(self._numbers):015d}"
        envelope = Envelope(number, POL, (GBR,), now.replace(microsecond=0) - timedelta(seconds=1))
        signatures = self.theirs.desk.signatures
        key_id = signatures.key_id(signatures.public_key)
        head = Head(POL, GBR, key_id, self.theirs.services.surroundings.new_id(), now)
        return signatures.sign(write_message(Message(envelope, content)), head)
