"""`python -m benchmarks job`: the main job by stage, in process and through real HTTP."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import described_run, write_result
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.access import Purpose
from domain.searches import SearchType
from service.app import create_app
from service.bootstrap import Runtime, open_database, start
from service.cli.enrolling import enrol_chunks
from service.cli.population import Enrolment
from service.demo.calls import ApiCaller, issue_demo_tokens
from service.demo.server import running
from service.demo.wire import search_body
from service.logs import build_logger
from service.ports.stages import Stage
from service.settings import load_settings
from service.usecases.searches.weighing import weigh

DESCRIPTION = "Enrol synthetic people, then search: by stage in process, and through the HTTP API."
WARM_UP_SEARCHES = 10


class StageTimes:
    """Records the duration of every stage of a search."""

    def __init__(self) -> None:
        self.durations_ms: dict[str, list[float]] = {stage.value: [] for stage in Stage}

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Record the duration of the block."""
        begun_ns = time.perf_counter_ns()
        yield
        self.durations_ms[stage.value].append((time.perf_counter_ns() - begun_ns) / 1e6)

    def found(self, candidates: int) -> None:
        """Ignore candidates."""


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and print its tables; returns the exit code."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as directory:
        result = _measure(options, Path(directory))
    _print(result)
    write_result(options.json, result)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks job", description=DESCRIPTION)
    parser.add_argument("--persons", type=int, default=20_000, help="people enrolled")
    parser.add_argument("--searches", type=int, default=300, help="searches of each kind")
    parser.add_argument("--seed", type=int, default=51, help="seed of the population")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    population = Population(options.seed)
    settings = load_settings(store=directory)
    database = open_database(settings)
    database.upgrade()
    database.close()
    runtime = start(settings)
    begun_s = time.perf_counter()
    people = Enrolment(population, options.persons)
    enrol_chunks(runtime, people.source_digest, people.chunks(), advance=lambda _: None)
    enrol_s = time.perf_counter() - begun_s
    probes = {
        SearchType.TP_TP: _probes(options, lambda number: make_probe(population, number, PLAN)),
        SearchType.LT_TP: _probes(options, lambda number: make_mark(population, number, PLAN)),
    }
    stages = {kind.value: _by_stage(runtime, kind, made) for kind, made in probes.items()}
    app = create_app(runtime, logger=build_logger(sys.stderr, "error"))
    with running(app, host="127.0.0.1", port=0) as address:
        secret = issue_demo_tokens(runtime)["force:west-yorkshire"]
        http = {kind.value: _by_http(address, secret, kind, made) for kind, made in probes.items()}
    return {
        "run": described_run(sys.argv, seed=options.seed, dataset_digest=people.source_digest),
        "persons": options.persons,
        "searches": options.searches,
        "enrolled_people_per_second": options.persons / enrol_s,
        "in_process": stages,
        "http": http,
    }


PLAN = ProbePlan()


def _probes(
    options: argparse.Namespace, make: Callable[[int], SyntheticProbe]
) -> list[SyntheticProbe]:
    """Return one mated probe to two non-mated ones, the mix NIST reports."""
    rng = np.random.default_rng(options.seed)
    mated = rng.integers(0, options.persons, options.searches)
    unseen = rng.integers(options.persons, 2 * options.persons, options.searches)
    numbers = np.where(np.arange(options.searches) % 3 == 0, mated, unseen)
    return [make(int(number)) for number in numbers]


def _by_stage(
    runtime: Runtime, search_type: SearchType, probes: Sequence[SyntheticProbe]
) -> dict[str, dict[str, float]]:
    for probe in probes[:WARM_UP_SEARCHES]:
        weigh(runtime.services, search_type, probe.probe)
    times = StageTimes()
    services = replace(runtime.services, stages=times)
    for probe in probes:
        weigh(services, search_type, probe.probe)
    columns = {stage: np.array(kept) for stage, kept in times.durations_ms.items()}
    together = columns[Stage.CANDIDATE_SEARCH.value] + columns[Stage.SCORING.value]
    quantiles = {stage: _quantiles(kept) for stage, kept in columns.items()}
    return {**quantiles, "candidate_search_and_scoring": _quantiles(together)}


def _by_http(
    address: str, secret: str, search_type: SearchType, probes: Sequence[SyntheticProbe]
) -> dict[str, float]:
    caller = ApiCaller.connect(address, secret, Purpose.ARREST)
    bodies = [search_body(search_type, probe.probe) for probe in probes]
    for body in bodies[:WARM_UP_SEARCHES]:
        caller.post("/v1/searches", body)
    durations_ms = []
    for body in bodies:
        begun_ns = time.perf_counter_ns()
        caller.post("/v1/searches", body)
        durations_ms.append((time.perf_counter_ns() - begun_ns) / 1e6)
    caller.client.close()
    return _quantiles(np.array(durations_ms))


def _quantiles(durations_ms: npt.NDArray[np.float64]) -> dict[str, float]:
    p50, p95, p99 = np.quantile(durations_ms, [0.5, 0.95, 0.99])
    return {"p50_ms": float(p50), "p95_ms": float(p95), "p99_ms": float(p99)}


def _print(result: dict[str, Any]) -> None:
    print(f"{result['persons']:,} people, {result['searches']} searches of each kind")
    print(f"enrolment {result['enrolled_people_per_second']:,.0f} people/s, end to end\n")
    print(f"{'search':<8}{'stage':<32}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    for search_type, stages in result["in_process"].items():
        for stage, times in stages.items():
            _print_line(search_type, stage, times)
        _print_line(search_type, "whole request over HTTP", result["http"][search_type])


def _print_line(search_type: str, stage: str, times: dict[str, float]) -> None:
    figures = "".join(f"{times[name]:>9.2f}" for name in ("p50_ms", "p95_ms", "p99_ms"))
    print(f"{search_type:<8}{stage:<32}{figures}")
