"""The events of an exchange with another State, from its registration to the reconciliation."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.declaring import Event
from domain.events.exchange import (
    DutiesRepaired,
    DutyExempted,
    MessageRefused,
    MessageRequeued,
    MessagesAnswered,
    MessagesQueued,
    MessagesSent,
    MessagesTaken,
    PartnerEnded,
    PartnerRegistered,
    Reconciled,
    RecordsSurveyed,
    ToldErased,
)
from domain.exchange.codes import (
    FaultCode,
    MessageId,
    MessageKind,
    PartnerId,
    StateCode,
    Transport,
)
from domain.exchange.duties import ExemptionCode
from domain.ids import PersonId, RecordId

_POL = StateCode("POL")
_OUT = MessageId("GBR-POL-NOT-000000000000001")
_IN = MessageId("POL-GBR-DEL-000000000000007")
_ANSWER = MessageId("POL-GBR-ACK-000000000000001")


def exchange_events() -> Iterator[Event]:
    """Yield one event of each type."""
    partner_id = PartnerId("partner-1")
    yield PartnerRegistered(partner_id, _POL, Transport.SIGNED_HTTP, "key-1")
    yield RecordsSurveyed(versions=50, duties=1, exempt=2, last_record_row=50)
    yield MessagesQueued((_OUT,), messages=1)
    yield MessagesSent((_OUT,), _POL)
    yield MessagesAnswered((_ANSWER,), _POL, acknowledged=1, faults=0)
    yield MessageRequeued(_OUT, MessageKind.NOTIFICATION)
    yield MessagesTaken((_IN,), _POL, older=0)
    yield ToldErased(_IN, items=2)
    yield MessageRefused(FaultCode.CLOCK_OFF, _POL, _IN)
    yield DutyExempted(
        "exemption-1",
        RecordId("record-1"),
        PersonId("person-1"),
        version=1,
        state=_POL,
        code=ExemptionCode.LEGAL_BAR,
    )
    yield Reconciled(
        due=3,
        acknowledged=1,
        sent=1,
        pending=1,
        exempt=2,
        late=0,
        unsent_past_due=1,
        unexpected=0,
        faults=0,
        on_log_size=9,
    )
    yield DutiesRepaired(unmet=3, queued=2, left=1)
    yield PartnerEnded(partner_id, _POL)
