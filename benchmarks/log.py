"""The log's cost for use cases, and proofs and checks at full size: `python -m benchmarks log`."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.filling import caller, enrol_people, upgraded
from benchmarks.machine import Clocked, clocked, quantile
from benchmarks.runner import Benchmark, Options, Result, figures_table
from data.synthetic.population import Population, ProbePlan, make_probe
from domain.access.access import Purpose, Role
from domain.events.catalogue import NewEvent
from domain.events.examination import ExemplarShown
from domain.ids import EventId, ForceCode
from domain.searches.searches import Probe, SearchType
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import Runtime
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.provenance.log.proofs import verify_receipt
from service.settings import load_settings
from service.storage.database import UnitsOfWork
from service.storage.engine.engines import write_connection
from service.storage.unit_of_work import UnitOfWork, WritingUnit
from service.usecases.log.administration import export_log
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.reading import prove_inclusion
from service.usecases.log.verification import verify_store
from service.usecases.people.enrolment import Enrol, enrol
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.services import Services, StoreServices

_BATCH = 2_000
"""Number of events in one commit while the large log is made."""

FORCE = caller(Role.FORCE, Purpose.ARREST, force="01")
AUDITOR = caller(Role.AUDITOR, Purpose.AUDIT)


@dataclass(frozen=True, kw_only=True)
class LogOptions(Options):
    """The options of `python -m benchmarks log`."""

    persons: Annotated[int, "people enrolled"] = 2_000
    calls: Annotated[int, "calls of a use case in a block"] = 100
    blocks: Annotated[int, "blocks with the log, and without"] = 4
    events: Annotated[int, "events of the large log"] = 1_000_000
    proofs: Annotated[int, "events that are proved"] = 2_000
    seed: Annotated[int, "seed of population and choices"] = 51


def measured(options: LogOptions) -> Result:
    """Return the log's cost for use cases, then the figures for a large log."""
    with tempfile.TemporaryDirectory() as directory:
        use_cases = _use_cases(options, Path(directory))
    with tempfile.TemporaryDirectory() as directory:
        large = _large(options, Path(directory))
    return {
        "persons": options.persons,
        "events": options.events,
        "use_cases": use_cases,
        **large,
    }


def _use_cases(options: LogOptions, directory: Path) -> Result:
    """Measure enrolments and searches with and without the log, in alternating blocks."""
    population = Population(options.seed)
    # The service stops a force that repeats a probe, so each search has its own probe.
    numbers = iter(np.random.default_rng(options.seed).permutation(options.persons))

    def fresh() -> list[Probe]:
        return _probes(population, numbers, options)

    with upgraded(load_settings(store=directory)) as runtime:
        enrol_people(runtime, population, options.persons)
        return {
            "enrol": _on_and_off(runtime, options, _enrol_all, fresh),
            "search": _on_and_off(runtime, options, _search_all, fresh),
        }


def _probes(
    population: Population, numbers: Iterator[np.int64], options: LogOptions
) -> list[Probe]:
    """Return fresh captures of people who have not been used yet."""
    return [
        make_probe(population, int(number), ProbePlan()).probe
        for number in islice(numbers, options.calls)
    ]


class _SilentLog:
    def append(self, event: NewEvent) -> None:
        """Drop the event."""


class _SilentUnit(WritingUnit):
    events: Any = _SilentLog()


class _SilentUnits(UnitsOfWork):
    """The units of work of a store, without its log."""

    def write(self) -> UnitOfWork:
        """Return a unit of work that can commit, but drops its events."""
        connect = partial(write_connection, self.engine)
        return _SilentUnit(connect, self.codec, self.vault, self.turn)


def silent(units: UnitsOfWork) -> UnitsOfWork:
    """Return units of work on the same engine that drop their events."""
    return _SilentUnits(units.engine, units.codec, units.vault, units.turn)


def _search_all(services: Services, probes: Sequence[Probe]) -> None:
    for probe in probes:
        submit_search(services, SubmitSearch(FORCE, SearchType.TP_TP, probe))


def _enrol_all(services: Services, probes: Sequence[Probe]) -> None:
    at = services.now()
    for probe in probes:
        enrol(services, Enrol(FORCE, at, probe.impressions))


