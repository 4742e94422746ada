"""The time of the main job by stage, in the process and over real HTTP: `python -m benchmarks
job`.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np

from benchmarks.filling import enrol_people, mixed_probes, people_digest, upgraded
from benchmarks.machine import Watch, clocked, quantiles_ms
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table
from data.synthetic.population import Population
from data.synthetic.probes import SyntheticProbe
from domain.access.access import Purpose
from domain.searches.searches import SearchType
from service.app import create_app
from service.bootstrap.runtime import Runtime
from service.demo.calls import ApiCaller, issue_demo_tokens
from service.demo.server import running
from service.demo.wire import search_body
from service.logs import build_logger
from service.ports.gallery import Stage
from service.settings import load_settings
from service.usecases.searches.weighing import weigh

WARM_UP_SEARCHES = 10


class StageTimes:
    """Records the duration of every stage of a search."""

    def __init__(self) -> None:
        self.durations_ms: dict[str, list[float]] = {stage.value: [] for stage in Stage}

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Record the duration of the block."""
        with Watch() as spent:
            yield
        self.durations_ms[stage.value].append(spent.wall_s * 1e3)

    def found(self, candidates: int) -> None:
        """Ignore candidates."""


@dataclass(frozen=True, kw_only=True)
class JobOptions(Options):
    """The options of `python -m benchmarks job`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    searches: Annotated[int, "searches of each kind"] = 300
    seed: Annotated[int, "seed of the population"] = 51


def measured(options: JobOptions) -> Result:
    """Enrol synthetic people, then search: by stage in this process, and through the HTTP API."""
    population = Population(options.seed)
    mix = (options.persons, options.searches, options.seed)
    kinds = (SearchType.TP_TP, SearchType.LT_TP)
    probes = {kind: mixed_probes(population, kind, *mix) for kind in kinds}
    with (
        tempfile.TemporaryDirectory() as directory,
        upgraded(load_settings(store=Path(directory))) as runtime,
    ):
        per_second = enrol_people(runtime, population, options.persons)
        stages = {kind.value: _by_stage(runtime, kind, made) for kind, made in probes.items()}
        app = create_app(runtime, logger=build_logger(sys.stderr, "error"))
        with running(app, host="127.0.0.1", port=0) as address:
            secret = issue_demo_tokens(runtime)["force:west-yorkshire"]
            http = {
                kind.value: _by_http(address, secret, kind, made) for kind, made in probes.items()
            }
    return {
        "persons": options.persons,
        "searches": options.searches,
        "enrolled_people_per_second": per_second,
        "in_process": stages,
        "http": http,
    }


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
    quantiles = {stage: quantiles_ms(kept) for stage, kept in columns.items()}
    return {**quantiles, "candidate_search_and_scoring": quantiles_ms(together)}


def _by_http(
    address: str, secret: str, search_type: SearchType, probes: Sequence[SyntheticProbe]
) -> dict[str, float]:
    caller = ApiCaller.connect(address, secret, Purpose.ARREST)
    bodies = [search_body(search_type, probe.probe) for probe in probes]
    for body in bodies[:WARM_UP_SEARCHES]:
        caller.post("/v1/searches", body)
    taken = [clocked(partial(caller.post, "/v1/searches", body)) for body in bodies]
    caller.client.close()
    return quantiles_ms([one.wall_ms for one in taken])


_COLUMNS = (
    Column("search", "search"),
    Column("stage", "stage"),
    *(Column(f"p{share} ms", f"p{share}_ms", ".2f") for share in (50, 95, 99)),
)


def _shown(result: Result) -> str:
    rows = [
        {"search": kind, "stage": stage, **times}
        for kind, stages in result["in_process"].items()
        for stage, times in (*stages.items(), ("whole request over HTTP", result["http"][kind]))
    ]
    return (
        f"{result['persons']:,} people, {result['searches']} searches of each kind\n"
        f"enrolment {result['enrolled_people_per_second']:,.0f} people/s, end to end\n\n"
        f"{rows_table(_COLUMNS, rows)}"
    )


main = Benchmark(
    name="job",
    options=JobOptions,
    measure=measured,
    show=_shown,
    digest=lambda options: people_digest(options.persons, options.seed),
).main
