"""Receiving each message only once, in any order, and applying its effects.

A message is recognised by its id: if it is received again, it is acknowledged again and changes
nothing. The highest version of a conviction counts, however late it is received. So if a deletion
overtakes its notification, the notification cannot bring the conviction back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.events.exchange import MessageRefused, MessagesTaken, ToldErased
from domain.exchange.codes import (
    ANSWER_KINDS,
    FaultCode,
    MessageFaultError,
    MessageId,
    MessageKind,
    MessageNumber,
    StateCode,
)
from domain.exchange.messages import (
    Acknowledgement,
    Content,
    Deletion,
    Envelope,
    Fault,
    Message,
    Notification,
    Update,
    read_message,
    write_message,
)
from domain.office_days import office_day
from service.storage.exchange.inbox import Received
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.sending import keep_answers
from service.usecases.exchange.stating import demand_sense
from service.usecases.exchange.told import Telling
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

Acting = Callable[[UnitOfWork, Message], None]
"""A further effect of a message, in the transaction that stores it. It may raise
MessageFaultError."""

_REPEATABLE = frozenset({FaultCode.NOT_FOR_US, FaultCode.CLOCK_OFF, FaultCode.REPLAYED})
"""Faults of a signed transmission whose content was not read. Anybody who has seen such a
transmission can send it again without limit."""


@dataclass(slots=True)
class Taking:
    """One transaction that stores messages from one State."""

    services: StoreServices
    desk: ExchangeDesk
    unit: UnitOfWork
    state: StateCode
    act: Acting
    taken: list[Received] = field(default_factory=list)
    older: int = 0
    news: list[Content] = field(default_factory=list)
    """What was taken of convictions and is newer than what was known of each."""
    answers: list[Message] = field(default_factory=list)
    """Acknowledgements and faults of our own messages."""
    refused: int = 0
    """The number of messages refused for their content."""
    repeatable: list[FaultCode] = field(default_factory=list)
    """Faults of transmissions that anybody who has seen them can send again; not logged yet."""

    def take(self, messages: Sequence[Message | MessageFaultError]) -> list[Message]:
        """Store messages; return an answer to each one that needs an answer, in the same order."""
        now = self.services.now()
        whole = [one for one in messages if isinstance(one, Message)]
        known = dict(self.unit.inbox.known([one.message_id for one in whole]))
        wanted = sum(one.kind not in ANSWER_KINDS for one in whole)
        rows = iter(self.unit.inbox.numbers(wanted) if wanted else [])
        newest = self._newest(whole)
        replies = []
        for one in messages:
            if isinstance(one, MessageFaultError):
                replies.append(self._fault(None, one))
            elif one.kind in ANSWER_KINDS:
                if (one.sender, one.receiver) == (self.state, self.desk.own):
                    self.answers.append(one)
            else:
                replies.append(self._one(one, next(rows), known, newest, now))
        self._store(now)
        return replies

    def _newest(self, messages: Sequence[Message]) -> dict[str, int]:
        told = [found[0] for one in messages if (found := _conviction(one.content))]
        return dict(self.unit.inbox.newest(self.state, told)) if told else {}

    def _one(
        self,
        message: Message,
        row: int,
        known: dict[MessageId, Received],
        newest: dict[str, int],
        now: datetime,
    ) -> Message:
        body = write_message(message)
        before = known.get(message.message_id)
        try:
            if before is not None:
                return self._again(before, body)
            self._demand(message, now)
            self._demand_first(message, newest)
            self.act(self.unit, message)
        except MessageFaultError as fault:
            self._telling.quarantine(message, fault.fault)
            return self._fault(message, fault)
        received = _received(message, body, row, now)
        known[message.message_id] = received
        self.taken.append(received)
        self._follow(message, newest)
        return self._acknowledgement(received)

    @property
    def _telling(self) -> Telling:
        return Telling(self.services, self.desk, self.unit, self.state)

    def _again(self, before: Received, body: bytes) -> Message:
        """Acknowledge a message stored before. Raises MessageFaultError if its content differs."""
        if before.body not in (None, body):
            raise MessageFaultError(fault=FaultCode.ID_TAKEN)
        return self._acknowledgement(before)

    def _demand(self, message: Message, now: datetime) -> None:
        if message.sender != self.state or message.receiver != self.desk.own:
            raise MessageFaultError(fault=FaultCode.NOT_FOR_US)
        demand_sense(message, self.desk.own, office_day(now))
        self._demand_question(message)

    def _demand_first(self, message: Message, newest: dict[str, int]) -> None:
        """Refuse a version that was received before with other content: the first content
        counts.
        """
        found = _conviction(message.content)
        if found is None or found[1] > newest.get(found[0], 0):
            return
        told = _notified(message.content)
        if told is not None and self._telling.contradicts(told):
            raise MessageFaultError(fault=FaultCode.CONFLICT)
        taken = [one for one in self.taken if (one.conviction_ref, one.version) == found]
        for one in (*self.unit.inbox.of_version(self.state, *found), *taken):
            # The content of a version that has since been deleted is erased, so it cannot be
            # compared.
            if one.body and _said(read_message(one.body).content) != _said(message.content):
                raise MessageFaultError(fault=FaultCode.CONFLICT)

    def _demand_question(self, message: Message) -> None:
        """Refuse an answer to a question that was not sent to this State, or that is closed."""
        asked = message.envelope.response_to
        if message.kind in (MessageKind.REPLY, MessageKind.REFUSAL) or (
            message.kind is MessageKind.FURTHER_INFORMATION and asked is not None
        ):
            ours = self.unit.outbox.of([MessageId(asked)] if asked else [])
            sent = ours.get(MessageId(asked or ""))
            theirs = self.unit.inbox.known([MessageId(asked)] if asked else [])
            is_theirs = any(one.sender == self.state for one in theirs.values())
            if message.kind is MessageKind.FURTHER_INFORMATION and is_theirs:
                if self.unit.inbox.is_erased(MessageId(asked or "")):
                    # What it says of an erased person would never be erased.
                    raise MessageFaultError(fault=FaultCode.CLOSED_REQUEST)
                return
            if sent is None or sent.receiver != self.state:
                raise MessageFaultError(fault=FaultCode.NOBODYS_REQUEST)
            ends = (MessageKind.REPLY, MessageKind.REFUSAL)
            if any(self.unit.inbox.answered(sent.message_id, kind) for kind in ends):
                raise MessageFaultError(fault=FaultCode.CLOSED_REQUEST)

    def _follow(self, message: Message, newest: dict[str, int]) -> None:
        """Count a version that is older than the newest; otherwise note it as the newest."""
        found = _conviction(message.content)
        if found is None:
            return
        ref, version = found
        if version <= newest.get(ref, 0):
            self.older += 1
            return
        newest[ref] = version
        self.news.append(message.content)

    def _store(self, now: datetime) -> None:
        self.unit.inbox.take(self.taken)
        if self.taken:
            ids = tuple(one.message_id for one in self.taken)
            self._record(MessagesTaken(ids, self.state, self.older))
        for one in self.taken:
            if one.conviction_ref is not None:
                self._erase(one)
        if self.news:
            refs = [found[0] for one in self.news if (found := _conviction(one))]
            # The people before the log, in the order in which everybody locks them.
            self.unit.people.claim(self._telling.people_of(refs))
            # From here on nobody else tells or decides on a matter.
            self.unit.events.lock_last_change()
        for content in self.news:
            told = _notified(content)
            if told is not None:
                self._telling.take(told)
            elif isinstance(content, Deletion):
                self._telling.delete(content.conviction_id, content.version)
        keep_answers(self.services, self.unit, self.state, self.answers, now)

    def _erase(self, received: Received) -> None:
        """Erase earlier messages about a conviction if its newest message is a deletion."""
        ref = received.conviction_ref or ""
        held = self.unit.inbox.held(self.state, ref)
        if held is None or held.kind is not MessageKind.DELETION:
            return
        items = self.unit.inbox.erase_told(self.state, ref, held.version)
        if items:
            self._record(ToldErased(held.message_id, items))

    def _acknowledgement(self, received: Received) -> Message:
        number = MessageNumber(
            self.desk.own, self.state, MessageKind.ACKNOWLEDGEMENT, received.received_row
        )
        at = received.received_at.replace(microsecond=0)
        return self._answer(number, received.message_id, Acknowledgement(at), at)

    def _fault(self, message: Message | None, fault: MessageFaultError) -> Message:
        """Answer with a fault, and log it unless anybody can cause it at will."""
        number = MessageNumber(
            self.desk.own, self.state, MessageKind.FAULT, int(self.services.new_id(), 16) % 10**15
        )
        about = message.message_id if message else fault.about
        if message is None and fault.fault in _REPEATABLE:
            self.repeatable.append(fault.fault)
        else:
            self.refused += 1
            self._record(MessageRefused(fault.fault, self.state, about))
        at = self.services.now().replace(microsecond=0)
        content = Fault(fault.fault, fault.pointer)
        return self._answer(number, about, content, at)

    def _answer(
        self, number: MessageNumber, about: MessageId | None, content: Content, at: datetime
    ) -> Message:
        envelope = Envelope(number.message_id, self.desk.own, (self.state,), at, response_to=about)
        return Message(envelope, content)

    def _record(self, event: MessagesTaken | MessageRefused | ToldErased) -> None:
        record(self.services, self.unit, EXCHANGER, event)


def _received(message: Message, body: bytes, row: int, now: datetime) -> Received:
    ref, version = _conviction(message.content) or (None, None)
    asked = message.envelope.response_to
    return Received(
        row,
        message.message_id,
        message.sender,
        message.kind,
        now,
        body,
        MessageId(asked) if asked else None,
        ref,
        version,
    )


def _said(content: Content) -> object:
    """Return what a message says about a conviction, whether it notifies or updates it."""
    return _notified(content) or content


def _notified(content: Content) -> Notification | None:
    """Return what a message says of a conviction, whether it is a notification or an update."""
    if isinstance(content, Notification | Update):
        return Notification(content.person, content.conviction)
    return None


def _conviction(content: Content) -> tuple[str, int] | None:
    """Return the id and version of the conviction in a message."""
    if isinstance(content, Notification | Update):
        return content.conviction.conviction_id, content.conviction.version
    if isinstance(content, Deletion):
        return content.conviction_id, content.version
    return None
