"""Stored payloads: opened to verify them, reported if missing, given up if their keys are lost.

Binding payloads of earlier releases to the rows that own them, by a command.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, LogDamagedError, PayloadErasedError, VaultDamagedError
from domain.events.log import KeysLost
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.bundle.state_rows import tables_of
from service.provenance.canonical import read_event
from service.provenance.vault.vault import REF_BYTES
from service.storage.log.state import State, StoredPayload
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

SAMPLED_PAYLOADS = 1_000
"""The number of payloads that a verification opens, unless it is deep."""

_PAGE = 500


@dataclass(slots=True)
class OpenedPayloads:
    """The results of opening payloads."""

    opened: int = 0
    erased: int = 0
    """Payloads whose key was destroyed by an erasure that is carried out meanwhile."""
    findings: list[Finding] = field(default_factory=list)


def open_payloads(state: State, seed: bytes, *, is_deep: bool) -> OpenedPayloads:
    """Open a sample of the stored payloads, or all of them.

    Each is checked against its commitment and its owner. The sample follows from `seed`, the root
    of the log: nobody can foresee it before the log is signed, and anybody can draw it again.
    Payloads that are not sealed are not opened.
    """
    result = OpenedPayloads()
    if state.is_sealed:
        for page in _all(state) if is_deep else _sample(state, seed):
            _open(state, page, result)
    return result


def _all(state: State) -> Iterator[Sequence[StoredPayload]]:
    after = 0
    while page := state.payloads_after(after, _PAGE):
        yield page
        after = page[-1].payload_id


def _sample(state: State, seed: bytes) -> Iterator[Sequence[StoredPayload]]:
    last = state.last_payload()
    if not last:
        return
    drawn = np.random.default_rng(int.from_bytes(seed)).choice(
        # Some of the numbers drawn belong to erased payloads, so draw twice as many as are opened.
        last,
        size=min(last, 2 * SAMPLED_PAYLOADS),
        replace=False,
    )
    left = SAMPLED_PAYLOADS
    for start in range(0, len(drawn), _PAGE):
        page = state.payloads_of((drawn[start : start + _PAGE] + 1).tolist())[:left]
        yield page
        left -= len(page)


def _open(state: State, page: Sequence[StoredPayload], result: OpenedPayloads) -> None:
    for kind, group in groupby(sorted(page, key=itemgetter(1, 0)), key=itemgetter(1)):
        items = [(number, body) for number, _, body in group]
        try:
            state.open_payloads(kind, items)
        except (PayloadErasedError, VaultDamagedError):
            _open_each(state, kind, items, result)
        else:
            result.opened += len(items)


def _open_each(
    state: State, kind: str, items: Sequence[tuple[int, bytes]], result: OpenedPayloads
) -> None:
    for number, body in items:
        try:
            state.open_payloads(kind, [(number, body)])
            result.opened += 1
        except PayloadErasedError:
            result.erased += 1
        except VaultDamagedError as error:
            detail = f"Row {number} of payloads ({kind}): {error.detail}"
            result.findings.append(Finding(FindingCode.PAYLOAD_DAMAGED, detail))


# The stored payloads must be those that events committed to, less those destroyed. Keys are kept
# apart from the database: if somebody only deletes a payload, its key remains, which shows that it
# was not properly erased.


_PAYLOAD = re.compile(rb'"payload_commitment":"([0-9a-f]{64})","payload_ref":"([0-9a-f]{32})"')


class CommittedPayloads:
    """The payloads that events committed to, as 64-bit hashes, each with its event.

    The hash is keyed differently in each process. Only these hashes are held in memory.
    """

    def __init__(self) -> None:
        self._hashes = array("q")
        self._seqs = array("q")
        self._held: NDArray[np.int64] | None = None

    def read(self, body: bytes, seq: int) -> None:
        """Add the commitments of the next event."""
        for head in _heads(body):
            self._hashes.append(hash(head))
            self._seqs.append(seq)

    def strangers(self, state: State) -> int:
        """Return the number of stored payloads that no event committed to."""
        return int(
            np.count_nonzero(~np.isin(self._stored(state), np.frombuffer(self._hashes, np.int64)))
        )

    def gone(self, state: State) -> Iterator[Finding]:
        """Yield a finding for each payload that is not stored although it was not erased.

        For a bundle or a store without keys, this cannot be told and nothing is yielded.
        """
        if not state.is_sealed:
            return
        committed = np.frombuffer(self._hashes, np.int64)
        is_gone = ~np.isin(committed, self._stored(state))
        lacking = frozenset(committed[is_gone].tolist())
        seqs = np.unique(np.frombuffer(self._seqs, np.int64)[is_gone]).tolist()
        for start in range(0, len(seqs), _PAGE):
            yield from _gone(state, seqs[start : start + _PAGE], lacking)

    def _stored(self, state: State) -> NDArray[np.int64]:
        """Return the hashes of the stored payloads, read once in one snapshot."""
        if self._held is None:
            self._held = np.fromiter(map(hash, state.payloads()), dtype=np.int64)
        return self._held


def _gone(state: State, seqs: Sequence[int], lacking: frozenset[int]) -> Iterator[Finding]:
    """Yield a finding for each payload of these events that is missing but whose key exists."""
    named = [
        (head[:REF_BYTES].hex(), body)
        for body in state.bodies_of(seqs)
        for head in _heads(body)
        if hash(head) in lacking
    ]
    live = state.live_keys([ref for ref, _ in named])
    yield from (_finding(body, ref) for ref, body in named if ref in live)


def _heads(body: bytes) -> Iterator[bytes]:
    """Yield the reference and commitment of each payload that a body commits to, as stored.

    No fact or id contains a quotation mark, so this pattern cannot be forged inside a value.
    """
    for commitment, ref in _PAYLOAD.findall(body):
        yield bytes.fromhex((ref + commitment).decode())


def _finding(body: bytes, ref: str) -> Finding:
    try:
        event = read_event(body)
    except LogDamagedError:
        detail = f"Payload {ref} is missing, although its key was not destroyed."
        return Finding(FindingCode.PAYLOAD_GONE, detail)
    where = tables_of(event)
    detail = (
        f"Payload {ref} of {event.event_type} is missing, although its key was "
        f"not destroyed: {where}"
    )
    return Finding(FindingCode.PAYLOAD_GONE, detail, event.seq)


Missing = Callable[[Sequence[str]], frozenset[str]]
"""Returns which of these key references the key store does not have."""

_REFS = 2_000
_PERSONS_AN_EVENT = 500


def every_key(refs: Sequence[str]) -> frozenset[str]:
    """Return all references, for the case that there is no key store at all."""
    return frozenset(refs)


def give_up_lost_payloads(
    services: StoreServices, caller: Caller, missing: Missing, *, expected: int
) -> int:
    """Delete the payloads whose keys are missing and log this; return how many there were.

    Nobody could open these payloads any more. Rows, links and the log remain and still verify.
    `services` must hold no keys. Raises ConflictError, and changes nothing, if the number of lost
    payloads is not `expected`; NotPermittedError.
    """
    with services.begin(caller, Scope.OPERATE) as unit:
        lost = _lost(unit.state, missing)
        if expected and not lost:
            raise ConflictError("The keys of all payloads are there: there is nothing to give up.")
        if len(lost) != expected:
            raise ConflictError(
                f"The keys of {len(lost)} payloads are missing: use a newer backup of the "
                f"keys, or give up these payloads for good with --payloads {len(lost)}."
            )
        if lost:
            persons = unit.state.persons_of(lost)
            unit.state.give_up(lost)
            for start in range(0, max(1, len(persons)), _PERSONS_AN_EVENT):
                named = persons[start : start + _PERSONS_AN_EVENT]
                record(services, unit, caller, KeysLost(named, payloads=len(lost)))
    return len(lost)


def _lost(state: State, missing: Missing) -> list[int]:
    lost: list[int] = []
    for page in state.payload_refs(_REFS):
        gone = missing([ref for _, ref in page])
        lost += [number for number, ref in page if ref in gone]
    return lost


_LOOKED_UP = 5_000
"""The number of payloads whose rows are looked up in one pass over all tables that name
payloads."""
_BATCH = 500
"""The number of payloads bound in one transaction."""


def unbound_payloads(services: StoreServices) -> int:
    """Return the number of payloads not bound to a row: each opens for any row that names it."""
    with services.units.read() as unit:
        return unit.unbound.count()


def bind_payloads(services: StoreServices, caller: Caller, progress: Callable[[int], None]) -> int:
    """Bind every unbound payload to the row that names it now; return how many were bound.

    If interrupted, it can be run again and continues with the rest. Keys, references and
    commitments do not change, so the log verifies as before. `progress` is called with the number
    bound after each transaction. Raises ConflictError, and changes nothing, if rows share a
    payload; NotPermittedError.
    """
    with services.reading(caller, Scope.OPERATE) as unit:
        if not unit.unbound.are_owned_once():
            raise ConflictError(
                "A payload belongs to several rows or to none. Run `identlink log verify` to "
                "find it, and correct the rows before you bind payloads to them."
            )
    count = 0
    while waiting := _next(services):
        left = iter(waiting.items())
        while batch := dict(islice(left, _BATCH)):
            with services.units.begin() as unit:
                unit.unbound.bind(batch)
            progress(len(batch))
            count += len(batch)
    return count


def _next(services: StoreServices) -> dict[int, list[str]]:
    with services.units.read() as unit:
        return unit.unbound.first(_LOOKED_UP)
