"""Drawn people through the whole service: `python -m benchmarks tenprints`.

`--drawn` people are drawn: a NIST file with ten rolled prints is enrolled, another with ten plain
prints is searched with, and then `--marks` marks of nominal quality 60, each of another finger,
which the search is not told. The others of `--people` are simulated extractions
(`benchmarks.printing.simulated`); `--probes` of them are searched with, by a second simulated
extraction. Searches are those of `submit`: look-up, evidence, minutiae of the first K people,
commit. SQLite, one thread.

Far easier than real prints: the figures show that the chain works, and what it costs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import described_run, one_thread_each, write_result
from benchmarks.markdown import table
from benchmarks.printing.searching import Found, Office
from benchmarks.printing.simulated import SimulatedPeople
from benchmarks.vectors import drawn_skins
from domain.ids import EncounterId
from domain.prints import FINGERS, ImpressionType
from prints.features.tools import feature_tools
from prints.formats import minutiae_192
from service.adapters.library_threads import use_one_thread_each
from service.bootstrap import open_database, open_runtime
from service.demo.drawn_people import ENROLLED, SEARCHED, DrawnPeople
from service.settings import Settings, load_settings

_MARK_QUALITY = 60
_TOLD_EVERY = 20


def main(arguments: Sequence[str]) -> int:
    """Enrol, search and print; returns the exit code."""
    options = _parser().parse_args(arguments)
    use_one_thread_each()
    with one_thread_each(), tempfile.TemporaryDirectory() as place:
        settings = _settings(Path(place), options.depth)
        found = _measured(settings, options)
    command = ["python", "-m", "benchmarks", "tenprints", *arguments]
    rows = [{"probes": name, **one.told()} for name, one in found.items() if one.ranks]
    result = {
        "benchmark": "tenprints",
        **described_run(command, seed=options.seed, dataset_digest=""),
        "people": options.people,
        "drawn": options.drawn,
        "simulated": options.people - options.drawn,
        "fingers_in_simulated_people": min(options.pool, (options.people - options.drawn) * 10),
        "compared_by_minutiae": options.depth,
        "mark_quality": _MARK_QUALITY,
        "extractor": settings.print_extractor,
        "matcher": feature_tools().matcher.label,
        "rows": rows,
    }
    _say(rows)
    write_result(options.json, result)
    return 0


def _measured(settings: Settings, options: argparse.Namespace) -> dict[str, Found]:
    until = time.monotonic() + options.minutes * 60
    simulated = options.people - options.drawn
    skins = drawn_skins(options.skins, options.seed) if simulated else []
    people = SimulatedPeople(tuple(skins), options.seed, min(options.pool, simulated * 10))
    database = open_database(settings)
    database.upgrade()
    database.close()
    with open_runtime(settings) as runtime:
        office = Office(runtime)
        others = _enrol_simulated(office, people, simulated)
        drawn = DrawnPeople(options.seed)
        known = _enrol_drawn(office, drawn, options.drawn)
        found = _search_drawn(office, drawn, known, options.marks, until)
        found["simulated plain, ten fingers"] = simulated_found = Found()
        desk = runtime.services.prints
        for number in range(min(options.probes, simulated)):
            if time.monotonic() > until:
                break
            capture = people.capture(number, SEARCHED, desk)
            office.search_capture(capture, others[number], simulated_found)
            _tell("simulated people searched", number)
    return found


def _enrol_simulated(office: Office, people: SimulatedPeople, count: int) -> list[EncounterId]:
    made = []
    for number in range(count):
        made.append(office.enrol(people.capture(number, ENROLLED, office.runtime.services.prints)))
        _tell("simulated people enrolled", number)
    return made


def _enrol_drawn(office: Office, people: DrawnPeople, count: int) -> list[EncounterId]:
    made = []
    for number in range(count):
        made.append(office.enrol_file(people.ten_prints(number, ENROLLED)))
        _tell("drawn people enrolled", number)
    return made


def _search_drawn(
    office: Office,
    people: DrawnPeople,
    known: Sequence[EncounterId],
    marks_each: int,
    until: float,
) -> dict[str, Found]:
    plain, marks = Found(), Found()
    for number, true in enumerate(known):
        if time.monotonic() > until:
            break
        data = people.ten_prints(number, SEARCHED, ImpressionType.PLAIN)
        office.search_tenprint(data, true, plain)
        for at in range(marks_each):
            finger = FINGERS[(number * marks_each + at) % len(FINGERS)]
            office.search_mark(people.mark(number, finger, _MARK_QUALITY), true, marks)
        _tell("drawn people searched", number)
    return {"drawn plain, ten fingers": plain, "drawn marks, finger unknown": marks}


def _tell(what: str, number: int) -> None:
    if (number + 1) % _TOLD_EVERY == 0:
        print(f"{number + 1:,} {what}", flush=True)


def _settings(store: Path, depth: int) -> Settings:
    return load_settings(
        store=store,
        template_format=minutiae_192.FORMAT.label,
        weighed_candidates=depth,
        weighed_tenprints=depth,
        # A busy machine must not turn a slow reading into a refusal.
        print_seconds=600,
    )


def _say(rows: Sequence[dict[str, Any]]) -> None:
    columns = ("searches", "unread", "not_first", "rank1", "listed")
    lines = [
        [
            row["probes"],
            *(f"{row[name]:.4g}" for name in columns),
            *(f"{row[name].get('mean', 0):.0f}" for name in ("search_cpu_ms", "reading_cpu_ms")),
            f"{row['search_cpu_ms']['p95']:.0f}",
        ]
        for row in rows
    ]
    print(table(["probes", *columns, "search ms", "reading ms", "search p95 ms"], lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks tenprints", description=__doc__)
    parser.add_argument("--people", type=int, default=2000, help="people enrolled (2000)")
    parser.add_argument("--drawn", type=int, default=200, help="of them, drawn as images (200)")
    parser.add_argument("--marks", type=int, default=2, help="marks of each drawn person (2)")
    parser.add_argument("--probes", type=int, default=500, help="simulated people searched (500)")
    parser.add_argument("--pool", type=int, default=20_000, help="fingers of simulated people")
    parser.add_argument("--skins", type=int, default=300, help="drawn fingers they are made of")
    parser.add_argument("--depth", type=int, default=50, help="K: people compared by minutiae")
    parser.add_argument(
        "--minutes", type=float, default=1e4, help="after these no further search begins"
    )
    parser.add_argument("--seed", type=int, default=4100)
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser
