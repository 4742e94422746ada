"""The fingers that a finding is about, named by their positions (FGP of ANSI/NIST-ITL)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from domain.prints.prints import FingerPosition, Impression


@dataclass(frozen=True, slots=True)
class FingerPair:
    """A finger of a probe and the exemplar's finger with which it is compared."""

    probe: FingerPosition
    exemplar: FingerPosition

    @property
    def position(self) -> FingerPosition:
        """The finger to name: the exemplar's, or the probe's if the exemplar is a mark of an
        unknown finger.
        """
        return self.exemplar or self.probe


def finger_pairs(
    probe: Iterable[FingerPosition], exemplar: Sequence[FingerPosition]
) -> tuple[FingerPair, ...]:
    """Return the pairs to compare: equal fingers, and an unknown finger with every finger."""
    return tuple(
        FingerPair(ours, theirs)
        for ours in probe
        for theirs in exemplar
        if ours == theirs or not ours or not theirs
    )


def comparable(
    probe: Iterable[Impression], exemplar: Iterable[Impression]
) -> tuple[Impression, ...]:
    """Return those impressions of an exemplar whose finger the probe also has; their order is
    kept.

    More impressions would reveal something about a person: if a finger is missing, it is missing
    in every capture.
    """
    ours = {one.position for one in probe}
    is_unknown = not all(ours)
    return tuple(one for one in exemplar if is_unknown or not one.position or one.position in ours)


@dataclass(frozen=True, slots=True)
class Fingers:
    """The fingers compared, and those of them that were identified. Each finger occurs once, in
    order.
    """

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
        """Return the fingers that the two texts name; None if fingers were not recorded."""
        if compared is None or identified is None:
            return None
        return cls(positions_of(compared), positions_of(identified))


def common_fingers(several: Sequence[Fingers | None]) -> Fingers | None:
    """Return all fingers that any examiner compared, and those that every examiner identified.

    None if one of the findings was made by a release that did not record fingers.
    """
    known = [fingers for fingers in several if fingers is not None]
    if not known or len(known) < len(several):
        return None
    compared = {position for fingers in known for position in fingers.compared}
    identified = set.intersection(*(set(fingers.identified) for fingers in known))
    return Fingers(in_order(compared), in_order(identified))


def in_order(positions: Iterable[FingerPosition]) -> tuple[FingerPosition, ...]:
    """Return the positions in the order of their numbers, each once."""
    return tuple(sorted(set(positions)))


def codes_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions as text: their FGP numbers, separated by commas."""
    return ",".join(str(int(position)) for position in positions)


def positions_of(codes: str) -> tuple[FingerPosition, ...]:
    """Return the positions that a text written by `codes_of` names. Raises ValueError for any
    other text.
    """
    return tuple(FingerPosition(int(code)) for code in codes.split(",") if code)


NOT_RECORDED = "not recorded"
"""Shown in place of the fingers if the finding was made by a release that did not record them."""


def words_of(positions: Iterable[FingerPosition]) -> str:
    """Return positions in words for an examiner: "right index, left thumb"."""
    return ", ".join(p.words if p else "finger unknown" for p in positions)
