"""`python -m benchmarks log`: the log's cost per use case; proofs and checks at full size."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import described_run, write_result
from benchmarks.quiet_log import silent
from data.synthetic.population import Population
from data.synthetic.probes import ProbePlan, make_probe
from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.events.examination import ExemplarShown
from domain.events.logged import NewEvent
from domain.ids import EventId, ForceCode, UserId
from domain.searches import Probe, SearchType
from service.bootstrap import Runtime, open_database, open_log_signer, open_store, start
from service.cli.enrolling import enrol_chunks
from service.cli.population import Enrolment
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.provenance.log.receipts import verify_receipt
from service.settings import Settings, load_settings
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.export import export_log
from service.usecases.log.reading import prove_inclusion
from service.usecases.log.verification import verify_store
from service.usecases.people.enrolment import Enrol, enrol
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.services import Services, StoreServices

DESCRIPTION = "Measure the log: cost of an append, proofs, full verification, sizes."
_BATCH = 2_000
"""Events in one commit while the large log is made."""

FORCE = Caller(
    Actor(UserId("bench"), Role.FORCE, ForceCode("01"), ROLE_SCOPES[Role.FORCE]), Purpose.ARREST
)
AUDITOR = Caller(
    Actor(UserId("bench"), Role.AUDITOR, None, ROLE_SCOPES[Role.AUDITOR]), Purpose.AUDIT
)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark and print its figures; returns the exit code."""
    options = _options(arguments)
    head = described_run(sys.argv, seed=options.seed, dataset_digest="")
    result: dict[str, Any] = {
        "benchmark": "log",
        **head,
        "persons": options.persons,
        "events": options.events,
    }
    with tempfile.TemporaryDirectory() as directory:
        result["use_cases"] = _use_cases(options, Path(directory))
    with tempfile.TemporaryDirectory() as directory:
        result |= _large(options, Path(directory))
    print(json.dumps({key: result[key] for key in result if key not in head}, indent=1))
    write_result(options.json, result)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks log", description=DESCRIPTION)
    parser.add_argument("--persons", type=int, default=2_000, help="people enrolled")
    parser.add_argument("--calls", type=int, default=100, help="calls of a use case in a block")
    parser.add_argument("--blocks", type=int, default=4, help="blocks with the log, and without")
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the large log")
    parser.add_argument("--proofs", type=int, default=2_000, help="events that are proved")
    parser.add_argument("--seed", type=int, default=51, help="seed of population and choices")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser.parse_args(arguments)


