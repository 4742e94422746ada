"""The time to score one search against 1,000 candidates, as the service does it.

Records have the form that storage returns. For tenprints, prints are weighed first, and then only
the details of people whom the prints do not exclude. For marks, and for prints searched before
prints came first, the details of all are weighed. *Seen before*: two earlier searches of this
process had the records, which were prepared after them. *Not seen*: no search of the process had
the records.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.machine import clocked
from data.synthetic.parameters import TEMPLATE_FORMAT
from data.synthetic.population import Population
from domain.ids import PersonId, RecordId
from domain.people.people import Details
from domain.prints.captures import FINGER_COUNT, CaptureColumns
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe
from matching.findings import PrintsFirst
from matching.scorer import Scorer, load_scorer
from prints.vectors.units import unit_vector
from service.cli.training.trials import held_details
from service.live.prepared_records import PreparedRecords
from service.storage.people.gallery_feed import HeldCaptures
from service.storage.people.people import HeldPerson
from service.usecases.searches.weighing import prints_first

SIZE, PEOPLE, ROUNDS = 1_000, 1_000_000, 40
STORED = 20
"""Number of candidates that the service stores with their evidence in words."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What one process holds, and the parts of its searches."""

    scorer: Scorer
    prepared: PreparedRecords
    people: Sequence[HeldPerson]
    without_details: Sequence[HeldPerson]
    captures: HeldCaptures
    impressions: tuple[Impression, ...]
    comparisons: FingerComparisons
    said: Sequence[Details]


def service_speed(seed: int) -> list[dict[str, Any]]:
    """Return the lowest and the median CPU milliseconds for scoring 1,000 candidates."""
    search = _search(seed)
    gc.collect()
    gc.freeze()
    ways: dict[str, Callable[[_Search, int], object]] = {
        "tenprints, prints first": _prints_first,
        "details of all": _details_of_all,
    }
    rows = []
    for what, way in ways.items():
        for _ in range(2):
            search.prepared.of(search.people)
        search.prepared.prepare_waiting(search.scorer)
        for words, forget in (("seen before", False), ("not seen", True)):
            turn = partial(_turn, search, way, forget=forget)
            rows.append(timed(f"{what}, records {words}", SIZE, turn, ROUNDS))
    return rows


def _search(seed: int) -> _Search:
    population = Population(seed)
    people = [
        HeldPerson(PersonId(f"p{n}"), RecordId(f"r{n}"), 1, details)
        for n, details in enumerate(held_details(population, 0, SIZE))
    ]
    said = [booking.said for booking in population.later_bookings(0, ROUNDS)]
    impressions, comparisons = print_comparisons(SIZE)
    return _Search(
        scorer=load_scorer(),
        prepared=PreparedRecords(),
        people=people,
        without_details=[replace(one, details=None) for one in people],
        captures=_captures(people),
        impressions=impressions,
        comparisons=comparisons,
        said=said,
    )


def _captures(people: Sequence[HeldPerson]) -> HeldCaptures:
    """Return captures of these people in the form that storage returns, without their prints."""
    rows, shape = np.arange(SIZE, dtype=np.int64), (SIZE, FINGER_COUNT)
    columns = CaptureColumns(
        vectors=np.zeros((*shape, 1), dtype=np.float16),
        presence=np.zeros(shape, dtype=np.bool_),
        qualities=np.zeros(shape, dtype=np.uint8),
        impression_codes=np.zeros(shape, dtype=np.uint8),
    )
    years = [_year(one.details) for one in people]
    return HeldCaptures(rows, rows, columns, np.array(years, dtype=np.int16))


def _year(details: Details | None) -> int:
    dates = () if details is None else details.dates_of_birth
    return next((date.year for date in dates if date.year), 0)


def _turn(
    search: _Search, way: Callable[[_Search, int], object], turn: int, *, forget: bool
) -> None:
    if forget:
        search.prepared.forget()
    way(search, turn)


def _prints_first(search: _Search, turn: int) -> None:
    scorer = search.scorer
    probe = Probe(search.impressions, search.said[turn])
    limit = scorer.details_from_millibits(probe, PEOPLE)
    first = None
    people = search.people
    if limit is not None:
        first = prints_first(
            scorer, probe, search.comparisons, limit, search.captures, range(SIZE)
        )
        over = first.passed_over.tolist()
        people = [search.without_details[at] if over[at] else one for at, one in enumerate(people)]
    _score(search, probe, people, first)


def _details_of_all(search: _Search, turn: int) -> None:
    _score(search, Probe(search.impressions, search.said[turn]), search.people, None)


def _score(
    search: _Search, probe: Probe, people: Sequence[HeldPerson], first: PrintsFirst | None
) -> None:
    scored = search.scorer.score_prints(
        probe,
        search.comparisons,
        search.prepared.of(people),
        gallery_size=PEOPLE,
        first=first,
    )
    scored.select(scored.ranking()[:STORED])


def timed(what: str, size: int, way: Callable[[int], object], rounds: int) -> dict[str, Any]:
    """Return the lowest and the median CPU milliseconds of a way to score. Each round passes its
    number to `way`.
    """
    way(0)
    spent = [clocked(partial(way, turn)).cpu_ms for turn in range(rounds)]
    return {
        "what": what,
        "candidates": size,
        "least_ms": round(min(spent), 3),
        "median_ms": round(float(np.median(spent)), 3),
    }


def print_comparisons(size: int) -> tuple[tuple[Impression, ...], FingerComparisons]:
    """Return a probe of two index fingers and comparisons with strangers."""
    rng = np.random.default_rng(1)
    vector = unit_vector(rng.normal(size=TEMPLATE_FORMAT.dimension), TEMPLATE_FORMAT)
    impressions = tuple(
        Impression(FingerPosition(finger), ImpressionType.PLAIN, 60, vector, TEMPLATE_FORMAT)
        for finger in (2, 7)
    )
    cosines = np.full((size, 10), np.nan, dtype=np.float32)
    cosines[:, [1, 6]] = rng.normal(0.0, 0.11, (size, 2))
    seen = ~np.isnan(cosines)
    return impressions, FingerComparisons(
        cosines, np.where(seen, 70, 0).astype(np.uint8), np.zeros((size, 10), dtype=np.uint8)
    )
