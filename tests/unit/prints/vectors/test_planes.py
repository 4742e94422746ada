"""Sketches: near probes are recognised, others are not, and the key is needed for either."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.vectors.comparing import PlaneSketcher, plane_sketcher, unit_vector
from tests.formats import FORMAT

TEMPLATE = FORMAT.template


def keyed(key: bytes) -> PlaneSketcher:
    return plane_sketcher(key, dimension=192, near_planes=24)


SKETCHER = keyed(b"k" * 32)
STORED_SKETCH = "c3e4f83732ee0229c9bbb6a4937bf1bd8a9a7e362fab9a7a7da232bfc1afca98"
"""SHA-256 of a sketch as the first version of the service stored it."""


def vector(seed: int) -> npt.NDArray[np.float32]:
    return unit_vector(np.random.default_rng(seed).standard_normal(192), TEMPLATE)


def at_cosine(base: npt.NDArray[np.float32], cosine: float, seed: int) -> npt.NDArray[np.float32]:
    """Return a vector at exactly this cosine from the base, in a random direction."""
    other = np.random.default_rng(seed).standard_normal(192)
    other -= base * float(other @ base)
    other /= np.linalg.norm(other)
    return unit_vector(cosine * base + np.sqrt(1 - cosine**2) * other, TEMPLATE)


def finger(position: int, values: npt.NDArray[np.float32]) -> Impression:
    return Impression(FingerPosition(position), ImpressionType.ROLLED, 70, values, TEMPLATE)


def sketch(
    *fingers: tuple[int, npt.NDArray[np.float32]], sketcher: PlaneSketcher = SKETCHER
) -> bytes:
    return sketcher.sketch([finger(position, values) for position, values in fingers])


def near_share(cosine: float) -> float:
    """Return how often a finger at this cosine is taken for nearly the same."""
    base = vector(1)
    others = [sketch((2, at_cosine(base, cosine, seed))) for seed in range(10, 210)]
    return len(SKETCHER.near(sketch((2, base)), others)) / len(others)


def test_the_same_finger_is_near_itself() -> None:
    assert SKETCHER.near(sketch((2, vector(1))), [sketch((2, vector(1)))]) == [0]


def test_one_step_of_a_climb_is_near_and_another_person_is_not() -> None:
    assert near_share(0.99) == 1.0
    assert near_share(0.97) > 0.8
    assert near_share(0.5) == 0.0


def test_another_capture_of_the_same_finger_is_rarely_near() -> None:
    assert near_share(0.91) < 0.1


def test_one_near_finger_among_others_is_enough() -> None:
    probe = sketch((2, vector(1)), (3, vector(2)))
    other = sketch((1, vector(5)), (3, at_cosine(vector(2), 0.99, 7)))

    assert SKETCHER.near(probe, [sketch((4, vector(9))), other]) == [1]


@given(st.data())
def test_of_many_sketches_those_are_near_that_are_near_alone(data: st.DataObject) -> None:
    def fingers() -> bytes:
        drawn = st.dictionaries(st.integers(0, 10), st.integers(0, 5), min_size=1)
        chosen = data.draw(drawn).items()
        base = [np.packbits(np.arange(256) < 12 * turned).tobytes() for turned in range(6)]
        return b"".join(bytes([position]) + base[turned] for position, turned in chosen)

    probe, others = fingers(), [fingers() for _ in range(data.draw(st.integers(0, 6)))]

    alone = [at for at, other in enumerate(others) if SKETCHER.near(probe, [other])]
    by_hand = [at for at, other in enumerate(others) if _is_near(probe, other)]
    assert SKETCHER.near(probe, others) == alone == by_hand


def _is_near(probe: bytes, other: bytes) -> bool:
    ours = {probe[at]: probe[at + 1 : at + 33] for at in range(0, len(probe), 33)}
    theirs = {other[at]: other[at + 1 : at + 33] for at in range(0, len(other), 33)}
    return any(
        sum((a ^ b).bit_count() for a, b in zip(ours[one], theirs[one], strict=True)) <= 24
        for one in ours.keys() & theirs.keys()
    )


def test_a_finger_is_compared_with_the_same_position_alone() -> None:
    assert SKETCHER.near(sketch((2, vector(1))), [sketch((3, vector(1)))]) == []


def test_nothing_is_near_when_nothing_is_known() -> None:
    assert SKETCHER.near(sketch((2, vector(1))), []) == []


def test_another_key_makes_another_sketch() -> None:
    other = keyed(b"o" * 32)

    theirs = sketch((2, vector(1)), sketcher=other)

    assert SKETCHER.near(sketch((2, vector(1))), [theirs]) == []
    assert sketch((2, vector(1)), sketcher=keyed(b"k" * 32)) == sketch((2, vector(1)))


def test_the_planes_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SKETCHER.planes[0, 0] = 1


def test_the_planes_of_a_key_are_those_that_stored_sketches_were_made_with() -> None:
    stored = sketch((2, vector(1)), (3, vector(2)))

    assert stored[:1] == b"\x02"
    assert hashlib.sha256(stored).hexdigest() == STORED_SKETCH
    assert (
        FORMAT.sketcher(b"k" * 32).sketch([finger(2, vector(1)), finger(3, vector(2))]) == stored
    )
