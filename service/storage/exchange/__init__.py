"""Exchange with other States: partners, messages out and in, surveys, exemptions, the register."""

from __future__ import annotations

from service.storage.exchange.erased_duties import ErasedDuties
from service.storage.exchange.exemptions import Exemptions
from service.storage.exchange.inbox import Inbox
from service.storage.exchange.outbox import Outbox
from service.storage.exchange.own_requests import OwnRequests
from service.storage.exchange.partners import Partners
from service.storage.exchange.register import Register
from service.storage.exchange.replies import Replies
from service.storage.exchange.surveys import Surveys
from service.storage.repository import InTransaction, Repository


class ExchangeRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    partners = Repository(Partners)
    surveys = Repository(Surveys)
    outbox = Repository(Outbox)
    inbox = Repository(Inbox)
    erased_duties = Repository(ErasedDuties)
    own_requests = Repository(OwnRequests)
    exemptions = Repository(Exemptions)
    register = Repository(Register)
    replies = Repository(Replies)
