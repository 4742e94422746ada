"""Searches, probes, candidates and batches.

- `batches`: batches on a database
- `holders`: who holds the records of candidates: what the answer to a names enquiry needs, and no
  more
- `job_lines`: lines of a batch packed into payloads: sealed, committed to and erased many at a
  time
- `search_bodies`: the payloads of a search: its probe, and the evidence for each candidate
- `search_order`: the orders of a force's list of searches, by the state that the force is told
- `searches`: searches, probes and candidates. Where a search stands is read from its case and
  its link
"""

from __future__ import annotations

from service.storage.repository import InTransaction, Repository
from service.storage.searches.batches import Batches
from service.storage.searches.searches import Searches


class SearchesRoom(InTransaction):
    """The repositories of this room, as attributes of a unit of work."""

    searches = Repository(Searches)
    batches = Repository(Batches)
