"""A bureau's own labelled pairs: two captures of one person, or of two people, divided by use;
and how much of it each part of a model needs.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from domain.errors import ModelError
from domain.people.people import Details
from domain.prints.captures import FINGER_COUNT, CaptureColumns
from domain.prints.prints import IMPRESSION_TYPES, Impression


class Share(StrEnum):
    """The use of a person. Each person is used for one purpose and no other."""

    FIT = "fit"
    CALIBRATE = "calibrate"
    TEST = "test"


_FIT_TENTHS, _CALIBRATE_TENTHS = 6, 8


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two captures in a pair. `person`: a pseudonym, the same wherever they appear."""

    person: str
    details: Details
    impressions: tuple[Impression, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPair:
    """Two captures, and whether one person gave both.

    `first` is the capture searched with, and `second` is on record. `collected`: year and month,
    "2025-03". `law`: the name of the equipment or office whose prints may have a distribution of
    their own.
    """

    is_mated: bool
    collected: str
    law: str
    source: str
    first: Side
    second: Side


@dataclass(frozen=True, slots=True, eq=False)
class OwnPerson:
    """A person: the capture searched with and the capture on record. Either may be missing."""

    person: str
    share: Share
    law: str
    collected: str
    asked: Side | None = None
    held: Side | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OwnData:
    """All people of the pairs, in the order of the digests of their pseudonyms.

    `effects`: sentences about how the selection of the pairs affects the figures.
    """

    pairs: tuple[LabelledPair, ...]
    people: tuple[OwnPerson, ...]
    effects: tuple[str, ...] = ()

    def of(self, share: Share) -> tuple[OwnPerson, ...]:
        """Return the people with one use."""
        return tuple(one for one in self.people if one.share is share)

    @property
    def template_formats(self) -> tuple[str, ...]:
        """Return the labels of the template formats that occur in the data."""
        sides = (side for pair in self.pairs for side in (pair.first, pair.second))
        return tuple(sorted({one.fmt.label for side in sides for one in side.impressions}))


def own_data(pairs: Iterable[LabelledPair], effects: Iterable[str] = ()) -> OwnData:
    """Return the people of labelled pairs, each with the first captures found.

    Raises ModelError if a label contradicts the pseudonyms.
    """
    people: dict[str, OwnPerson] = {}
    kept = tuple(pairs)
    for pair in kept:
        _check_label(pair)
        for side, name in ((pair.first, "asked"), (pair.second, "held")):
            known = people.get(side.person) or OwnPerson(
                side.person, share_of(side.person), pair.law, pair.collected
            )
            # A mated pair is two captures of one person; these two are kept together.
            if pair.is_mated or getattr(known, name) is None:
                people[side.person] = _with(known, name, side, is_mated=pair.is_mated)
    ordered = sorted(people.values(), key=lambda one: _digest(one.person))
    return OwnData(kept, tuple(ordered), tuple(effects))


def _check_label(pair: LabelledPair) -> None:
    if pair.is_mated != (pair.first.person == pair.second.person):
        raise ModelError(
            "A pair contradicts its label: the two records of a mated pair must have the"
            " same pseudonym, and those of any other pair different pseudonyms."
        )


def _with(known: OwnPerson, name: str, side: Side, *, is_mated: bool) -> OwnPerson:
    asked, held = known.asked, known.held
    if name == "asked" and (asked is None or (is_mated and held is None)):
        asked = side
    if name == "held" and (held is None or is_mated):
        held = side
    return OwnPerson(known.person, known.share, known.law, known.collected, asked, held)


def share_of(person: str) -> Share:
    """Return the use of a person: from a digest of the pseudonym, so always the same."""
    tenth = _digest(person)[0] * 10 // 256
    if tenth < _FIT_TENTHS:
        return Share.FIT
    return Share.CALIBRATE if tenth < _CALIBRATE_TENTHS else Share.TEST


def is_left_out(person: str) -> bool:
    """Return whether trials leave a person out of the gallery, so that no search finds them."""
    return _digest(person)[1] % 2 == 1


def _digest(person: str) -> bytes:
    return hashlib.sha256(person.encode()).digest()


def columns_of(sides: Sequence[Side | None], dimension: int) -> CaptureColumns:
    """Return only the controlled impressions of known fingers, as columns."""
    n = len(sides)
    vectors = np.zeros((n, FINGER_COUNT, dimension), dtype=np.float32)
    presence = np.zeros((n, FINGER_COUNT), dtype=np.bool_)
    qualities = np.zeros((n, FINGER_COUNT), dtype=np.uint8)
    codes = np.zeros((n, FINGER_COUNT), dtype=np.uint8)
    for row, side in enumerate(sides):
        for one in () if side is None else controlled(side):
            place = one.position - 1
            vectors[row, place], presence[row, place] = one.vector, True
            qualities[row, place] = one.quality
            codes[row, place] = IMPRESSION_TYPES.index(one.impression_type)
    return CaptureColumns(vectors, presence, qualities, codes)


def controlled(side: Side) -> tuple[Impression, ...]:
    """Return the rolled and plain impressions of known fingers."""
    return tuple(
        one for one in side.impressions if one.position and one.impression_type != "latent"
    )


def counts_of(values: Iterable[str]) -> dict[str, int]:
    """Return how often each value occurs, ordered by value."""
    return dict(sorted(Counter(values).items()))


# How much of its own data a bureau needs to fit each part of a model. Set by hand, 2026-11-26.
LEAST_DETAIL_PEOPLE = 1_000
"""People with two sets of details. A level that one pair in a hundred reaches then occurs ten
times, and a million pairs of different people can be drawn."""

LEAST_FINGER_PEOPLE = 200
"""People with two captures of their fingers in one pair of impression types. The interval of a
mated finger's bits is then about half a bit wider than with thousands."""

LEAST_GALLERY = 1_000
"""Size of a gallery in which a candidate must be able to reach the band "proposed". With fewer
comparisons of different people than this takes, no gallery worth a model is supported."""

LEAST_UNSEEN = 300
"""Searches of people not on record: for a rate of .01, zero errors in 3 / .01 must be possible."""

LEAST_STRATUM = 50
"""Searches of people on record from which a stratum is shown in the card."""

LEAST_HOME = 300
"""Searches of people kept separate from which a home law can be taken. The watch can then measure
probabilities down to one in 150."""
