"""Counter-based randomness: each finger, and each capture of a finger, has streams of its own."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from data.synthetic.counters import check_range, check_seed
from domain.errors import InvalidInputError, InvalidQualityError
from domain.prints.prints import IMPRESSION_TYPES, FingerPosition, ImpressionType

_STREAMS_EACH = 1000


class Stream(IntEnum):
    """The purpose of a stream. A new purpose takes a new number and changes no other stream.

    Numbers start at 101. Lower numbers belong to `data.synthetic.counters.Purpose`.
    """

    PERSON_CLASS = 101
    PERSON_BREADTH = 102
    CLASS = 103
    GEOMETRY = 104
    GROWTH = 105
    DETAIL = 106
    PLACEMENT = 107
    INKING = 108
    BACKGROUND = 109
    READING = 110


@dataclass(frozen=True, slots=True)
class FingerIdentity:
    """One finger of one synthetic person. It determines the master print.

    Raises InvalidInputError for an unknown position, or a seed or person number out of range.
    """

    seed: int
    person_number: int
    position: FingerPosition

    def __post_init__(self) -> None:
        if self.position is FingerPosition.UNKNOWN:
            raise InvalidInputError(
                "The finger position is unknown: give a position from 1 to 10."
            )
        check_seed(self.seed)
        check_range(self.person_number, self.person_number + 1)


@dataclass(frozen=True, slots=True)
class Appearance:
    """The conditions of one impression of a finger.

    Raises InvalidQualityError outside 0-100, InvalidInputError for a bad capture number.
    """

    impression_type: ImpressionType
    quality: int
    """0 (useless) to 100, as NFIQ 2."""
    capture_number: int
    """Distinguishes captures of one finger. The same number gives the same impression."""

    def __post_init__(self) -> None:
        if not 0 <= self.quality <= 100:
            raise InvalidQualityError("The quality must be a whole number from 0 to 100.")
        if not 0 <= self.capture_number < 2**64:
            raise InvalidInputError(
                "The capture number must be a whole number of at most 64 bits."
            )


def person_rng(identity: FingerIdentity, stream: Stream) -> np.random.Generator:
    """Return a stream that the ten fingers of a person share."""
    return _generator(identity.seed, stream, (0, identity.person_number, 0))


def finger_rng(identity: FingerIdentity, stream: Stream) -> np.random.Generator:
    """Return a stream for the finger itself, the same for all its impressions."""
    return _generator(identity.seed, stream, (0, identity.person_number, int(identity.position)))


def capture_rng(
    identity: FingerIdentity, appearance: Appearance, stream: Stream
) -> np.random.Generator:
    """Return a stream for one impression of the finger.

    It does not depend on quality: the same capture at a lower one differs only in faults.
    """
    kind = 1 + IMPRESSION_TYPES.index(appearance.impression_type)
    words = (appearance.capture_number, identity.person_number, int(identity.position))
    return _generator(identity.seed, int(stream) + _STREAMS_EACH * kind, words)


def _generator(seed: int, stream: int, words: tuple[int, int, int]) -> np.random.Generator:
    # The draws count in the lowest counter word, so that no two streams ever overlap.
    key = np.array([seed, stream], dtype=np.uint64)
    counter = np.array([0, *words], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))
