"""Effects of another State's acknowledgement of a message."""

from __future__ import annotations

from domain.events.requests import DisclosureAcknowledged
from domain.exchange.identifiers import MessageId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def note_arrival(services: StoreServices, unit: UnitOfWork, reply_id: MessageId) -> None:
    """Note that the disclosure which a reply carries has arrived; once."""
    disclosure_id = unit.replies.disclosure_of(reply_id)
    if disclosure_id is None:
        return
    now = services.surroundings.clock()
    if unit.disclosures.acknowledge(disclosure_id, EXCHANGER.actor.user_id, now):
        record(unit, services.surroundings, EXCHANGER, DisclosureAcknowledged(disclosure_id))
