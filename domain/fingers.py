"""The fingers that a finding is about, named by their positions (FGP of ANSI/NIST-ITL)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from domain.prints import FingerPosition, Impression


@dataclass(frozen=True, slots=True)
class FingerPair:
    """A finger of a probe and the finger of an exemplar that it is compared with."""

    probe: FingerPosition
    exemplar: FingerPosition

    @property
    def position(self) -> FingerPosition:
        """The finger that is named: the exemplar's, or the probe's for a mark on file."""
        return self.exemplar or self.probe


def finger_pairs(
    probe: Iterable[FingerPosition], exemplar: Sequence[FingerPosition]
) -> tuple[FingerPair, ...]:
    """Return the pairs to compare: the same fingers, a finger unknown with every finger."""
    return tuple(
        FingerPair(ours, theirs)
        for ours in probe
        for theirs in exemplar
        if ours == theirs or not ours or not theirs
    )


def comparable(
    probe: Iterable[Impression], exemplar: Iterable[Impression]
) -> tuple[Impression, ...]:
    """Return the impressions of an exemplar that the probe has a finger for, in their order.

    More would tell of a person: whoever lacks a finger lacks it in every capture.
    """
    ours = {one.position for one in probe}
    is_unknown = not all(ours)
    return tuple(one for one in exemplar if is_unknown or not one.position or one.position in ours)


@dataclass(frozen=True, slots=True)
class Fingers:
    """The fingers compared, and those of them that were identified; in order, each once."""

    compared: tuple[FingerPosition, ...] = ()
    identified: tuple[FingerPosition, ...] = ()

    @property
    def compared_codes(self) -> str:
        """The fingers compared, as text: "2,7"."""
        return codes_of(self.compared)

    @property
    def identified_codes(self) -> str:
        """The fingers identified, as text."""
        return codes_of(self.identified)

    @classmethod
    def read(cls, compared: str | None, identified: str | None) -> Self | None:
        """Return the fingers that two texts name; None if none were recorded."""
        if compared is None or identified is None:
            return None
        return cls(positions_of(compared), positions_of(identified))


def common_fingers(several: Sequence[Fingers | None]) -> Fingers | None:
    """Return all fingers that were compared, and those that each examiner identified.

    None where one of them is of a release that did not record fingers.
    """
    known = [fingers for fingers in several if fingers is not None]
    if not known or len(known) < len(several):
        return None
    compared = {position for fingers in known for position in fingers.compared}
    identified = set.intersection(*(set(fingers.identified) for fingers in known))
    return Fingers(in_order(compared), in_order(identified))


def in_order(positions: Iterable[FingerPosition]) -> tuple[FingerPosition, ...]:
    """Return positions in the order of their numbers, each once."""
    return tuple(sorted(set(positions)))


def codes_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions as text: their FGP numbers, separated by commas."""
    return ",".join(str(int(position)) for position in positions)


def positions_of(codes: str) -> tuple[FingerPosition, ...]:
    """Return the positions that a text of `codes_of` names; raises ValueError for another."""
    return tuple(FingerPosition(int(code)) for code in codes.split(",") if code)


NOT_RECORDED = "not recorded"
"""Stands for the fingers of a finding that was made by a release that did not record them."""


def words_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions as an examiner reads them: "right index, left thumb"."""
    return ", ".join(p.words if p else "finger unknown" for p in positions)
