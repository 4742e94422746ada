"""Agencies: agreements, the accounts that speak for them, and ASNs."""

from __future__ import annotations

from service.storage.agencies.agreements import Agreements
from service.storage.agencies.asns import Asns
from service.storage.agencies.waiting import Waiting
from service.storage.repository import InTransaction, Repository


class AgenciesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    agreements = Repository(Agreements)
    asns = Repository(Asns)
    waiting = Repository(Waiting)
