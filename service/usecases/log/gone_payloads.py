"""Payloads that are gone: each was destroyed on purpose, and the key store remembers that.

What events committed to, less what was destroyed, is what is stored. The keys lie apart from the
database: whoever only deletes a payload leaves its key, which says that nobody erased it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from domain.errors import LogDamagedError
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.bundle.state_rows import tables_of
from service.provenance.canonical import read_event
from service.provenance.vault.vault import REF_BYTES
from service.storage.log.state import State

_PAYLOAD = re.compile(rb'"payload_commitment":"([0-9a-f]{64})","payload_ref":"([0-9a-f]{32})"')
_PAGE = 500


class CommittedPayloads:
    """The payloads that events committed to: hashes of 64 bits, each with its event.

    Keyed again in each process. They are all that memory has to hold.
    """

    def __init__(self) -> None:
        self._hashes = array("q")
        self._seqs = array("q")
        self._held: NDArray[np.int64] | None = None

    def read(self, body: bytes, seq: int) -> None:
        """Take the next event."""
        for head in _heads(body):
            self._hashes.append(hash(head))
            self._seqs.append(seq)

    def strangers(self, state: State) -> int:
        """Return how many stored payloads no event committed to."""
        return int(
            np.count_nonzero(~np.isin(self._stored(state), np.frombuffer(self._hashes, np.int64)))
        )

    def gone(self, state: State) -> Iterator[Finding]:
        """Yield a finding for each payload that is not stored though nobody destroyed it.

        A bundle or a store without keys tells nothing of this.
        """
        if not state.is_sealed:
            return
        committed = np.frombuffer(self._hashes, np.int64)
        is_gone = ~np.isin(committed, self._stored(state))
        lacking = frozenset(committed[is_gone].tolist())
        seqs = np.unique(np.frombuffer(self._seqs, np.int64)[is_gone]).tolist()
        for start in range(0, len(seqs), _PAGE):
            yield from _lost(state, seqs[start : start + _PAGE], lacking)

    def _stored(self, state: State) -> NDArray[np.int64]:
        """Return the hashes of the payloads that are stored: read once, in one snapshot."""
        if self._held is None:
            self._held = np.fromiter(map(hash, state.payloads()), dtype=np.int64)
        return self._held


def _lost(state: State, seqs: Sequence[int], lacking: frozenset[int]) -> Iterator[Finding]:
    """Yield a finding for each payload of these events that is lacking and whose key is there."""
    named = [
        (head[:REF_BYTES].hex(), body)
        for body in state.bodies_of(seqs)
        for head in _heads(body)
        if hash(head) in lacking
    ]
    live = state.live_keys([ref for ref, _ in named])
    yield from (_finding(body, ref) for ref, body in named if ref in live)


def _heads(body: bytes) -> Iterator[bytes]:
    """Yield reference and commitment of each payload that a body commits to, as they are stored.

    No fact and no id holds a quotation mark, so that the places cannot be feigned.
    """
    for commitment, ref in _PAYLOAD.findall(body):
        yield bytes.fromhex((ref + commitment).decode())


def _finding(body: bytes, ref: str) -> Finding:
    try:
        event = read_event(body)
    except LogDamagedError:
        detail = f"Payload {ref} is gone, and its key was not destroyed."
        return Finding(FindingCode.PAYLOAD_GONE, detail)
    where = tables_of(event)
    detail = f"Payload {ref} of {event.event_type} is gone, and its key was not destroyed: {where}"
    return Finding(FindingCode.PAYLOAD_GONE, detail, event.seq)
