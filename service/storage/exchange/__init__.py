"""Exchange with other States: partners, messages out and in, surveys, exemptions, the register.

- `erased_duties`: convictions that States were told of a person erased since
- `exemptions`: decisions that a duty does not hold
- `inbox`: messages in: taken once each, and the transmissions seen
- `outbox`: messages out: queued, claimed, sent, answered
- `own_requests`: requests of our own officers to other States, as they were asked
- `partners`: other States with their keys
- `register`: duties to tell, from the records alone, and those met
- `register_facts`: the facts of versions of records, as the register reads them
- `register_rows`: the rows that the register reads: records, messages, erasures, merges and
  exemptions
- `register_sql`: the queries of the register, on a database in memory
- `replies`: decided requests of other States whose reply is still to be put into a message
- `surveys`: versions of records whose duties are still to be worked out
"""

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
