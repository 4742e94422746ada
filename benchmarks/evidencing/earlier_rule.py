"""Misses by the rule before rehearsals and by counts, for the same people under the normal law.

The earlier rule proposed from `PROPOSED_LEAST_BITS`, limited by the comparisons that the model
counted. Searches without rehearsals are still weighed and replayed by it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.evidencing.rehearsing import FINGERS, mates, rule_rows
from benchmarks.evidencing.stranger_laws import LAWS, SPREAD, Floats
from data.synthetic.blocks import impressions_of
from data.synthetic.population import Population
from domain.people.people import Details, PartialDate, PersonName
from domain.prints.prints import FingerComparisons, ImpressionType
from domain.searches.searches import Probe
from domain.searches.strangers import TEN_THOUSANDTHS, Strangers
from matching.parameters import PROPOSED_LEAST_BITS
from matching.print_parameters import COHORT_PEOPLE
from matching.scorer import Scorer, load_scorer

PERSONS = 12_000
_HOME = Strangers(COHORT_PEOPLE, (0,) * 10, (round(SPREAD * TEN_THOUSANDTHS),) * 10)
_HONEST = Details(
    names=(PersonName("William", "Kowalski"),), dates_of_birth=(PartialDate(1980, 3, 2),)
)


def earlier_rows(
    people: int, mates_seed: int, rehearsals: int, experiences: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Yield a row for each number of fingers: the share of mates not proposed by either rule.

    `agreeing`: by the earlier rule, if name and date of birth are on record as given.
    """
    scorer = load_scorer()
    totals, agreeing = (_totals(scorer, people, mates_seed, one) for one in (Details(), _HONEST))
    mated = mates(people, mates_seed)
    for row in rule_rows(
        {"normal": LAWS["normal"]}, [PERSONS], rehearsals, experiences, mated=mated, seed=seed
    ):
        fingers = row["fingers"]
        yield row | {
            "mated": len(totals[fingers]),
            "earlier": float((totals[fingers] < PROPOSED_LEAST_BITS).mean()),
            "agreeing": float((agreeing[fingers] < PROPOSED_LEAST_BITS).mean()),
        }


def _totals(scorer: Scorer, people: int, seed: int, details: Details) -> dict[str, Floats]:
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
                Probe(chosen, details, strangers=_HOME), compared, [details], gallery_size=PERSONS
            )
            found[fingers].append(float(scored.total_bits[0]))
    return {fingers: np.array(one) for fingers, one in found.items()}
