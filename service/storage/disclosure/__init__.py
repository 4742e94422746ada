"""Data restricted instead of erased, and deletion of data left by arrests."""

from __future__ import annotations

from service.storage.disclosure.deletions import Deletions
from service.storage.disclosure.restrictions import Restrictions
from service.storage.repository import InTransaction, Repository


class DisclosureRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    deletions = Repository(Deletions)
    restrictions = Repository(Restrictions)
