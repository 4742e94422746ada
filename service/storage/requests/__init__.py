"""Requests, the data that left because of them, and the notices that follow."""

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
