"""Requests, the data that left because of them, and the notices that follow.

- `disclosures`: disclosures with their recipients, and whether they have arrived
- `notices`: notices to the recipients of disclosures: owed, given and acknowledged
- `own_answers`: answers to people about their own data: prepared, read by a second person, and
  released
- `proofs`: stated answers that officers saw shown by a document
- `request_bodies`: the payloads of requests and disclosures
- `requests`: requests and their logs: written once, their state read from the last entry
"""

from __future__ import annotations

from service.storage.repository import InTransaction, Repository
from service.storage.requests.disclosures import Disclosures
from service.storage.requests.notices import DisclosureNotices
from service.storage.requests.own_answers import OwnAnswers
from service.storage.requests.proofs import Proofs
from service.storage.requests.requests import Requests


class RequestsRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    requests = Repository(Requests)
    proofs = Repository(Proofs)
    own_answers = Repository(OwnAnswers)
    disclosures = Repository(Disclosures)
    disclosure_notices = Repository(DisclosureNotices)
