"""Data restricted instead of erased.

- `restrictions`: restrictions: begun and lifted, and what the holder of the evidence reads
"""

from __future__ import annotations

from service.storage.disclosure.restrictions import Restrictions
from service.storage.repository import InTransaction, Repository


class DisclosureRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    restrictions = Repository(Restrictions)
