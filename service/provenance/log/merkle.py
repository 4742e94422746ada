"""The Merkle tree of the log (RFC 6962, RFC 9162): hashes, and growth that costs O(log n).

Leaf `i` is the event of number `i`. Only perfect subtrees are stored: node (level, index) covers
the leaves from `index * 2**level` up to, but not including, `(index + 1) * 2**level`, so a stored
node never changes. To grow, a log of n leaves needs its frontier: the roots of the perfect
subtrees of n, largest first. Hashes are SHA-256, 32 bytes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from domain.errors import InvalidInputError, LogDamagedError

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a log without an event (RFC 9162, 2.1.1)."""

NodeReader = Callable[[int, int], bytes]
"""Reads the stored node (level, index), for example from a `dict`, a table or a file."""


@dataclass(frozen=True, slots=True)
class Node:
    """A stored node: the root of the perfect subtree of `2**level` leaves at `index`."""

    level: int
    index: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that a log of `size` leaves needs to grow: one root per perfect subtree, largest first.

    Raises LogDamagedError if the number of digests does not match the size.
    """

    size: int = 0
    digests: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.digests) != self.size.bit_count():
            raise LogDamagedError(
                "The number of stored tree hashes (the frontier) does not match the size of "
                "the log."
            )

    @property
    def root(self) -> bytes:
        """The root hash of the log at this size."""
        return fold(self.digests)


EMPTY = Frontier()
"""The frontier of a log without an event."""


def leaf_hash(body: bytes) -> bytes:
    """Return SHA-256(0x00 || body), the hash of an event (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), the hash of an inner node (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
    """Append one leaf hash: return the frontier after it and the nodes to store.

    The nodes are the leaf at level 0 and every perfect subtree that it completes: at most
    log2(n) + 1, and two on average. Nothing stored is read or changed.
    """
    digests = list(frontier.digests)
    nodes = _grow(digests, frontier.size, leaf)
    return Frontier(frontier.size + 1, tuple(digests)), tuple(nodes)


def append_many(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[Frontier, tuple[Node, ...]]:
    """Append leaf hashes in order: return the frontier after the last and all nodes to store."""
    digests, size = list(frontier.digests), frontier.size
    nodes: list[Node] = []
    for leaf in leaves:
        nodes.extend(_grow(digests, size, leaf))
        size += 1
    return Frontier(size, tuple(digests)), tuple(nodes)


def advance(frontier: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """Append leaf hashes in order and return only the frontier; no nodes are stored."""
    digests, size = list(frontier.digests), frontier.size
    for leaf in leaves:
        digest, index = leaf, size
        while index & 1:
            digest, index = node_hash(digests.pop(), digest), index >> 1
        digests.append(digest)
        size += 1
    return Frontier(size, tuple(digests))


def perfect_subtrees(start: int, stop: int) -> tuple[tuple[int, int], ...]:
    """Return (level, index) of the perfect subtrees that make up the leaves [start, stop).

    `start` must be a multiple of the smallest power of two that is at least `stop - start`, as it
    is for every range in a proof; the largest subtree comes first.
    """
    nodes = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return tuple(nodes)


def frontier_nodes(size: int) -> tuple[tuple[int, int], ...]:
    """Return (level, index) of the nodes that are the frontier of a log of `size` leaves."""
    return perfect_subtrees(0, size)


def fold(digests: tuple[bytes, ...]) -> bytes:
    """Hash the roots of perfect subtrees, largest first, into the root above them."""
    if not digests:
        return EMPTY_ROOT
    root = digests[-1]
    for digest in reversed(digests[:-1]):
        root = node_hash(digest, root)
    return root


def _grow(digests: list[bytes], size: int, leaf: bytes) -> list[Node]:
    """Append `leaf` to `digests`, the working copy of a frontier; return the nodes made."""
    if len(leaf) != HASH_BYTES:
        raise InvalidInputError("A leaf hash must have 32 bytes.")
    digest, index = leaf, size
    nodes = [Node(0, index, digest)]
    # Each trailing 1 of the size is a perfect subtree that the new leaf completes to a pair.
    while index & 1:
        digest, index = node_hash(digests.pop(), digest), index >> 1
        nodes.append(Node(len(nodes), index, digest))
    digests.append(digest)
    return nodes
