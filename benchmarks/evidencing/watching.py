"""Monitoring of the distribution: how soon is a change detected, how often falsely?

`python -m benchmarks evidence --watch`. Searches are drawn from pools of distinct generated people
whom neither the model nor its home law has seen. The order is drawn again for each stream.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks.evidencing.other_laws import LAWS, Law, unit_or_zero
from benchmarks.runner import rows_table
from data.synthetic.parameters import CaptureProfile
from data.synthetic.population import Population
from domain.arrays import Float64s
from matching.print_parameters import COHORT_PEOPLE
from matching.scorer import MODELS, load_scorer
from matching.watch.detecting import ALARM, MOST, SHARES, evidence_against
from matching.watch.home import HomeLaw, Measure, read_home
from service.cli.training.own_trials import Searched, observations

BEFORE = 200
"""Number of searches at home before the law moves."""
HORIZON = 6_000
STREAMS = 300


def _mean_moved(by: float) -> Law:
    """Return a law in which all strangers' cosines are higher by about this much."""
    length = (by / (1.0 - by)) ** 0.5
    axis = np.zeros(192)
    axis[7] = 1.0

    return lambda vectors, _: unit_or_zero(vectors + length * axis, vectors)


_CONTROLLED, _POOR = CaptureProfile.CONTROLLED, CaptureProfile.POOR


def moved_laws() -> Mapping[str, tuple[Law, CaptureProfile]]:
    """Return the distributions other than the home law, and the home law with smaller changes."""
    return {
        **{name: (law, _CONTROLLED) for name, law in LAWS.items() if name != "centred"},
        "poor captures": (LAWS["centred"], _POOR),
        "mean + .02": (_mean_moved(0.02), _CONTROLLED),
        "mean + .01": (_mean_moved(0.01), _CONTROLLED),
    }


def watch_rows(seed: int, people: int) -> list[dict[str, Any]]:
    """Return false alarms at home, then delays for each law, moved whole and in a tenth."""
    law = read_home(MODELS, load_scorer().digest)
    if law is None:
        raise ValueError("The shipped model has no home law.")
    rng, population = np.random.default_rng(seed), Population(seed)
    pool = _pool(law, population, LAWS["centred"], people)
    rows = [_at_home(pool, rng)]
    for name, (moved, profile) in moved_laws().items():
        other = _pool(law, population, moved, people // 4, profile)
        rows += [_delay(pool, other, name, share, rng) for share in (1.0, 0.1)]
    return rows


def _pool(
    law: HomeLaw,
    population: Population,
    templates: Callable[..., Any],
    people: int,
    profile: CaptureProfile = _CONTROLLED,
) -> Float64s:
    numbers = np.arange(COHORT_PEOPLE, COHORT_PEOPLE + people, dtype=np.int64)
    found = observations(population, Searched(numbers, profile, templates))
    values = [evidence_against(law, one) for one in found]
    return np.array([value for value in values if value is not None])


def _nothing(streams: int) -> Float64s:
    return np.zeros((streams, len(Measure), len(SHARES)))


def _grown(r: Float64s, e: Float64s) -> Float64s:
    """Return R, float64 (streams, measures, shares), after one more search in each stream.

    `e`: float64 (streams, measures).
    """
    bets = 1.0 + np.array(SHARES) * (e[:, :, None] - 1.0)
    return np.minimum((r + 1.0) * bets, MOST)


def _at_home(
    pool: Float64s, rng: np.random.Generator, searches: int = 2_000_000
) -> dict[str, Any]:
    """Return the alarms of 1,000 streams at home. A stream restarts after an alarm."""
    streams, alarms, highest = 1_000, 0, 0.0
    r = _nothing(streams)
    for _ in range(searches // streams):
        r = _grown(r, rng.choice(pool, streams))
        mean = r.mean(axis=(1, 2))
        over = mean >= ALARM
        alarms, highest = alarms + int(over.sum()), max(highest, float(mean.max()))
        r[over] = 0.0
    return {
        "what": "home",
        "distinct": len(pool),
        "searches": searches,
        "alarms": alarms,
        "mean_e": np.round(pool.mean(axis=0), 3).tolist(),
        "highest": round(highest, 1),
    }


def _delay(
    pool: Float64s, moved: Float64s, name: str, share: float, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the median and the 95 % quantile, over `STREAMS` simulated streams, of the number of
    searches from a change of the similarities to the alarm.
    """
    r = _nothing(STREAMS)
    for _ in range(BEFORE):
        r = _grown(r, rng.choice(pool, STREAMS))
    delays = np.full(STREAMS, np.inf)
    for search in range(1, HORIZON + 1):
        is_moved = rng.random(STREAMS) < share
        others, home = rng.choice(moved, STREAMS), rng.choice(pool, STREAMS)
        r = _grown(r, np.where(is_moved[:, None], others, home))
        delays = np.where(np.isinf(delays) & (r.mean(axis=(1, 2)) >= ALARM), search, delays)
        if np.isfinite(delays).all():
            break
    median, high = np.quantile(delays, [0.5, 0.95], method="higher").tolist()
    return {"what": name, "share": share, "median": median, "q95": high}


def watch_text(rows: list[dict[str, Any]]) -> str:
    """Return the alarms at home, and a row for each delay; inf is one over `HORIZON`."""
    home, *moved = rows
    return (
        f"home: {home['alarms']} alarms in {home['searches']:,} searches drawn from"
        f" {home['distinct']:,} distinct ones; mean e-values {home['mean_e']}; highest R"
        f" {home['highest']:,}; by theory at most {home['searches'] / ALARM:.1f} alarms\n\n"
        f"{rows_table('watch', moved)}"
    )
