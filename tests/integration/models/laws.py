"""Searches at home and under a moved law, as a process keeps them to be looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.ids import ForceCode, UserId
from domain.people.people import Details
from domain.prints.prints import ImpressionType
from domain.searches.models import Kind
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.watch.home import HomeLaw, Observation, home_law
from service.live.law_watch import Asker, Seen
from tests.contract.builders import impression

ASKER = Asker(ForceCode("01"), UserId("custody-suite"))


def some_home(model_digest: str) -> HomeLaw:
    """Return a home law of searches by one finger, with strangers around .0 and .11."""
    rng = np.random.default_rng(3)
    return home_law(
        model_digest,
        [
            Observation(Kind.ONE, float(mean), float(np.log(0.11) + spread), float(quality))
            for mean, spread, quality in rng.normal((0.0, 0.0, 60), (0.005, 0.03, 9), (1_000, 3))
        ],
    )


def searches(asker: Asker, count: int, *, mean: float, seed: int = 1) -> Iterator[Seen]:
    """Yield searches by a right index finger whose strangers lie around a mean."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        quality = int(np.clip(rng.normal(60, 9), 0, 100))
        finger = impression(2, impression_type=ImpressionType.PLAIN, quality=quality)
        means, spreads = [0] * 10, [0] * 10
        means[1] = int(10_000 * rng.normal(mean, 0.005))
        spreads[1] = int(10_000 * np.exp(np.log(0.11) + rng.normal(0, 0.03)))
        strangers = Strangers(512, tuple(means), tuple(spreads))
        yield Seen(asker, Probe((finger,), Details()), strangers)
