"""Sketches, findings and the prints of staff."""

from __future__ import annotations

from service.storage.misuse.abuse import Abuse
from service.storage.misuse.sketches import Sketches
from service.storage.repository import InTransaction, Repository


class MisuseRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    abuse = Repository(Abuse)
    sketches = Repository(Sketches)
