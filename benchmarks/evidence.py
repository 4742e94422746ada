"""Accuracy and calibration of evidence: `python -m benchmarks evidence`.

Searches for people unknown to every model, one third of them on record. Reports misses at fixed
false positive rates, ranks, and the cost of the ratios, by kind of search, evidence and stratum.
`python -m benchmarks report` writes the tables of docs/evaluation.md from the result.
"""

import gc
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.evidencing.accuracy import MATED_SHARES, observe_all
from benchmarks.evidencing.other_laws import LAWS, law_rows
from benchmarks.evidencing.report import LEAST_MATED, draw_plots, evaluation_rows
from benchmarks.evidencing.watching import watch_rows, watch_text
from benchmarks.machine import Watch, clocked
from benchmarks.runner import Benchmark, Options, Result, as_table
from data.synthetic.parameters import TEMPLATE_FORMAT
from data.synthetic.population import Population
from domain.people.items import Content
from domain.people.people import Details
from domain.prints.captures import FINGER_COUNT, CaptureColumns
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe
from matching.prepared import PreparedDetails
from matching.scorer import Scorer, load_scorer
from prints.vectors.comparing import unit_vector
from service.cli.training.trials import held_details
from service.storage.engine.rows import from_bytes, to_bytes
from service.storage.people.gallery_feed import HeldCaptures
from service.storage.people.record_bodies import PREPARED, read_compared, record_body
from service.usecases.searches.weighing import prints_first

SIZE, PEOPLE, ROUNDS = 1_000, 1_000_000, 24
STORED = 20
"""Number of candidates that the service stores with their evidence in words."""

Held = Sequence[PreparedDetails | Details]


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """One search: what is stated, and the records of its candidates."""

    said: Details
    bodies: Sequence[bytes]
    held: Held
    captures: HeldCaptures


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The prints of all searches, and the scorer."""

    scorer: Scorer
    impressions: tuple[Impression, ...]
    comparisons: FingerComparisons


def service_speed(seed: int) -> list[dict[str, Any]]:
    """Return the lowest and the median CPU milliseconds for scoring 1,000 candidates."""
    search = _Search(load_scorer(), *print_comparisons(SIZE))
    population = Population(seed)
    rounds = {kept: _rounds(population, is_kept=kept == "kept") for kept in ("kept", "parsed")}
    gc.collect()
    gc.freeze()
    ways: dict[str, Callable[[_Search, _Round, Held], object]] = {
        "tenprints, prints first": _prints_first,
        "details of all": _details_of_all,
    }
    rows = []
    for (what, way), kept in product(ways.items(), rounds):
        for reading in ("", ", reading"):
            turn = partial(_turn, search, way, rounds[kept], is_reading=bool(reading))
            rows.append(timed(f"{what}, {kept}{reading}", SIZE, turn, ROUNDS))
    return rows


def _rounds(population: Population, *, is_kept: bool) -> list[_Round]:
    said = [booking.said for booking in population.later_bookings(0, ROUNDS)]
    return [_round(population, number, one, is_kept) for number, one in enumerate(said)]


def _round(population: Population, number: int, said: Details, is_kept: bool) -> _Round:
    held = held_details(population, number * SIZE, (number + 1) * SIZE)
    bodies = [record_body(Content(details, (), ())) for details in held]
    if not is_kept:
        bodies = [_without(body) for body in bodies]
    return _Round(said, bodies, [read_compared(one) for one in bodies], _captures(held))


def _without(body: bytes) -> bytes:
    """Return the body as earlier releases wrote it."""
    return to_bytes({name: one for name, one in from_bytes(body).items() if name != PREPARED})


def _captures(people: Sequence[Details]) -> HeldCaptures:
    """Return captures of these people in the form that storage returns, without their prints."""
    rows, shape = np.arange(SIZE, dtype=np.int64), (SIZE, FINGER_COUNT)
    columns = CaptureColumns(
        vectors=np.zeros((*shape, 1), dtype=np.float16),
        presence=np.zeros(shape, dtype=np.bool_),
        qualities=np.zeros(shape, dtype=np.uint8),
        impression_codes=np.zeros(shape, dtype=np.uint8),
    )
    years = [_year(one) for one in people]
    return HeldCaptures(rows, rows, columns, np.array(years, dtype=np.int16))


def _year(details: Details) -> int:
    return next((date.year for date in details.dates_of_birth if date.year), 0)


def _turn(
    search: _Search,
    way: Callable[[_Search, _Round, Held], object],
    rounds: Sequence[_Round],
    turn: int,
    *,
    is_reading: bool,
) -> None:
    one = rounds[turn]
    way(search, one, [read_compared(body) for body in one.bodies] if is_reading else one.held)


def _prints_first(search: _Search, one: _Round, held: Held) -> None:
    scorer = search.scorer
    probe = Probe(search.impressions, one.said)
    limit = scorer.details_from_millibits(probe, PEOPLE)
    if limit is None:
        raise ValueError("A search among so many people has a limit.")
    first = prints_first(scorer, probe, search.comparisons, limit, one.captures, range(SIZE))
    over = first.passed_over.tolist()
    details = [None if over[at] else found for at, found in enumerate(held)]
    scored = scorer.score_prints(
        probe, search.comparisons, details, gallery_size=PEOPLE, first=first
    )
    scored.select(scored.ranking()[:STORED])


def _details_of_all(search: _Search, one: _Round, held: Held) -> None:
    probe = Probe(search.impressions, one.said)
    scored = search.scorer.score_prints(probe, search.comparisons, held, gallery_size=PEOPLE)
    scored.select(scored.ranking()[:STORED])


def timed(what: str, size: int, way: Callable[[int], object], rounds: int) -> dict[str, Any]:
    """Return the lowest and median CPU milliseconds of scoring. `way` takes the round's number."""
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


