"""Retention: people read for a plan, plans, an independent count, and decisions of reviews."""

from __future__ import annotations

from service.storage.repository import InTransaction, Repository
from service.storage.retention.held import HeldPeople
from service.storage.retention.plans import Plans
from service.storage.retention.prints import PrintPurges
from service.storage.retention.recount_rows import RecountRows
from service.storage.retention.reviews import Reviews


class RetentionRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    held_people = Repository(HeldPeople)
    plans = Repository(Plans)
    print_purges = Repository(PrintPurges)
    reviews = Repository(Reviews)
    recount_rows = Repository(RecountRows)
