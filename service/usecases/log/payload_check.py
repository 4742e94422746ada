"""Stored payloads, opened: a sample that a checkpoint draws, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import numpy as np

from domain.errors import PayloadErasedError, VaultDamagedError
from service.provenance.bundle.findings import Finding, FindingCode
from service.storage.log.state import State, StoredPayload

SAMPLED_PAYLOADS = 1_000
"""Payloads that a verification opens unless it is deep."""

_PAGE = 500


@dataclass(slots=True)
class OpenedPayloads:
    """What opening payloads came to."""

    opened: int = 0
    erased: int = 0
    """Payloads whose key was destroyed, by an erasure that ends while this runs."""
    findings: list[Finding] = field(default_factory=list)


def open_payloads(state: State, seed: bytes, *, is_deep: bool) -> OpenedPayloads:
    """Open a sample of the stored payloads, or all, each against its commitment and its place.

    The sample follows from `seed`, the root of the log: it cannot be foreseen before the log is
    signed, and can be drawn again. Payloads that are not sealed are not opened.
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
        # Numbers of erased payloads are drawn in vain: draw twice as many as are opened.
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
