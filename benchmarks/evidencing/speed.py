"""Scoring speed, one search against many candidates, beside Splink's cached `compare_records`.

Splink evaluates our exported levels of the same model and people in DuckDB, in the same run. Its
answer is columns of levels and weights, one row per candidate, without words, so the
comparable result of ours is the evidence on all candidates in columns.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from benchmarks.clocks import clocked
from data.synthetic.parameters import TEMPLATE_FORMAT
from data.synthetic.population import Population
from domain.people import Details
from domain.prints import (
    FingerComparisons,
    FingerPosition,
    Impression,
    ImpressionType,
)
from domain.searches import Probe
from matching.model_files import read_model
from matching.prepared import PreparedDetails, forms_of
from matching.scored import ScoredCandidates
from matching.scorer import MODELS, Scorer, load_scorer
from matching.training.splink_rows import splink_row
from matching.training.splink_settings import settings
from prints.vectors.units import unit_vector
from service.cli.training.trials import held_details

IN_WORDS = 100
"""Candidates whose evidence is also put in words: the length of a candidate list."""

ROUNDS = 40


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
    said = [booking.said for booking in population.later_bookings(0, ROUNDS)]
    rows = []
    # A service holds neither generated people nor Splink, so the collector skips them here.
    gc.collect()
    gc.freeze()
    for size in (1_000, 10_000):
        prepared = [scorer.prepare(one) for one in held[:size]]
        rows += _rows(_Work(scorer, said, held[:size], prepared))
    return rows


def _rows(work: _Work) -> list[dict[str, Any]]:
    probe_parts, comparisons = print_comparisons(len(work.held))
    size = len(work.held)

    def put_in_words(scored: ScoredCandidates, count: int) -> None:
        strongest = scored.ranking()[:count]
        if count:
            scored.select(strongest)

    def prints(turn: int, in_words: int) -> None:
        probe = Probe(probe_parts, work.said[turn])
        scored = work.scorer.score_prints(
            probe, comparisons, work.prepared, gallery_size=1_000_000
        )
        put_in_words(scored, in_words)

    def details(turn: int, in_words: int) -> None:
        scored = work.scorer.score_details(work.said[turn], work.prepared, gallery_size=1_000_000)
        put_in_words(scored, in_words)

    rows = [
        timed(f"{what}, {words}", size, partial(way, in_words=count), ROUNDS)
        for what, way in (("two fingers and details", prints), ("details alone", details))
        for words, count in _in_words(size)
    ]
    rows.append(timed("Splink compare_records, cached SQL", size, _splink(work), 8))
    splink_ms = rows[-1]["median_ms"]
    return [row | {"splink_ratio": round(splink_ms / row["median_ms"], 1)} for row in rows]


def _in_words(size: int) -> tuple[tuple[str, int], ...]:
    """Return the number of candidates with rows in words; all are held in columns."""
    return (
        ("all in columns", 0),
        (f"and {IN_WORDS} in words", IN_WORDS),
        ("and all in words", size),
    )


def timed(what: str, size: int, way: Callable[[int], object], rounds: int) -> dict[str, Any]:
    """Return CPU milliseconds, least and median, of a way to score; each round has its turn."""
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
