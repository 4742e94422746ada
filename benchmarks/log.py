"""The log's cost for use cases, and proofs and checks at full size: `python -m benchmarks log`."""

import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.filling import caller, enrol_people, upgraded
from benchmarks.machine import Clocked, clocked, quantile
from benchmarks.runner import Benchmark, Options, Result, table
from data.synthetic.population import Population, ProbePlan, make_probe
from domain.access.access import Purpose, Role
from domain.events.catalogue import NewEvent
from domain.events.examination import ExemplarShown
from domain.ids import EventId, ForceCode
from domain.searches.searches import Probe, SearchType
from service.bootstrap.keys import open_log_signer, open_vault_keys
from service.bootstrap.runtime import Runtime
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.provenance.log.proofs import verify_receipt
from service.provenance.vault.key_stores import Named, named, owner_text
from service.provenance.vault.vault import SEAL_KEY_BYTES, Fresh, Place, Vault
from service.settings import Settings, load_settings
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
_PAYLOAD_BYTES = 2_048
"""About the templates of one capture of ten fingers."""
_PLACE = Place("payloads", "templates")

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
    payloads: Annotated[int, "payloads that are sealed and opened"] = 20_000
    seed: Annotated[int, "seed of population and choices"] = 51


def measured(options: LogOptions) -> Result:
    """Return the log's cost for use cases, then the figures for a large log."""
    with tempfile.TemporaryDirectory() as directory:
        use_cases = _use_cases(options, Path(directory))
    with tempfile.TemporaryDirectory() as directory:
        binding = _binding(options, load_settings(store=directory))
    with tempfile.TemporaryDirectory() as directory:
        large = _large(options, Path(directory))
    return {
        "persons": options.persons,
        "events": options.events,
        "use_cases": use_cases,
        "binding": binding,
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
        return {
            "people_per_second_in_bulk": enrol_people(runtime, population, options.persons),
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


def _binding(options: LogOptions, settings: Settings) -> dict[str, float]:
    """Seal and open payloads with the row that owns each, and as earlier releases did without.

    Returns processor time with the owner as a ratio to that without, medians of blocks, and the
    bytes that an owner adds.
    """
    body = bytes(_PAYLOAD_BYTES)
    owned = [
        named(number, owner_text("encounters.payload_id", (f"{number:032x}",)))
        for number in range(options.payloads)
    ]
    with closing(open_vault_keys(settings)) as keys:
        vault = Vault(keys, secrets.token_bytes, lambda: datetime.now(UTC))
        made = vault.fresh([body] * options.payloads)
        new_keys = {one.ref.hex(): one.key for one in made}
        times: dict[str, list[float]] = {}
        stored: dict[str, list[bytes]] = {}
        for _ in range(options.blocks):
            for name, seal in (("bound", _sealed), ("before", _sealed_before)):
                sealed = clocked(partial(_each, seal, owned, made))
                stored[name] = sealed.value
                items = list(zip(owned, stored[name], strict=True))
                opened = clocked(partial(vault.open_many, _PLACE, items, new_keys))
                times.setdefault(f"seal {name}", []).append(sealed.cpu_s)
                times.setdefault(f"open {name}", []).append(opened.cpu_s)
    middle = {name: quantile(kept, 0.5) for name, kept in times.items()}
    return {
        "payload_bytes": _PAYLOAD_BYTES,
        "seal_us": 1e6 * middle["seal bound"] / options.payloads,
        "open_us": 1e6 * middle["open bound"] / options.payloads,
        "seal_ratio": middle["seal bound"] / middle["seal before"],
        "open_ratio": middle["open bound"] / middle["open before"],
        "owner_bytes": len(stored["bound"][0]) - len(stored["before"][0]),
    }


def _each(
    seal: Callable[[Named, Fresh], bytes], owned: Sequence[Named], made: Sequence[Fresh]
) -> list[bytes]:
    return [seal(number, one) for number, one in zip(owned, made, strict=True)]


def _sealed(number: Named, one: Fresh) -> bytes:
    return one.sealed(_PLACE, number, [number.owner])


def _sealed_before(number: Named, one: Fresh) -> bytes:
    """Seal for the number only, as releases without owners did; such payloads still open."""
    at = f"identlink/vault/1\0{one.ref.hex()}\0{_PLACE.table}\0{number}\0{_PLACE.kind}"
    cipher = AESGCM(one.key[:SEAL_KEY_BYTES])
    sealed = cipher.encrypt(one.nonce, one.payload, at.encode())
    return one.ref + one.commitment + one.nonce + sealed


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
        exported = clocked(lambda: export_log(services, signer, bundle, ()))
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
        "export_seconds": exported.wall_s,
        "bytes_per_event": {
            "database": size.stat().st_size / options.events,
            "bundle": bundle.stat().st_size / options.events,
        },
    }


def _seconds(done: Clocked[Any]) -> dict[str, float]:
    return {"wall_seconds": done.wall_s, "processor_seconds": done.cpu_s}


def _fill(services: StoreServices, events: int) -> None:
    for start_at in range(0, events, _BATCH):
        with services.units.write() as unit:
            for event in _events(services, start_at, min(start_at + _BATCH, events)):
                unit.events.append(event)
            unit.commit()


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
    proofs, size = result["proofs"], result["bytes_per_event"]
    rows = [
        *_costs(result["use_cases"]),
        # Results from before it was measured have none.
        *_bound(result.get("binding")),
        ("appending alone, events a second", f"{result['append']['events_per_second']:,.0f}", ""),
        ("inclusion proof, made and verified, p50 ms", f"{proofs['together_ms_p50']:.2f}", "< 1"),
        ("the same, p99 ms", f"{proofs['together_ms_p99']:.2f}", ""),
        ("verification of the live store, CPU s", *_verified(result["verify_store"])),
        ("verification of the bundle, CPU s", *_verified(result["verify_bundle"])),
        ("bytes an event in the database", f"{size['database']:.0f}", ""),
        ("bytes an event in the bundle", f"{size['bundle']:.0f}", ""),
    ]
    head = f"{result['events']:,} events; {result['persons']:,} people enrolled before."
    return f"{head}\n\n{table(('figure', 'measured', 'floor'), rows)}"


def _bound(costs: dict[str, float] | None) -> list[tuple[str, str, str]]:
    """Return what it costs to bind a payload to the row that owns it."""
    if costs is None:
        return []
    added = f"a payload of {costs['payload_bytes']:,.0f} bytes"
    return [
        (
            f"{verb} {added} with its owner, µs (ratio to without)",
            f"{costs[f'{name}_us']:.1f} ({costs[f'{name}_ratio']:.2f})",
            "",
        )
        for verb, name in (("sealing", "seal"), ("opening", "open"))
    ] + [("bytes that the owner adds to a payload", f"{costs['owner_bytes']:.0f}", "")]


def _verified(times: dict[str, float]) -> tuple[str, str]:
    return f"{times['processor_seconds']:.1f} ({times['wall_seconds']:.1f} elapsed)", "< 60"


def _costs(use_cases: Result) -> list[tuple[str, str, str]]:
    """Return the log's share of the cost of each use case that was run with and without it."""
    measured = {name: one for name, one in use_cases.items() if isinstance(one, dict)}
    return [
        (
            f"throughput (processor time) of {name} lost to the log",
            f"{one['throughput_lost']:.1%} ({one['processor_time_lost']:.1%})",
            "< 20 %",
        )
        for name, one in measured.items()
    ]


main = Benchmark(name="log", options=LogOptions, measure=measured, show=log_table).main