def _use_cases(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Measure enrolments and searches with the log and without it, in alternating blocks."""
    population = Population(options.seed)
    runtime = _opened(load_settings(store=directory))
    try:
        people = Enrolment(population, options.persons)
        begun_s = time.perf_counter()
        enrol_chunks(runtime, people.source_digest, people.chunks(), advance=lambda _: None)
        enrol_s = time.perf_counter() - begun_s
        # The service stops a force that repeats one probe, so each search has its own.
        numbers = iter(np.random.default_rng(options.seed).permutation(options.persons))
        return {
            "people_per_second_in_bulk": options.persons / enrol_s,
            "enrol": _on_and_off(runtime, options, lambda: _probes(population, numbers, options)),
            "search": _on_and_off(
                runtime, options, lambda: _probes(population, numbers, options), is_search=True
            ),
        }
    finally:
        runtime.close()


def _opened(settings: Settings) -> Runtime:
    database = open_database(settings)
    database.upgrade()
    database.close()
    return start(settings)


def _probes(
    population: Population, numbers: Iterator[np.int64], options: argparse.Namespace
) -> list[Probe]:
    """Return fresh captures of people not used yet."""
    return [
        make_probe(population, int(number), ProbePlan()).probe
        for number in islice(numbers, options.calls)
    ]


def _search_all(services: Services, probes: Sequence[Probe]) -> None:
    for probe in probes:
        submit_search(services, SubmitSearch(FORCE, SearchType.TP_TP, probe))


def _enrol_all(services: Services, probes: Sequence[Probe]) -> None:
    at = services.surroundings.clock()
    for probe in probes:
        enrol(services, Enrol(FORCE, at, probe.impressions))


def _on_and_off(
    runtime: Runtime,
    options: argparse.Namespace,
    fresh: Callable[[], list[Probe]],
    *,
    is_search: bool = False,
) -> dict[str, float]:
    """Return calls a second with the log and without, and the log's share of the cost."""
    work = _search_all if is_search else _enrol_all
    with_log = runtime.services
    without = replace(with_log, units=silent(with_log.units))
    work(with_log, fresh())
    times: dict[str, list[tuple[float, float]]] = {"on": [], "off": []}
    for _ in range(options.blocks):
        for name, services in (("on", with_log), ("off", without)):
            probes = fresh()
            times[name].append(_timed(partial(work, services, probes)))
    wall, cpu = (
        {name: float(np.median([pair[i] for pair in kept])) for name, kept in times.items()}
        for i in (0, 1)
    )
    return {
        "calls_per_second_with_log": options.calls / wall["on"],
        "calls_per_second_without": options.calls / wall["off"],
        "throughput_lost": 1 - wall["off"] / wall["on"],
        "processor_time_lost": 1 - cpu["off"] / cpu["on"],
    }


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def _large(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Make a log of full size in a store, then prove, verify, export and verify again."""
    settings = load_settings(store=directory)
    signer = open_log_signer(settings)
    with open_store(settings) as services:
        made_s, _ = _timed(lambda: _fill(services, options.events))
        note = make_checkpoint(services, signer).note
        proofs = _proofs(services, options, signer.verifier)
        keys = TrustedKeys(signer.verifier)
        live = _Timed.of(lambda: verify_store(services, keys, held=[note]))
        bundle = directory / "log.zip"
        export_s, _ = _timed(lambda: export_log(services, signer, bundle, ()))
    offline = _Timed.of(lambda: verify_bundle(bundle, keys, held=[note]))
    if not (live.value.is_sound and offline.value.is_sound):
        raise SystemExit("The generated log does not verify: the log or its check is broken.")
    size = settings.store / "identlink.sqlite3"
    return {
        "append": {
            "events_per_second": options.events / made_s,
            "events_in_a_commit": _BATCH,
        },
        "proofs": proofs,
        "verify_store": live.seconds,
        "verify_bundle": offline.seconds,
        "export_seconds": export_s,
        "bytes_per_event": {
            "database": size.stat().st_size / options.events,
            "bundle": bundle.stat().st_size / options.events,
        },
    }


@dataclass(frozen=True, slots=True)
class _Timed:
    value: Any
    seconds: dict[str, float]

    @classmethod
    def of(cls, work: Callable[[], Any]) -> _Timed:
        kept: list[Any] = []
        wall_s, cpu_s = _timed(lambda: kept.append(work()))
        return cls(kept[0], {"wall_seconds": wall_s, "processor_seconds": cpu_s})


def _fill(services: StoreServices, events: int) -> None:
    for start_at in range(0, events, _BATCH):
        with services.units.write() as unit:
            for event in _events(services, start_at, min(start_at + _BATCH, events)):
                unit.events.append(event)
            unit.commit()


def _events(services: StoreServices, start_at: int, stop: int) -> Iterator[NewEvent]:
    """Yield events of the common shape: two subjects, three facts."""
    at = services.surroundings.clock()
    for number in range(start_at, stop):
        yield NewEvent(
            event_id=EventId(f"{number:032x}"),
            event_type=ExemplarShown.event_type,
            at=at,
            caller=FORCE,
            force=ForceCode("01"),
            subject_refs=(f"case-{number // 10:026x}", f"search-{number // 10:024x}"),
            facts=(("candidate_id", f"{number:032x}"), ("label", "QXZ"), ("place", number % 10)),
        )


def _proofs(
    services: StoreServices, options: argparse.Namespace, log_key: Any
) -> dict[str, float]:
    """Prove events through the use case and verify each receipt, as its reader would."""
    rng = np.random.default_rng(options.seed)
    taken_ms: dict[str, list[float]] = {"prove": [], "verify": []}
    for number in rng.integers(0, options.events, options.proofs):
        begun_ns = time.perf_counter_ns()
        proved = prove_inclusion(services, AUDITOR, EventId(f"{int(number):032x}"))
        proved_ns = time.perf_counter_ns()
        verify_receipt(proved.receipt(), log_key)
        taken_ms["prove"].append((proved_ns - begun_ns) / 1e6)
        taken_ms["verify"].append((time.perf_counter_ns() - proved_ns) / 1e6)
    both = np.array(taken_ms["prove"]) + np.array(taken_ms["verify"])
    return {
        **{f"{name}_ms_p50": float(np.median(kept)) for name, kept in taken_ms.items()},
        "together_ms_p50": float(np.median(both)),
        "together_ms_p99": float(np.quantile(both, 0.99)),
    }
