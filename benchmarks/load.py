"""People loaded from files into database and index, end to end: `python -m benchmarks load`.

Generates a population, runs `identlink load` as a separate process, kills it with SIGKILL once a
given share of people is stored (`--kill-at`), and runs it again to the end. Rates count the time
of both runs, including start-up. Afterwards every person must be present once in the database and
once in the index, and both must be equal. Everything is deleted at the end. `--workers` is passed
to the command; more than one worker needs PostgreSQL (`--postgresql` starts a separate server).
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from benchmarks.machine import anonymous_bytes
from benchmarks.runner import Benchmark, Options, Result, rows_table
from benchmarks.serving.server import POSTGRESQL, SQLITE, environment_of, family, opened_database
from data.synthetic.files import FileKind, Manifest, read_manifest
from data.synthetic.population import Population
from data.synthetic.writing import write_population
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.cli.index import verified
from service.settings import Settings, load_settings
from service.usecases.services import StoreServices

FLOOR_PEOPLE_PER_S = 2_000
_LOOK_S = 0.1


@dataclass(frozen=True, kw_only=True)
class LoadOptions(Options):
    """The options of `python -m benchmarks load`."""

    persons: Annotated[int, "people to load"] = 100_000
    chunk: Annotated[int, "people per transaction"] = 10_000
    kill_at: Annotated[float, "share of people stored when it is killed; 0: no kill"] = 0.5
    floor: Annotated[float, "lowest rate, people/s"] = FLOOR_PEOPLE_PER_S
    workers: Annotated[int, "processes that store"] = 1
    database_url: Annotated[
        str | None, "database to use instead of SQLite", {"instead_of": "database"}
    ] = None
    postgresql: Annotated[bool, "a PostgreSQL of its own", {"instead_of": "database"}] = False
    directory: Annotated[Path | None, "directory for files and store"] = None
    seed: Annotated[int, "seed of the people"] = 0


def measured(options: LoadOptions) -> Result:
    """Load people, with a kill if requested; return rates, sizes and what is stored."""
    kind = POSTGRESQL if options.postgresql else SQLITE
    with (
        tempfile.TemporaryDirectory(dir=options.directory) as made,
        opened_database(kind, Path(made) / "database") as address,
    ):
        people = Path(made) / "people"
        write_population(
            Population(options.seed), people, persons=options.persons, chunk_persons=options.chunk
        )
        manifest = read_manifest(people)
        url = options.database_url or address
        settings = load_settings(store=Path(made) / "store", database_url=url)
        runs = _runs(settings, people, manifest, options)
        held = _held(settings)
        disk = _disk_bytes(settings)
    seconds = sum(run["seconds"] for run in runs)
    return {
        "dataset_digest": manifest.entry(0, FileKind.TEMPLATES).sha256,
        "persons": manifest.persons,
        "database": settings.database_address.split(":")[0].split("+")[0],
        "workers": options.workers,
        "runs": runs,
        "seconds": seconds,
        "persons_per_s": manifest.persons / seconds,
        "persons_per_cpu_s": manifest.persons / sum(run["cpu_s"] for run in runs),
        "peak_private_bytes": max(run["peak_private_bytes"] for run in runs),
        "disk_bytes": disk,
        **held,
    }


def _is_whole(result: Result) -> bool:
    """Whether everybody is stored and indexed, and the rate is not below the floor."""
    return bool(
        result["persons_held"] == result["persons"]
        and result["captures_held"] == result["indexed"]
        and result["persons_per_s"] >= result["options"]["floor"]
    )


def _runs(
    settings: Settings, people: Path, manifest: Manifest, options: LoadOptions
) -> list[Result]:
    """Run the loader until it is killed, then again to its end."""
    # The schema is built first, so that the kill happens during the load.
    with open_store(settings):
        pass
    runs = []
    if options.kill_at:
        killed = int(options.kill_at * manifest.persons)
        runs.append(_loaded(settings, people, options.workers, kill_at=killed))
    return [*runs, _loaded(settings, people, options.workers, kill_at=None)]


def _loaded(settings: Settings, people: Path, workers: int, *, kill_at: int | None) -> Result:
    """Return the figures of one run of the loader.

    `persons`: those stored at its end, including those of earlier runs. `peak_private_bytes`:
    anonymous memory of the process and its workers at most, sampled ten times a second.
    """
    command = [sys.executable, "-m", "service", "load", str(people), "--json"]
    command += ["--workers", str(workers)]
    environment = environment_of(settings.store, settings.database_address)
    began = time.perf_counter()
    with (
        # Waited for only by its pid, so that no other call collects its exit status and usage.
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
    return {
        "persons": persons,
        "seconds": seconds,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_private_bytes": peak,
        "was_killed": loader.returncode == -signal.SIGKILL,
    }


def _followed(
    pid: int, services: StoreServices, kill_at: int | None
) -> tuple[int, int, resource.struct_rusage]:
    """Follow a process to its end, or kill it when due; return memory, wait status and usage."""
    peak = 0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return peak, status, usage
        peak = max(peak, sum(map(anonymous_bytes, family(pid))))
        if kill_at is not None:
            with services.units.read() as unit:
                if unit.people.count() >= kill_at:
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_LOOK_S)


def _held(settings: Settings) -> dict[str, Any]:
    """Return the counts in the database and in the index. Both must agree."""
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
    files = {
        "index": settings.index_directory.rglob("*"),
        "keys": settings.keys_directory.rglob("*"),
    }
    if settings.database_file.exists():
        files["database"] = settings.store.glob(f"{settings.database_file.name}*")
    return {
        name: sum(file.stat().st_size for file in found if file.is_file())
        for name, found in files.items()
    }


def load_table(result: Result) -> str:
    """Return a row for each run of the loader, and the totals."""
    ends = ("killed" if run["was_killed"] else "ended" for run in result["runs"])
    runs = rows_table(
        "load", [run | {"end": end} for run, end in zip(result["runs"], ends, strict=True)]
    )
    disk = ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in result["disk_bytes"].items())
    workers = result.get("workers", 1)
    by = f"{result['database']}, {workers} workers" if workers > 1 else result["database"]
    whole = (
        f"{result['persons_per_s']:,.0f} people a second end to end,"
        f" {result['persons_per_cpu_s']:,.0f} a CPU second ({by})."
        f" Held: {result['persons_held']:,} people, {result['captures_held']:,} captures,"
        f" {result['indexed']:,} of them indexed and equal to the database. On disk: {disk}."
    )
    return f"{runs}\n\n{whole}"


main = Benchmark(measure=measured, show=load_table, is_met=_is_whole).main
