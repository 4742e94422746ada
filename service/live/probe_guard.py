"""Keyed sketches of probes: enough to see that two probes are nearly the same, and no more.

A finger's sketch holds on which side of 256 secret planes its template lies. The share of planes
that two templates disagree on estimates the angle between them (random hyperplane rounding,
Charikar 2002). Without the key a sketch says nothing; with it, it is still no template.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from domain.prints import SYNTHETIC_192, Impression

_PLANES = 256
_BYTES = _PLANES // 8
_FINGER_BYTES = 1 + _BYTES

NEAR_PLANES = 24
"""Fingers that disagree on so many planes or fewer are nearly the same: a cosine over about 0.957.

Another capture of the same finger has about 0.91 (median of the synthetic captures), prints of
two people rarely over 0.5, which is 85 planes.
"""


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How often nearly the same probe may be searched with."""

    attempts: int
    """Searches of one force within the window; the next one is refused."""
    window: timedelta = timedelta(hours=24)
    looked_at: int = 500
    """So many of the force's latest searches are compared with."""

    @property
    def attempts_under_examination(self) -> int:
        """As many of them as may have a case that is still open."""
        return max(1, self.attempts // 2)

    @property
    def suspicious(self) -> int:
        """From this one on the series is shown to the auditor."""
        return max(2, self.attempts * 2 // 5)


@dataclass(frozen=True, slots=True, eq=False)
class ProbeGuard:
    """What attempts are counted with. Thread-safe."""

    planes: npt.NDArray[np.float32]
    """float32 (192, 256): the normals of the secret planes."""
    policy: AttemptPolicy

    def sketch(self, impressions: Sequence[Impression]) -> bytes:
        """Return the sketch of a probe: for each finger its position and its 256 sides."""
        vectors = np.stack([impression.vector for impression in impressions])
        sides = np.packbits(vectors @ self.planes > 0, axis=1)
        positions = np.array([[int(i.position)] for i in impressions], dtype=np.uint8)
        return np.hstack([positions, sides]).tobytes()


def probe_guard(key: bytes, policy: AttemptPolicy) -> ProbeGuard:
    """Return a guard whose planes follow from the key alone."""
    seed = int.from_bytes(hashlib.sha256(b"identlink probe planes 1" + key).digest()[:16], "big")
    rng = np.random.Generator(np.random.Philox(key=seed))
    planes = rng.standard_normal((SYNTHETIC_192.dimension, _PLANES), dtype=np.float32)
    planes.flags.writeable = False
    return ProbeGuard(planes, policy)


def near_sketches(sketch: bytes, others: Sequence[bytes]) -> list[int]:
    """Return which of the others share a finger position with nearly the same print."""
    if not others:
        return []
    owners = np.repeat(np.arange(len(others)), [len(o) // _FINGER_BYTES for o in others])
    positions, sides = _fingers(b"".join(others))
    near = np.zeros(len(others), dtype=np.bool_)
    for position, side in zip(*_fingers(sketch), strict=True):
        same = np.flatnonzero(positions == position)
        differing = np.bitwise_count(sides[same] ^ side).sum(axis=1, dtype=np.int64)
        near[owners[same[differing <= NEAR_PLANES]]] = True
    return [int(at) for at in np.flatnonzero(near)]


def _fingers(sketches: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """Return positions uint8 (n,) and sides uint64 (n, 4)."""
    rows = np.frombuffer(sketches, dtype=np.uint8).reshape(-1, _FINGER_BYTES)
    return rows[:, 0], np.ascontiguousarray(rows[:, 1:]).view(np.uint64)
