"""People from files into database and index, end to end: `python -m benchmarks load`.

Generates a population, runs `identlink load` as a separate process, kills it with SIGKILL once
so many people are stored (`--kill-at`), and runs it again to the end. Rates count the time of both
runs, start-up included. Afterwards every person must be present once, in the database and in the
index, and equal in both. Everything is removed at the end. `--workers` is that of the command;
several need PostgreSQL (`--postgresql`: one of its own).
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import described_run, write_result
from benchmarks.serving import databases
from benchmarks.serving.trees import family
from data.synthetic.manifest import FileKind, Manifest, read_manifest
from data.synthetic.population import Population
from data.synthetic.writing import write_population
from service.bootstrap import open_runtime, open_store
from service.cli.index import verified
from service.settings import Settings, load_settings
from service.usecases.services import StoreServices

FLOOR_PEOPLE_PER_S = 2_000
_LOOK_S = 0.1
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the loader."""

    persons: int
    """People stored at its end, those of earlier runs included."""
    seconds: float
    cpu_s: float
    peak_private_bytes: int
    """Anonymous memory of the process and its workers, sampled ten times a second."""
    was_killed: bool


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if a person is missing or the rate is below the floor."""
    options = _parser().parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(dir=options.directory) as made,
        databases.opened(_database(options), Path(made) / "database") as address,
    ):
        directory = Path(made)
        manifest, generate_s = _generated(options, directory / "people")
        url = options.database_url or address
        settings = load_settings(store=directory / "store", database_url=url)
        runs = _runs(settings, directory / "people", manifest, options)
        held = _held(settings)
        disk = _disk_bytes(settings)
        digest = _digest(directory / "people")
    seconds = sum(run.seconds for run in runs)
    result = {
        "benchmark": "load",
        **described_run(
            ["python", "-m", "benchmarks", "load", *arguments],
            seed=options.seed,
            dataset_digest=digest,
        ),
        "persons": manifest.persons,
        "database": settings.database_address.split(":")[0].split("+")[0],
        "workers": options.workers,
        "generate_s": generate_s,
        "runs": [asdict(run) for run in runs],
        "seconds": seconds,
        "persons_per_s": manifest.persons / seconds,
        "persons_per_cpu_s": manifest.persons / sum(run.cpu_s for run in runs),
        "peak_private_bytes": max(run.peak_private_bytes for run in runs),
        "disk_bytes": disk,
        **held,
    }
    _say(result)
    write_result(options.json, result)
    is_whole = (
        held["persons_held"] == manifest.persons and held["captures_held"] == held["indexed"]
    )
    return int(not is_whole or result["persons_per_s"] < options.floor)


def _generated(options: argparse.Namespace, target: Path) -> tuple[Manifest, float]:
    began = time.perf_counter()
    population = Population(options.seed)
    write_population(population, target, persons=options.persons, chunk_persons=options.chunk)
    return read_manifest(target), time.perf_counter() - began


def _digest(people: Path) -> str:
    manifest = read_manifest(people)
    return manifest.entry(0, FileKind.TEMPLATES).sha256


def _database(options: argparse.Namespace) -> str:
    """Return the kind of database to run: one whose address is given runs already."""
    return databases.POSTGRESQL if options.postgresql else databases.SQLITE


def _runs(
    settings: Settings, people: Path, manifest: Manifest, options: argparse.Namespace
) -> list[Run]:
    """Run the loader, once until it is killed and once to its end."""
    # The schema first, so that a kill is one of the load.
    with open_store(settings):
        pass
    runs = []
    if options.kill_at:
        killed = int(options.kill_at * manifest.persons)
        runs.append(_loaded(settings, people, options.workers, kill_at=killed))
    return [*runs, _loaded(settings, people, options.workers, kill_at=None)]


def _loaded(settings: Settings, people: Path, workers: int, *, kill_at: int | None) -> Run:
    command = [sys.executable, "-m", "service", "load", str(people), "--json"]
    command += ["--workers", str(workers)]
    environment = {
        **os.environ,
        "IDENTLINK_STORE": str(settings.store),
        "IDENTLINK_DATABASE_URL": settings.database_address,
    }
    began = time.perf_counter()
    with (
        # Waited for by its pid alone, so that no other call collects its exit and usage.
        subprocess.Popen(  # noqa: S603  # our own command
            command, env=environment, stdout=subprocess.DEVNULL
        ) as loader,
        open_store(settings) as services,
    ):
        peak, status, usage = _followed(loader.pid, services, kill_at)
        seconds = time.perf_counter() - began
        loader.returncode = os.waitstatus_to_exitcode(status)
        with services.units.read() as unit:
            persons = unit.people.count()
    if loader.returncode not in (0, -signal.SIGKILL):
        raise SystemExit("The load failed; its own output above says why.")
    return Run(
        persons=persons,
        seconds=seconds,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_private_bytes=peak,
        was_killed=loader.returncode == -signal.SIGKILL,
    )


def _followed(
    pid: int, services: StoreServices, kill_at: int | None
) -> tuple[int, int, resource.struct_rusage]:
    """Watch a process to its end or kill it when due: memory, wait status and usage."""
    peak = 0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, status, usage
        peak = max(peak, sum(map(_anonymous_bytes, family(pid))))
        if kill_at is not None:
            with services.units.read() as unit:
                if unit.people.count() >= kill_at:
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_S)


def _anonymous_bytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^RssAnon:\s+(\d+) kB", text, re.MULTILINE)
    return int(found.group(1)) * _KIB if found else 0


def _held(settings: Settings) -> dict[str, Any]:
    """Return the counts in the database and in the index; both must agree."""
    with open_runtime(settings) as runtime:
        verification = verified(runtime)
        with runtime.services.units.read() as unit:
            return {
                "persons_held": unit.people.count(),
                "captures_held": unit.encounters.count(),
                "events": unit.events.size(),
                "indexed": verification.encounters,
            }


def _disk_bytes(settings: Settings) -> dict[str, int]:
    store = settings.store
    parts = {
        "index": settings.index_directory,
        "keys": settings.keys_directory,
    }
    sizes = {name: _size_of(path) for name, path in parts.items()}
    if settings.database_file.exists():
        sizes["database"] = sum(
            file.stat().st_size for file in store.glob(f"{settings.database_file.name}*")
        )
    return sizes


def _size_of(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def _say(result: dict[str, Any]) -> None:
    for run in result["runs"]:
        end = "killed" if run["was_killed"] else "ended"
        print(f"{end} at {run['persons']:,} people after {run['seconds']:.1f} s")
    print(
        f"{result['persons_per_s']:,.0f} people/s end to end, "
        f"{result['persons_per_cpu_s']:,.0f} per CPU second, "
        f"{result['peak_private_bytes'] / 1e6:.0f} MB peak private memory"
    )
    disk = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in result["disk_bytes"].items())
    print(f"on disk: {disk}; generating took {result['generate_s']:.1f} s")
    print(
        f"stored: {result['persons_held']:,} people, {result['captures_held']:,} captures, "
        f"{result['indexed']:,} indexed and equal to the database"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks load", description=__doc__)
    parser.add_argument("--persons", type=int, default=100_000, help="people to load")
    parser.add_argument("--chunk", type=int, default=10_000, help="people per transaction")
    parser.add_argument(
        "--kill-at",
        type=float,
        default=0.5,
        help="share of people stored when it is killed; 0: no kill",
    )
    parser.add_argument(
        "--floor", type=float, default=FLOOR_PEOPLE_PER_S, help="lowest rate, people/s"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that store (1)")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--database-url", help="database to use instead of SQLite")
    place.add_argument("--postgresql", action="store_true", help="a PostgreSQL of its own")
    parser.add_argument("--directory", type=Path, help="directory for files and store")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser
