"""The care taken at a booking, as far as it affects the recorded details."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from data.synthetic.parameters import MistakeParameters


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The conditions of a booking, such as the factor on its transcription shares."""

    factor: float
    is_later: bool
    """Whether it is not the first enrolled booking: the person may have moved since."""
    mistakes: MistakeParameters


def circumstances(
    booking_effect: float, *, is_later: bool, mistakes: MistakeParameters
) -> Circumstances:
    """Return the circumstances of a booking; over bookings, their factor has mean 1."""
    factor = exp(mistakes.carelessness * booking_effect - mistakes.carelessness**2 / 2.0)
    return Circumstances(factor, is_later, mistakes)
