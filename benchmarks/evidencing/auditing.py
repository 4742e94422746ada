"""The earlier rule beside rehearsals, the audit of proposals, and the watch on second candidates.

Measures misses by the earlier rule; on simulated streams, false alarms under the home law, and the
delay of an alarm after a change.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.evidencing.rehearsing import FINGERS, STEPS, drawn_steps, mates, rule_rows
from benchmarks.evidencing.stranger_laws import LAWS, SPREAD
from data.synthetic.blocks import impressions_of
from data.synthetic.population import Population
from domain.arrays import Float64s
from domain.people.people import Details, PartialDate, PersonName
from domain.prints.prints import FingerComparisons, ImpressionType
from domain.searches.models import Counted, kind_of
from domain.searches.searches import Probe
from domain.searches.strangers import TEN_THOUSANDTHS, Strangers
from matching.parameters import PROPOSED_LEAST_BITS
from matching.policy import Mode
from matching.print_parameters import COHORT_PEOPLE
from matching.scorer import Scorer, load_scorer
from matching.watch import detecting
from matching.watch.seconds import ALARM, bound_of, chance, ratios
from service.usecases.models.rehearsing import ENDS

BEFORE = 12_000
_HOME = Strangers(COHORT_PEOPLE, (0,) * 10, (round(SPREAD * TEN_THOUSANDTHS),) * 10)
_HONEST = Details(
    names=(PersonName("William", "Kowalski"),), dates_of_birth=(PartialDate(1980, 3, 2),)
)


def earlier_rows(
    people: int, mates_seed: int, rehearsals: int, experiences: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield a row for each number of fingers: the share of mates not proposed by either rule,
    the present one and the one before rehearsals and by counts, under the normal law.

    The earlier rule proposed from `PROPOSED_LEAST_BITS`, limited by the comparisons that the model
    counted. Searches without rehearsals are still weighed and replayed by it.

    `agreeing`: by the earlier rule, if name and date of birth are on record as given.
    """
    scorer = load_scorer()
    totals, agreeing = (_totals(scorer, people, mates_seed, one) for one in (Details(), _HONEST))
    mated = mates(people, mates_seed)
    for row in rule_rows(
        {"normal": LAWS["normal"]},
        [BEFORE],
        rehearsals,
        experiences,
        mated=mated,
        seed=seed,
    ):
        fingers = row["fingers"]
        yield row | {
            "mated": len(totals[fingers]),
            "earlier": float((totals[fingers] < PROPOSED_LEAST_BITS).mean()),
            "agreeing": float((agreeing[fingers] < PROPOSED_LEAST_BITS).mean()),
        }


def _totals(scorer: Scorer, people: int, seed: int, details: Details) -> dict[str, Float64s]:
    """Return the total bits of all mates for each number of fingers, without rehearsals.

    `details`: those given and those on record.
    """
    population, numbers = Population(seed), np.arange(people, dtype=np.int64)
    held = population.templates(0, people).prints
    said = population.probe_templates(numbers, ImpressionType.PLAIN)
    cosines = mates(people, seed)
    found: dict[str, list[float]] = {fingers: [] for fingers in FINGERS}
    for row in range(people):
        impressions = impressions_of(said, row)
        for fingers, columns in FINGERS.items():
            some = np.full((1, 10), np.nan, dtype=np.float32)
            some[0, list(columns)] = cosines[row, list(columns)]
            if np.isnan(some).all():
                continue
            chosen = tuple(one for one in impressions if one.position - 1 in columns)
            compared = FingerComparisons(some, held.qualities[[row]], held.impression_codes[[row]])
            scored = scorer.score_prints(
                Probe(chosen, details, strangers=_HOME),
                compared,
                [details],
                gallery_size=BEFORE,
            )
            found[fingers].append(float(scored.total_bits[0]))
    return {fingers: np.array(one) for fingers, one in found.items()}


SEARCHES, MOVED_AT = 10_000, 500

