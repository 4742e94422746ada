"""Scoring speed, one search against many candidates, beside Splink's cached `compare_records`.

The same model, the same people, the same run: Splink evaluates our exported levels in DuckDB.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from data.synthetic.population import Population
from domain.people import Details
from domain.prints import (
    SYNTHETIC_192,
    FingerComparisons,
    FingerPosition,
    Impression,
    ImpressionType,
    unit_vector,
)
from domain.searches import Probe
from matching.model_files import read_model
from matching.prepared import PreparedDetails, forms_of
from matching.scorer import MODELS, Scorer, load_scorer
from matching.training.splink_rows import splink_row
from matching.training.splink_settings import settings
from service.cli.trials import held_details

EXPLAINED = 100
"""Candidates whose evidence is written out: the length of a candidate list."""

_ROUNDS = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    scorer: Scorer
    said: Sequence[Details]
    held: Sequence[Details]
    prepared: Sequence[PreparedDetails]


def scoring_speed(seed: int) -> list[dict[str, Any]]:
    """Return CPU milliseconds, least and median, of each way of scoring 1,000 and 10,000."""
    population = Population(seed)
    scorer = load_scorer()
    held = held_details(population, 0, 10_000)
    said = [booking.said for booking in population.later_bookings(0, _ROUNDS)]
    rows = []
    for size in (1_000, 10_000):
        prepared = [scorer.prepare(one) for one in held[:size]]
        rows += _rows(_Work(scorer, said, held[:size], prepared))
    return rows


def print_speed(rows: Sequence[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    print(f"\n{'what':<58}{'candidates':>11}{'least ms':>10}{'median ms':>11}")
    for row in rows:
        print(
            f"{row['what']:<58}{row['candidates']:>11}{row['least_ms']:>10.2f}"
            f"{row['median_ms']:>11.2f}"
        )


def _rows(work: _Work) -> list[dict[str, Any]]:
    probe_parts, comparisons = _prints(len(work.held))
    size = len(work.held)

    def prints(turn: int, explained: int) -> None:
        probe = Probe(probe_parts, work.said[turn])
        scored = work.scorer.score_prints(
            probe, comparisons, work.prepared, gallery_size=1_000_000
        )
        scored.select(scored.ranking()[:explained])

    def details(turn: int, explained: int) -> None:
        scored = work.scorer.score_details(work.said[turn], work.prepared, gallery_size=1_000_000)
        scored.select(scored.ranking()[:explained])

    ways = {
        f"two fingers and details, {EXPLAINED} explained": lambda turn: prints(turn, EXPLAINED),
        "two fingers and details, all explained": lambda turn: prints(turn, size),
        f"details alone, {EXPLAINED} explained": lambda turn: details(turn, EXPLAINED),
        "details alone, all explained": lambda turn: details(turn, size),
    }
    rows = [_timed(what, size, way, rounds=_ROUNDS) for what, way in ways.items()]
    return [*rows, _timed("Splink compare_records, cached SQL", size, _splink(work), rounds=8)]


def _timed(what: str, size: int, way: Callable[[int], object], *, rounds: int) -> dict[str, Any]:
    way(0)
    spent = []
    for turn in range(rounds):
        began = time.process_time_ns()
        way(turn)
        spent.append((time.process_time_ns() - began) / 1e6)
    return {
        "what": what,
        "candidates": size,
        "least_ms": round(min(spent), 3),
        "median_ms": round(float(np.median(spent)), 3),
    }


def _prints(size: int) -> tuple[tuple[Impression, ...], FingerComparisons]:
    """Return a probe of two index fingers and comparisons with strangers."""
    rng = np.random.default_rng(1)
    vector = unit_vector(rng.normal(size=SYNTHETIC_192.dimension), SYNTHETIC_192)
    impressions = tuple(
        Impression(FingerPosition(finger), ImpressionType.PLAIN, 60, vector) for finger in (2, 7)
    )
    cosines = np.full((size, 10), np.nan, dtype=np.float32)
    cosines[:, [1, 6]] = rng.normal(0.0, 0.11, (size, 2))
    seen = ~np.isnan(cosines)
    return impressions, FingerComparisons(
        cosines, np.where(seen, 70, 0).astype(np.uint8), np.zeros((size, 10), dtype=np.uint8)
    )


def _splink(work: _Work) -> Callable[[int], object]:
    model = read_model(MODELS).demographic
    api = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    levels = settings(model.levels, link_type="dedupe_only")
    right = pd.DataFrame(
        splink_row(f"{n}", forms_of(one), model.frequencies) for n, one in enumerate(work.held)
    )
    left = [
        pd.DataFrame([splink_row("said", forms_of(one), model.frequencies)]) for one in work.said
    ]

    def compare(turn: int) -> object:
        found = compare_records(
            left[turn], right, settings=levels, db_api=api, sql_cache_key="identlink"
        )
        return found.as_pandas_dataframe()  # type: ignore[no-untyped-call]  # Splink

    return compare
