"""Chooses which impressions of a probe and an exemplar are shown side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.prints.prints import FingerPosition, Impression


@dataclass(frozen=True, slots=True)
class FingerView:
    """One impression as a page describes it: its finger, how it was made, and its quality."""

    index: int
    """Its place in the capture."""
    position: int
    words: str
    impression_type: str
    quality: int


@dataclass(frozen=True, slots=True)
class FingerPair:
    """Two impressions side by side."""

    key: str
    """The finger's position as it stands in addresses, unique within a page."""
    position: int
    words: str
    probe: FingerView
    exemplar: FingerView


def finger_views(impressions: Sequence[Impression]) -> tuple[FingerView, ...]:
    """Return a description of each impression for a page, in the order of the fingers."""
    views = (_view(index, impression) for index, impression in enumerate(impressions))
    return tuple(sorted(views, key=lambda view: view.position))


def finger_pairs(
    probe: Sequence[Impression], exemplar: Sequence[Impression]
) -> tuple[FingerPair, ...]:
    """Return the pairs to compare: equal fingers; for a mark, the mark with every finger."""
    ours, theirs = finger_views(probe), finger_views(exemplar)
    pairs = [
        _pair(mine, other)
        for mine in ours
        for other in theirs
        if mine.position == other.position or not mine.position or not other.position
    ]
    return tuple(sorted(pairs, key=lambda pair: pair.position))


def led_by(pairs: Sequence[FingerPair], position: int | None) -> tuple[FingerPair, ...]:
    """Return the pairs, moving the pair of one finger to the front; the rest keep their order."""
    return tuple(sorted(pairs, key=lambda pair: pair.position != position))


def chosen_pair(pairs: Sequence[FingerPair], key: str) -> FingerPair | None:
    """Return the pair that was asked for, else the first one; None if there is none."""
    found = (pair for pair in pairs if pair.key == key)
    return next(found, pairs[0] if pairs else None)


def _view(index: int, impression: Impression) -> FingerView:
    position = impression.position
    return FingerView(
        index=index,
        position=int(position),
        words=position.words if position else "finger unknown",
        impression_type=impression.impression_type.value,
        quality=impression.quality,
    )


def _pair(probe: FingerView, exemplar: FingerView) -> FingerPair:
    position = exemplar.position or probe.position
    words = FingerPosition(position).words if position else "finger unknown"
    return FingerPair(str(position), position, words, probe, exemplar)
