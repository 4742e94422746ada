"""Keyed sketches of probes: enough to recognise a nearly equal probe, and no more.

The sketch of a finger states on which side of 256 secret planes its template lies. The share of
planes on which two templates disagree estimates the angle between them (random hyperplane
rounding, Charikar 2002). Without the key, a sketch reveals nothing. Even with the key, it is not a
template.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.prints.prints import Impression

_PLANES = 256
_POSITIONS = 256
"""The number of values of the byte that gives a finger's position."""
_FINGER_BYTES = 1 + _PLANES // 8
_LABEL = b"identlink probe planes 1"


@dataclass(frozen=True, slots=True, eq=False)
class PlaneSketcher:
    """Makes sketches with secret planes. Thread-safe."""

    planes: npt.NDArray[np.float32]
    """float32 (d, 256): the normals of the secret planes."""
    near_planes: int
    """Fingers that disagree on at most this many planes are nearly the same."""

    def sketch(self, impressions: Sequence[Impression]) -> bytes:
        """Return the sketch of a probe: the position of each finger, and its sides of the 256
        planes.
        """
        vectors = np.stack([impression.vector for impression in impressions])
        sides = np.packbits(vectors @ self.planes > 0, axis=1)
        positions = np.array([[int(i.position)] for i in impressions], dtype=np.uint8)
        return np.hstack([positions, sides]).tobytes()

    def near(self, sketch: bytes, others: Sequence[bytes]) -> list[int]:
        """Return the indices of the other sketches that have a finger with nearly the same
        print.
        """
        lengths = np.array([len(other) for other in others], dtype=np.int64)
        near = self.near_among(sketch, b"".join(others), lengths)
        return [int(at) for at in near]

    def near_among(
        self, sketch: bytes, others: bytes, lengths: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return what `near` returns, int64 (m,) ascending, for other sketches that are
        concatenated in one byte string.

        `lengths`: int64 (n,), the number of bytes of each sketch.
        """
        if not others:
            return np.empty(0, dtype=np.int64)
        own_positions, own_sides = _fingers(sketch)
        positions, sides = _fingers(others)
        # All fingers at once, by position: no position occurs twice in a sketch.
        known, opposite = np.zeros(_POSITIONS, np.bool_), np.zeros((_POSITIONS, 4), np.uint64)
        known[own_positions], opposite[own_positions] = True, own_sides
        counts = np.bitwise_count(sides ^ opposite[positions]).astype(np.uint16)
        # Faster than a sum over an axis of four.
        differing = counts[:, 0] + counts[:, 1] + counts[:, 2] + counts[:, 3]
        near = np.flatnonzero((differing <= self.near_planes) & known[positions])
        ends = np.cumsum(lengths // _FINGER_BYTES)
        return np.unique(np.searchsorted(ends, near, side="right"))


def plane_sketcher(key: bytes, *, dimension: int, near_planes: int) -> PlaneSketcher:
    """Return a sketcher whose planes depend only on the key and the dimension."""
    seed = int.from_bytes(hashlib.sha256(_LABEL + key).digest()[:16], "big")
    rng = np.random.Generator(np.random.Philox(key=seed))
    planes = rng.standard_normal((dimension, _PLANES), dtype=np.float32)
    planes.flags.writeable = False
    return PlaneSketcher(planes, near_planes)


def _fingers(sketches: bytes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """Return positions uint8 (n,) and sides uint64 (n, 4)."""
    rows = np.frombuffer(sketches, dtype=np.uint8).reshape(-1, _FINGER_BYTES)
    return rows[:, 0], np.ascontiguousarray(rows[:, 1:]).view(np.uint64)
