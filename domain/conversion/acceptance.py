"""Two-point plans for acceptance by sampling, exact intervals, the draw, and planted errors.

A plan is the smallest sample n, with the largest number c of errors that is accepted, that keeps
two risks low. A lot with the good rate is rejected with a probability of at most `producer_risk`.
A lot with the bad rate is accepted with a probability of at most `consumer_risk`. Source: Guenther
(1969), Journal of Quality Technology 1, by exact binomial sums. Intervals are those of Clopper and
Pearson (1934), Biometrika 26.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

import numpy as np

from domain.conversion.form import CLASS_OF, ErrorClass, FormField, Written
from domain.errors import InvalidInputError
from domain.ids import FrameId, UserId

PRODUCER_RISK = 0.05
CONSUMER_RISK = 0.10

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class Plan:
    """The number of units to read, and the highest number of errors with which a lot is
    accepted.
    """

    good: float
    """The share of errors at which a lot should be accepted."""
    bad: float
    """The share of errors at which a lot should be rejected."""
    sample: int
    accept: int
    producer_risk: float = PRODUCER_RISK
    consumer_risk: float = CONSUMER_RISK

    def passes(self, share: float) -> float:
        """Return the probability that a lot with this share of errors is accepted."""
        return binomial_sum(self.accept, self.sample, share)


def binomial_sum(most: int, trials: int, share: float) -> float:
    """Return P(X <= most) for a binomial X, exactly, by logarithms of terms; 0 <= share <= 1."""
    if most < 0:
        return 0.0
    if most >= trials or share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 0.0
    logs = [_log_term(count, trials, share) for count in range(most + 1)]
    return min(1.0, math.fsum(math.exp(one) for one in logs))


def _log_term(count: int, trials: int, share: float) -> float:
    ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    return ways + count * math.log(share) + (trials - count) * math.log1p(-share)


@cache
def two_point_plan(
    good: float,
    bad: float,
    producer_risk: float = PRODUCER_RISK,
    consumer_risk: float = CONSUMER_RISK,
) -> Plan:
    """Return the smallest plan for two rates and their risks. Raises InvalidInputError."""
    if not 0.0 < good < bad < 1.0 or not (0 < producer_risk < 1 and 0 < consumer_risk < 1):
        raise InvalidInputError(
            "The acceptable error rate must be below the unacceptable one, and both risks must "
            "be below 1."
        )
    accept = 0
    while True:
        # The smallest sample that rejects a bad lot if this many errors are allowed.
        sample = _smallest(accept, bad, consumer_risk)
        if binomial_sum(accept, sample, good) >= 1.0 - producer_risk:
            return Plan(good, bad, sample, accept, producer_risk, consumer_risk)
        accept += 1


def _smallest(accept: int, bad: float, risk: float) -> int:
    low, high = accept, accept + 1
    while binomial_sum(accept, high, bad) > risk:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if binomial_sum(accept, middle, bad) > risk:
            low = middle
        else:
            high = middle
    return high


PLANS: dict[ErrorClass, Plan] = {
    ErrorClass.CRITICAL: two_point_plan(0.001, 0.01),
    ErrorClass.MAJOR: two_point_plan(0.005, 0.02),
    ErrorClass.MINOR: two_point_plan(0.01, 0.05),
}
"""The plan for each class of error. Its unit is one field of one frame."""


def accepted_errors(plan: Plan, population: int) -> int:
    """Return the highest number of errors with which a lot of this many units is accepted.

    A lot no larger than the sample is read completely, and accepted at the good rate itself.
    """
    return plan.accept if population > plan.sample else math.floor(plan.good * population)


def interval(errors: int, units: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact confidence interval of the share of errors, with both ends included.

    Raises InvalidInputError unless 0 <= errors <= units and at least one unit was read.
    """
    if not 0 <= errors <= units or units < 1:
        raise InvalidInputError(
            "An error rate needs at least one checked unit, and no more errors than units."
        )
    tail = (1.0 - confidence) / 2
    low = 0.0 if errors == 0 else _solve(errors - 1, units, 1.0 - tail)
    high = 1.0 if errors == units else _solve(errors, units, tail)
    return low, high


def _solve(most: int, trials: int, wanted: float) -> float:
    """Return the share at which P(X <= most) falls to the wanted probability."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if binomial_sum(most, trials, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def counts_within(trials: int, share: float, confidence: float = 0.99) -> tuple[int, int]:
    """Return the fewest and the most errors to expect in so many trials with this confidence."""
    tail = (1.0 - confidence) / 2
    low = 0
    while binomial_sum(low, trials, share) < tail:
        low += 1
    high = low
    while binomial_sum(high, trials, share) < 1.0 - tail:
        high += 1
    return low, high


def undetected_share(error: float, equal_slips: float) -> float:
    """Return the share of fields in which both keyings have the same error: e squared x share."""
    return error * error * equal_slips


def draw(units: Sequence[Unit], count: int, seed: int) -> tuple[Unit, ...]:
    """Return `count` of the units, each once. The same seed and order give the same units."""
    rng = np.random.Generator(np.random.PCG64(seed))
    chosen = rng.permutation(len(units))[:count]
    return tuple(units[int(place)] for place in chosen)


@dataclass(frozen=True, slots=True)
class DrawnUnit:
    """One field of one frame in a sample."""

    place: int
    """The position in the order in which the sample is read, from 1."""
    frame_id: FrameId
    field: FormField
    seeded: Written | None = None
    """The wrong value shown instead of the settled value; None if the settled one is shown."""
    is_seeded: bool = False
    is_right: bool | None = None
    """Whether the sampler found the value right; None until the sampler has read it."""
    read_by: UserId | None = None

    @property
    def error_class(self) -> ErrorClass:
        """The class of an error in this field."""
        return CLASS_OF[self.field]


@dataclass(frozen=True, slots=True)
class Draw:
    """The sample of a lot in one round."""

    round: int
    draw: int
    """Numbered from 1. Another sample is drawn if the sampler missed too many planted errors."""
    seed: int
    drawn_by: UserId
    drawn_at: datetime


SEEDED_SHARE = 0.1
"""The share of units that are added to a sample with a planted error."""

LEAST_SEEDED = 5

LEAST_FOUND = 0.8
"""The least share of planted errors that a sampler must find for a sample to count."""


def seeded_count(units: int) -> int:
    """Return how many planted errors are added to this many units."""
    return max(LEAST_SEEDED, round(units * SEEDED_SHARE))


def with_error(value: Written, rng: np.random.Generator) -> Written:
    """Return a value that a keyer might have keyed by mistake: one character differs.

    An illegible or empty field is returned as if something had been read.
    """
    text = value.text
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    if not places:
        return Written("1")
    at = places[int(rng.integers(len(places)))]
    letters = "0123456789" if text[at].isdigit() else "abcdefghiklmnoprstuvw"
    others = [one for one in letters if one != text[at].casefold()]
    other = others[int(rng.integers(len(others)))]
    return Written(text[:at] + (other.upper() if text[at].isupper() else other) + text[at + 1 :])
