"""Indexes that are opened quickly, as hundreds of tests want them."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from domain.prints.templates import IndexedFormat
from indexing.codes import rotation, vector_index
from indexing.codes.codec import Codec, train_codec
from indexing.files import generations

# Nearly every test here has the same key, and a matrix takes ten milliseconds.
rotation.orthonormal_matrix = cache(rotation.orthonormal_matrix)

_ROUNDS = 5
"""Of training a codec, in place of 25: its codes then lose 2 % more of a finger."""

_CODECS: dict[tuple[bytes, IndexedFormat], Codec] = {}


def _trained_once(
    vectors: npt.NDArray[np.int8], finger_bits: npt.NDArray[np.uint16], fmt: IndexedFormat
) -> Codec:
    """Return the codec of a sample; that training repeats itself is tested where it is done."""
    sample = hashlib.sha256(vectors.tobytes() + finger_bits.tobytes()).digest()
    if (sample, fmt) not in _CODECS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vector_index, "_TRAINING_ROUNDS", _ROUNDS)
            _CODECS[sample, fmt] = train_codec(vectors, finger_bits, fmt)
    return _CODECS[sample, fmt]


# Tests of one module fill many indexes with the same people, and training takes .2 s.
generations.train_codec = _trained_once  # type: ignore[attr-defined]