WATCHED_PEOPLE = 6_000
"""People whose searches the watch receives, four kinds of search for each."""


@dataclass(frozen=True, kw_only=True)
class EvidenceOptions(Options):
    """The options of `python -m benchmarks evidence`."""

    persons: Annotated[int, "people in the gallery"] = 50_000
    seed: Annotated[int, "seed of the people"] = 11
    plots: Annotated[Path | None, "directory for DET, CMC, Tippett, reliability"] = None
    law: Annotated[str, "prints of another law, no plots", {"choices": ["all", *LAWS]}] = ""
    model: Annotated[Path | None, "directory of a model for --law"] = None
    watch: Annotated[bool, "time the watch on the law"] = False
    speed: Annotated[bool, "time scoring as the service does"] = False


def measured(options: EvidenceOptions) -> Result:
    """Return the rows of all searches, and draw plots if a directory is given."""
    least = math.ceil(LEAST_MATED / max(MATED_SHARES.values()))
    if options.persons < least:
        raise SystemExit(
            f"Give --persons {least} or more: figures from fewer than {LEAST_MATED} searches for"
            " people on record are left out, and there would be no others."
        )
    with Watch() as spent:
        observed = observe_all(options.persons, options.seed)
        result = _head(options, load_scorer()) | {"rows": evaluation_rows(observed, options.seed)}
        if options.plots is not None:
            draw_plots(observed, options.plots)
    return result | {"duration_s": round(spent.wall_s, 1)}


def _head(options: EvidenceOptions, scorer: Scorer) -> Result:
    model = {"version": scorer.version, "digest": scorer.digest}
    return {"persons": options.persons, "model": model}


def _as_the_service(options: EvidenceOptions) -> Result:
    return {"rows": service_speed(options.seed)}


def _on_laws(options: EvidenceOptions) -> Result:
    """Return the rows of a model for templates with other distributions."""
    scorer, persons = load_scorer(options.model), options.persons
    names = tuple(LAWS) if options.law == "all" else (options.law,)
    asked = {"mated": persons // 8, "unseen": persons // 4}
    return _head(options, scorer) | {
        "rows": law_rows(names, persons, options.seed, scorer, **asked)
    }


def _watch(options: EvidenceOptions) -> Result:
    return {"rows": watch_rows(options.seed, min(options.persons, WATCHED_PEOPLE))}


_EVIDENCE = Benchmark(measure=measured, show=as_table("evidence"))
main = replace(
    _EVIDENCE,
    modes={
        "law": replace(
            _EVIDENCE,
            kind="evidence on other laws",
            measure=_on_laws,
            show=as_table("evidence on other laws"),
        ),
        "watch": replace(
            _EVIDENCE, measure=_watch, show=lambda result: watch_text(result["rows"])
        ),
        "speed": replace(_EVIDENCE, measure=_as_the_service, show=as_table("scoring speed")),
    },
).main
