"""Exchange with other States: partners, messages both ways, exemptions, reconciliations."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Committed, Leaves
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


@event("exchange-partner-registered", leaves=Leaves("exchange_partners", by="registered_by"))
class PartnerRegistered(Event):
    """A State was registered with its channel, its address and its key."""

    partner_id: Subject[PartnerId]
    state: StateCode
    transport: Transport
    key_id: str


@event("exchange-partner-ended", leaves=Leaves("exchange_partner_ends", by="ended_by"))
class PartnerEnded(Event):
    """The registration of a State's key was ended."""

    partner_id: Subject[PartnerId]
    state: StateCode


@event(
    "exchange-queued", leaves=(Committed("exchange_messages", (("message_id", "message_ids"),)),)
)
class MessagesQueued(Event):
    """Messages to other States were written and queued."""

    message_ids: Subject[tuple[MessageId, ...]]
    messages: int


@event("exchange-surveyed")
class RecordsSurveyed(Event):
    """The duties that follow from new versions of records were worked out."""

    versions: int
    duties: int
    exempt: int
    """The number of duties to States that are not members, or from before the exchange began."""
    last_record_row: int


@event("exchange-sent", leaves=(Committed("exchange_sent", (("message_id", "message_ids"),)),))
class MessagesSent(Event):
    """Messages were delivered to a State."""

    message_ids: Subject[tuple[MessageId, ...]]
    state: StateCode


@event(
    "exchange-answered", leaves=(Committed("exchange_answers", (("answer_id", "answer_ids"),)),)
)
class MessagesAnswered(Event):
    """A State acknowledged messages, or refused them with a fault."""

    answer_ids: Subject[tuple[MessageId, ...]]
    state: StateCode
    acknowledged: int
    faults: int


@event(
    "exchange-taken", leaves=(Committed("exchange_received", (("message_id", "message_ids"),)),)
)
class MessagesTaken(Event):
    """Messages from a State were accepted."""

    message_ids: Subject[tuple[MessageId, ...]]
    state: StateCode
    older: int
    """The number of versions of convictions that came after a later one: they changed nothing."""


@event("exchange-refused")
class MessageRefused(Event):
    """A message or transmission was refused, and changed nothing."""

    fault: FaultCode
    state: StateCode | None = None
    """The State whose key signed the message, or whose folder held it; None if not known."""
    message_id: Subject[MessageId | None] = None
    calls: int | None = None
    """The number of equal messages within a short period, where anybody may have sent them."""


@event("exchange-told-erased")
class ToldErased(Event):
    """A State reported that it erased a conviction of which it had notified this office."""

    message_id: Subject[MessageId]
    """The message that notified the deletion."""
    items: int


@event("exchange-requeued")
class MessageRequeued(Event):
    """A message that a State had refused was queued again."""

    message_id: Subject[MessageId]
    kind: MessageKind


@event("exchange-exempted", leaves=Leaves("exchange_exemptions", by="exempted_by"))
class DutyExempted(Event):
    """A person decided that a State need not be notified of a conviction."""

    exemption_id: Subject[str]
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    version: int
    state: StateCode
    code: ExemptionCode


@event("exchange-reconciled")
class Reconciled(Event):
    """The duties to notify States were compared with the messages sent."""

    due: int
    acknowledged: int
    sent: int
    pending: int
    exempt: int
    late: int
    unsent_past_due: int
    unexpected: int
    faults: int
    on_log_size: int


@event("exchange-repaired")
class DutiesRepaired(Event):
    """Duties that the reconciliation found unmet were queued, each once."""

    unmet: int
    queued: int
    left: int
    """Duties that are still unmet: a person must decide what to do."""