_AUDITED, _AUDITED_FURTHEST = 1_000, 5_000
_TARGET = 0.001
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""True shares, after the move, of searches without a link that propose a stranger."""


def audit_rows(seed: int) -> Iterator[dict[str, Any]]:
    """Yield a row for streams at the bound, then one row for each greater share."""
    rng = np.random.default_rng(seed)
    home = _audited(np.full(SEARCHES, bound_of(Mode.TENPRINT)), rng)
    yield _row("at the bound, .003", home)
    for share in SHARES:
        moved = np.repeat([_TARGET, share], [MOVED_AT, _AUDITED_FURTHEST])
        found = _audited(moved, rng)
        early = found <= MOVED_AT
        yield _row(f"from .001 to {share}", np.where(early, np.nan, found - MOVED_AT))


def _row(what: str, delays: Float64s) -> dict[str, Any]:
    return {
        "what": what,
        "streams": len(delays),
        "alarms": int(np.isfinite(delays).sum()),
        "median": float(np.nanmedian(delays)),
        "nine_in_ten": float(np.nanquantile(delays, 0.9, method="higher")),
    }


def _audited(shares: Float64s, rng: np.random.Generator) -> Float64s:
    bound = bound_of(Mode.TENPRINT)
    kept, excluded = (np.array(ratios(bound, is_excluded=one)) for one in (False, True))

    def met(at: int) -> Float64s:
        is_excluded = rng.random(_AUDITED) < shares[at - 1]
        return np.where(is_excluded[:, None], excluded, kept)

    return _first_alarms(len(shares), np.zeros((_AUDITED, len(kept))), met)


def _first_alarms(searches: int, grown: Float64s, met: Callable[[int], Float64s]) -> Float64s:
    """Return each stream's search of its first alarm, float64 (n,); infinity if it raises none.

    `grown`: float64 (n, bets), what each bet of a stream has grown to at the start. `met`: returns
    the factors by which a search multiplies it; the first search is 1.
    """
    first = np.full(len(grown), np.inf)
    for at in range(1, searches + 1):
        grown = np.minimum((grown + 1.0 / (at * (at + 1.0))) * met(at), detecting.MOST)
        first = np.where(grown.mean(axis=1) >= ALARM, np.minimum(first, at), first)
    return first


PERSONS, REHEARSED = 1_000_000, 10_000
_STREAMS, _ROUNDS, _FURTHEST = 100, 10, 1_000


def watched_rows(seed: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each number of fingers, from ten rehearsed galleries of 100 streams each."""
    rng = np.random.default_rng(seed)
    for fingers, columns in FINGERS.items():
        home, hubs = (
            LAWS[name].top_below(len(columns), PERSONS) for name in ("normal", "hubs .1 % +.45")
        )
        ends = [count for kind, count in ENDS if kind is kind_of((), len(columns))]
        rehearsed = np.min([LAWS["normal"].top_below(count, PERSONS) for count in ends], axis=0)
        alarms, delays = 0, []
        for _ in range(_ROUNDS):
            values = _values(next(drawn_steps(rehearsed, REHEARSED, 1, rng)))
            alarms += int(np.isfinite(_watched(values, home, home, SEARCHES, rng)).sum())
            found = _watched(values, home, hubs, _FURTHEST, rng)
            delays.append(np.minimum(found, _FURTHEST + 1) - MOVED_AT)
        yield {"fingers": fingers, "streams": _STREAMS * _ROUNDS, "alarms": alarms} | {
            "median": float(np.median(delays)),
            "most": int(np.max(delays)),
        }


def _values(steps: dict[int, int]) -> Float64s:
    counted = Counted.of([(PERSONS, steps)])
    return np.array([detecting.e_value(chance(counted, step)) for step in STEPS.tolist()])


def _watched(
    values: Float64s, home: Float64s, moved: Float64s, searches: int, rng: np.random.Generator
) -> Float64s:
    shares = np.array(detecting.SHARES)

    def met(at: int) -> Float64s:
        below = home if at <= MOVED_AT else moved
        places = np.searchsorted(below, rng.random(_STREAMS), side="right") - 1
        return 1.0 + shares * (values[np.maximum(places, 0)][:, None] - 1.0)

    return _first_alarms(searches, np.zeros((_STREAMS, len(shares))), met)
