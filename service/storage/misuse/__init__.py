"""Sketches, findings and the prints of staff.

- `abuse`: findings and staff on a database
- `sketch_packs`: sketches put together: one blob of many, so that a search reads few rows and not
  hundreds
- `sketches`: sketches of probes: those of the latest searches alone, older ones put together in
  packs
"""

from __future__ import annotations

from service.storage.misuse.abuse import Abuse
from service.storage.misuse.sketches import Sketches
from service.storage.repository import InTransaction, Repository


class MisuseRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    abuse = Repository(Abuse)
    sketches = Repository(Sketches)
