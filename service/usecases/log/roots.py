"""The root of the first events, up to a number, from the stored nodes of the tree."""

from __future__ import annotations

from domain.errors import LogDamagedError, NotFoundError
from service.provenance.log.merkle import fold, frontier_nodes
from service.storage.unit_of_work import UnitOfWork


def root_at(unit: UnitOfWork, size: int) -> bytes:
    """Return the root of the first `size` events from the stored nodes, some twenty of them.

    Raises LogDamagedError when a node is missing.
    """
    places = frontier_nodes(size)
    try:
        found = unit.events.nodes(places)
    except NotFoundError as error:
        raise LogDamagedError("A node of the log's tree is missing.") from error
    return fold(tuple(found[place] for place in places))
