"""How careful a booking was, as far as it matters for what was taken down."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from data.synthetic.parameters import MistakeParameters


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a booking went: what its transcription shares are multiplied by, and which it was."""

    factor: float
    is_later: bool
    """Not the first enrolled one: the person may have moved since."""
    mistakes: MistakeParameters


def circumstances(
    booking_effect: float, *, is_later: bool, mistakes: MistakeParameters
) -> Circumstances:
    """Return the circumstances of a booking; over bookings, their factor has mean 1."""
    factor = exp(mistakes.carelessness * booking_effect - mistakes.carelessness**2 / 2.0)
    return Circumstances(factor, is_later, mistakes)
