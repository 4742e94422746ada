"""Items that wait to be attached to a record, from every source.

Items about hidden and erased people have no payload and are not listed. An item is identified by
the number of the payload that names its person, because payload numbers are never reused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, exists, select

from domain.agencies.matters import MatterSource, details_in
from domain.conversion.content import details_of_form
from domain.conversion.frames import FrameState
from domain.events.agencies import AsnResultAttached
from domain.events.catalogue import KINDS
from domain.events.people import Enrolled, RecordAmended
from domain.exchange.codes import MessageKind
from domain.exchange.contents import details_of
from domain.exchange.messages import Notification, Update, read_message
from domain.people.people import Details
from domain.searches.searches import WaitingKind
from service.storage.agencies.matters import WAITING_MATTERS, read_matter
from service.storage.conversion.keyings import read_settled
from service.storage.requests.disclosures import read_ask
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.conversion import conversion_frame_states, conversion_settlements
from service.storage.tables.exchange import exchange_received, matters
from service.storage.tables.log import event_subjects, events, log_head
from service.storage.tables.people import payloads
from service.storage.tables.requests import asn_results, asns, requests
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A waiting item, without the person whom it names."""

    kind: WaitingKind
    item_id: str
    since: datetime
    payload_id: int


class Waiting(TransactionPart):
    """Waiting items. Read-only: the items follow from what was received and what was attached."""

    def changed_since(self, size: int) -> tuple[int, bool]:
        """Return the number of events, and whether any since `size` may change what waits.

        Pass the returned number as `size` next time.
        """
        row = self._connection.execute(_CHANGED, {"size": size}).one()
        return int(row[0]), bool(row[1])

    def listed(self) -> tuple[ListedItem, ...]:
        """Return the waiting items, in no particular order."""
        return tuple(self._listed())

    def details(self, items: tuple[ListedItem, ...]) -> Mapping[int, Details]:
        """Return the people named by items, by payload number, without erased and hidden ones."""
        found: dict[int, Details] = {}
        for kind in WaitingKind:
            ids = [one.payload_id for one in items if one.kind is kind]
            if ids:
                bodies = self._transaction.payloads.get_many(_PAYLOADS[kind], ids)
                found |= {one: _read(kind, body) for one, body in bodies.items()}
        return found

    def _listed(self) -> Iterator[ListedItem]:
        for row in self._connection.execute(_CASES):
            is_told = row.result_on is not None
            kind = WaitingKind.RESULT if is_told else WaitingKind.CASE
            since = row.received_at if is_told else row.issued_at
            yield ListedItem(kind, row.request_id, since, row.payload_id)
        for row in self._rows(_CONVICTIONS):
            kind = WaitingKind.CONVICTION
            yield ListedItem(kind, row.message_id, row.received_at, row.payload_id)
        for row in self._rows(WAITING_MATTERS):
            yield ListedItem(WaitingKind.MATTER, row.matter_id, row.received_at, row.payload_id)
        for row in self._rows(_FRAMES):
            yield ListedItem(WaitingKind.FRAME, row.frame_id, row.settled_at, row.payload_id)


_PAYLOADS = {
    WaitingKind.CASE: PayloadKind.REQUEST,
    WaitingKind.RESULT: PayloadKind.REQUEST,
    WaitingKind.CONVICTION: PayloadKind.MESSAGE,
    WaitingKind.MATTER: PayloadKind.MATTER,
    WaitingKind.FRAME: PayloadKind.KEYING,
}

_ELSEWHERE = (
    *("searches", "examination", "links", "access", "log", "looking", "messages", "misuse"),
    *("models", "publication", "certificates"),
)
"""Areas whose events never change which items are waiting."""

_CONCERNED = sorted(
    name
    for name, kind in KINDS.items()
    if not kind.declared.is_look
    and kind.__module__.rpartition(".")[2] not in _ELSEWHERE
    and kind not in {Enrolled, RecordAmended}
)

_CHANGED = select(
    log_head.c.size,
    exists()
    .where(events.c.seq >= bindparam("size"), events.c.event_type.in_(_CONCERNED))
    .label("is_changed"),
)

_is_attached = (
    exists()
    .where(
        event_subjects.c.subject_ref == asns.c.request_id,
        events.c.seq == event_subjects.c.seq,
        events.c.event_type == AsnResultAttached.event_type,
    )
    .correlate(asns)
)
_CASES: Select[Any] = (
    select(
        asns.c.request_id,
        asns.c.issued_at,
        asn_results.c.result_on,
        asn_results.c.received_at,
        requests.c.payload_id,
    )
    .join(requests, requests.c.request_id == asns.c.request_id)
    .join(payloads, payloads.c.payload_id == requests.c.payload_id)
    .outerjoin(asn_results, (asn_results.c.asn == asns.c.asn) & (asn_results.c.fate == "matched"))
    .where(~_is_attached)
)
_later = exchange_received.alias("later")
_CONVICTIONS: Select[Any] = (
    select(exchange_received)
    .join(payloads, payloads.c.payload_id == exchange_received.c.payload_id)
    .where(
        exchange_received.c.kind.in_([MessageKind.NOTIFICATION.value, MessageKind.UPDATE.value]),
        ~exists().where(
            _later.c.sender == exchange_received.c.sender,
            _later.c.conviction_ref == exchange_received.c.conviction_ref,
            _later.c.version > exchange_received.c.version,
        ),
        # Those taken since the inbox knows them wait there, and are on a record or not.
        ~exists().where(
            matters.c.source == MatterSource.STATE.value,
            matters.c.reference
            == exchange_received.c.sender
            + "/"
            + exchange_received.c.conviction_ref
            + "/"
            + cast(exchange_received.c.version, String),
        ),
    )
)
_UNWRITTEN = (
    *(FrameState.UNCODED, FrameState.MATCHING, FrameState.PROPOSED),
    *(FrameState.MERGING, FrameState.UNATTACHED),
)
_FRAMES: Select[Any] = (
    select(conversion_settlements)
    .join(
        conversion_frame_states,
        (conversion_frame_states.c.frame_id == conversion_settlements.c.frame_id)
        & (conversion_frame_states.c.round == conversion_settlements.c.round),
    )
    .join(payloads, payloads.c.payload_id == conversion_settlements.c.payload_id)
    .where(conversion_frame_states.c.state.in_([state.value for state in _UNWRITTEN]))
)


def _read(kind: WaitingKind, body: bytes) -> Details:
    if kind is WaitingKind.FRAME:
        return details_of_form(read_settled(body)[0])
    if kind is WaitingKind.MATTER:
        return details_in(read_matter(body))
    if kind is not WaitingKind.CONVICTION:
        return read_ask(body)[0].subject
    content = read_message(body).content
    return details_of(content.person) if isinstance(content, Notification | Update) else Details()