def _on_and_off(
    runtime: Runtime,
    options: LogOptions,
    work: Callable[[Services, Sequence[Probe]], None],
    fresh: Callable[[], list[Probe]],
) -> dict[str, float]:
    """Return the calls per second with and without the log, and the log's share of the cost."""
    with_log = runtime.services
    without = replace(with_log, units=silent(with_log.units))
    work(with_log, fresh())
    times: dict[str, list[Clocked[None]]] = {"on": [], "off": []}
    for _ in range(options.blocks):
        for name, services in (("on", with_log), ("off", without)):
            times[name].append(clocked(partial(work, services, fresh())))
    wall = {name: quantile([one.wall_s for one in kept], 0.5) for name, kept in times.items()}
    cpu = {name: quantile([one.cpu_s for one in kept], 0.5) for name, kept in times.items()}
    return {
        "calls_per_second_with_log": options.calls / wall["on"],
        "calls_per_second_without": options.calls / wall["off"],
        "throughput_lost": 1 - wall["off"] / wall["on"],
        "processor_time_lost": 1 - cpu["off"] / cpu["on"],
    }


def _large(options: LogOptions, directory: Path) -> dict[str, Any]:
    """Make a log of full size in a store, then prove, verify, export and verify again."""
    settings = load_settings(store=directory)
    signer = open_log_signer(settings)
    with open_store(settings) as services:
        made = clocked(lambda: _fill(services, options.events))
        note = make_checkpoint(services, signer).note
        proofs = _proofs(services, options, signer.verifier)
        keys = TrustedKeys(signer.verifier)
        live = clocked(lambda: verify_store(services, keys, held=[note]))
        bundle = directory / "log.zip"
        export_log(services, signer, bundle, ())
    offline = clocked(lambda: verify_bundle(bundle, keys, held=[note]))
    if not (live.value.is_sound and offline.value.is_sound):
        raise SystemExit("The generated log does not verify: the log or its check is broken.")
    size = settings.store / "identlink.sqlite3"
    return {
        "append": {
            "events_per_second": options.events / made.wall_s,
            "events_in_a_commit": _BATCH,
        },
        "proofs": proofs,
        "verify_store": _seconds(live),
        "verify_bundle": _seconds(offline),
        "bytes_per_event": {
            "database": size.stat().st_size / options.events,
            "bundle": bundle.stat().st_size / options.events,
        },
    }


def _seconds(done: Clocked[Any]) -> dict[str, float]:
    return {"wall_seconds": done.wall_s, "processor_seconds": done.cpu_s}


def _fill(services: StoreServices, events: int) -> None:
    for start_at in range(0, events, _BATCH):
        with services.units.begin() as unit:
            for event in _events(services, start_at, min(start_at + _BATCH, events)):
                unit.events.append(event)


def _events(services: StoreServices, start_at: int, stop: int) -> Iterator[NewEvent]:
    """Yield events of a common form, with two subjects and three facts."""
    at = services.now()
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


def _proofs(services: StoreServices, options: LogOptions, log_key: Any) -> dict[str, float]:
    """Prove events through the use case, and verify each receipt as its reader would."""
    rng = np.random.default_rng(options.seed)
    taken_ms: dict[str, list[float]] = {"prove": [], "verify": []}
    for number in rng.integers(0, options.events, options.proofs):
        wanted = EventId(f"{int(number):032x}")
        proved = clocked(partial(prove_inclusion, services, AUDITOR, wanted))
        verified = clocked(partial(verify_receipt, proved.value.receipt(), log_key))
        taken_ms["prove"].append(proved.wall_ms)
        taken_ms["verify"].append(verified.wall_ms)
    both = np.array(taken_ms["prove"]) + np.array(taken_ms["verify"])
    return {
        **{f"{name}_ms_p50": quantile(kept, 0.5) for name, kept in taken_ms.items()},
        "together_ms_p50": quantile(both, 0.5),
        "together_ms_p99": quantile(both, 0.99),
    }


def log_table(result: Result) -> str:
    """Return a row for each figure, with its floor if it has one."""
    head = f"{result['events']:,} events; {result['persons']:,} people enrolled before."
    return f"{head}\n\n{figures_table('log', ('figure', 'measured', 'floor'), result)}"


main = Benchmark(measure=measured, show=log_table).main
