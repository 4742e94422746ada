"""Another State without a store: it signs messages, and takes ours or refuses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.exchange.codes import (
    FaultCode,
    MessageId,
    MessageKind,
    MessageNumber,
    Partner,
    StateCode,
)
from domain.exchange.messages import (
    Acknowledgement,
    Content,
    Envelope,
    Fault,
    Message,
    read_message,
    write_message,
)
from domain.store_secrets import mac_under
from service.adapters.custody.key_bytes import fresh_signing
from service.channels.exchange.signatures import JwsSignatures
from service.ports.exchange import Carriage, Carried
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.sending import new_head
from service.usecases.services import StoreServices


@dataclass(slots=True)
class Neighbour:
    """A State and its key, on the clock of our services."""

    services: StoreServices
    state: StateCode
    to: StateCode
    """Our State."""
    key: str = ""
    """Our public key."""
    signatures: JwsSignatures = field(default_factory=lambda: JwsSignatures(fresh_signing()))
    refuses: set[MessageKind] = field(default_factory=set)
    """Kinds of our messages that it answers with a fault."""
    written: int = 0

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Answer each of our messages."""
        del partner
        bodies = [self.signatures.opened(one, self.key) for one in transmissions]
        answers = [self._answer(read_message(body)) for body in bodies]
        return Carriage(Carried.TAKEN, tuple(answers))

    def writes(
        self, kind: MessageKind, content: Content, response_to: MessageId | None = None
    ) -> tuple[MessageId, str]:
        """Return the id of a message to us, and its transmission."""
        self.written += 1
        number = MessageNumber(self.state, self.to, kind, self.written)
        now = self.services.surroundings.clock().replace(microsecond=0)
        envelope = Envelope(
            number.message_id, self.state, (self.to,), now, response_to=response_to
        )
        desk = ExchangeDesk(self.state, self.signatures, self, mac=mac_under(b"references"))
        head = new_head(self.services, desk, self.to)
        body = write_message(Message(envelope, content))
        return number.message_id, self.signatures.sign(body, head)

    def _answer(self, message: Message) -> str:
        about = message.message_id
        if message.kind in self.refuses:
            return self.writes(MessageKind.FAULT, Fault(FaultCode.UNKNOWN_CODE), about)[1]
        at = self.services.surroundings.clock().replace(microsecond=0)
        return self.writes(MessageKind.ACKNOWLEDGEMENT, Acknowledgement(at), about)[1]
