"""What the database holds, as it is held against the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from service.provenance.bundle.state_rows import StateRow


class IndexedEvent(NamedTuple):
    """An event with what the columns beside its body say of it; made by the million."""

    seq: int
    event_id: str
    event_type: str
    at: datetime
    actor: str
    force: str
    """Empty for none, and so below."""
    case_id: str
    body: bytes


class StateOfStore(Protocol):
    """Reads everything once, in bounded memory and from one snapshot."""

    def rows(self) -> Iterator[StateRow]:
        """Yield every row that has to have an event."""

    def payloads(self) -> Iterator[bytes]:
        """Yield the reference (16 bytes) and the commitment (32) of every payload that is there.

        Nothing where payloads are not sealed.
        """

    def indexed_events(self) -> Iterator[IndexedEvent]:
        """Yield all events in order with their columns."""

    def subjects(self) -> Iterator[tuple[int, str]]:
        """Yield (number of the event, what it names) of every entry of the list of subjects."""

    def nodes_of_level(self, level: int) -> Iterator[bytes]:
        """Yield the stored nodes of one level of the tree in order of their index."""

    def node_count(self) -> int:
        """Return how many nodes of the tree are stored."""
