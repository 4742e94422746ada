"""Searches, probes, candidates and batches."""

from __future__ import annotations

from service.storage.repository import InTransaction, Repository
from service.storage.searches.batches import Batches
from service.storage.searches.searches import Searches


class SearchesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    searches = Repository(Searches)
    batches = Repository(Batches)
