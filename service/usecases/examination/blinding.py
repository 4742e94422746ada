"""Blinding: exemplars under neutral labels, in an order of each examiner's own.

The order and the labels follow from one seed for each (case, examiner), which is recorded, so that
the order can be replayed. Neither depends on rank: candidates are sorted by their random id
before they are shuffled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.ids import CandidateId

PROBE_LABEL = "probe"
"""The probe's name in addresses; exemplars stand under their neutral labels."""

SEED_BITS = 53
"""Seeds stay safe integers in JSON (RFC 8785)."""

_LABEL_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_LABEL_LENGTH = 3


def new_seed(opaque_id: str) -> int:
    """Return a shuffle seed of SEED_BITS bits from a fresh random id of hexadecimal digits."""
    return int(opaque_id, 16) & ((1 << SEED_BITS) - 1)


def shuffled(candidates: Sequence[CandidateId], seed: int) -> tuple[tuple[str, CandidateId], ...]:
    """Return (label, candidate) in the order to show; the same seed gives the same answer."""
    rng = np.random.Generator(np.random.Philox(seed))
    ordered = sorted(candidates)
    labels = _labels(rng, len(ordered))
    order = rng.permutation(len(ordered))
    return tuple((label, ordered[i]) for label, i in zip(labels, order, strict=True))


def _labels(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct labels from which neither number nor order can be read."""
    labels: dict[str, None] = {}
    while len(labels) < count:
        letters = rng.choice(list(_LABEL_ALPHABET), size=_LABEL_LENGTH)
        labels["".join(letters)] = None
    return list(labels)
