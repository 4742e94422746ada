"""Drawn people through the whole service: `python -m benchmarks tenprints`.

`--drawn` people are drawn as images. A NIST file with ten rolled prints is enrolled for each, and
another with ten plain prints is searched with. Then `--marks` marks of nominal quality 60 are
searched with, each of another finger, which the search is not told. The others of `--people` are
simulated extractions (`benchmarks.printing.searching`). `--probes` of them are searched with, by a
second simulated extraction, and `--parts` by the upper part of a finger, as a mark. Searches are
those of `submit`: look-up, evidence, minutiae of the first K people, commit. SQLite, one thread.

These prints are far easier than real ones: the figures show that the chain works and what it
costs.
"""

import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from benchmarks.filling import upgraded
from benchmarks.machine import one_thread_each
from benchmarks.printing.searching import Found, Office, SimulatedPeople
from benchmarks.runner import Benchmark, Options, Result, as_table
from benchmarks.vectors import drawn_skins
from domain.prints.prints import FINGERS, FingerPosition, ImpressionType
from domain.searches.searches import SearchType
from prints.features.tools import feature_tools
from prints.formats import minutiae_192
from service.adapters.surroundings import use_one_thread_each
from service.demo.drawn_people import ENROLLED, SEARCHED, DrawnPeople
from service.settings import Settings, load_settings
from service.usecases.people.print_files import SentFile

_MARK_QUALITY = 60
_TOLD_EVERY = 20
_Made = TypeVar("_Made")


@dataclass(frozen=True, kw_only=True)
class TenprintOptions(Options):
    """The options of `python -m benchmarks tenprints`."""

    people: Annotated[int, "people enrolled"] = 2_000
    drawn: Annotated[int, "of them, drawn as images"] = 200
    marks: Annotated[int, "marks of each drawn person"] = 2
    probes: Annotated[int, "simulated people searched"] = 500
    parts: Annotated[int, "simulated people searched by a part of a finger"] = 0
    pool: Annotated[int, "fingers of simulated people"] = 20_000
    skins: Annotated[int, "drawn fingers they are made of"] = 300
    depth: Annotated[int, "K: people compared by minutiae"] = 50
    minutes: Annotated[float, "after these no further search begins"] = 1e4
    seed: Annotated[int, "seed of the people"] = 4100


def measured(options: TenprintOptions) -> Result:
    """Enrol and search; return a row for each kind of probe."""
    use_one_thread_each()
    with one_thread_each(), tempfile.TemporaryDirectory() as place:
        settings = _settings(Path(place), options.depth)
        found = _measured(settings, options)
    return {
        "people": options.people,
        "drawn": options.drawn,
        "simulated": options.people - options.drawn,
        "fingers_in_simulated_people": min(options.pool, (options.people - options.drawn) * 10),
        "compared_by_minutiae": options.depth,
        "mark_quality": _MARK_QUALITY,
        "extractor": settings.print_extractor,
        "matcher": feature_tools().matcher.label,
        "rows": [{"probes": name, **one.told()} for name, one in found.items() if one.ranks],
    }


def _measured(settings: Settings, options: TenprintOptions) -> dict[str, Found]:
    until = time.monotonic() + options.minutes * 60
    simulated = options.people - options.drawn
    skins = drawn_skins(options.skins, options.seed) if simulated else []
    people = SimulatedPeople(tuple(skins), options.seed, min(options.pool, simulated * 10))
    drawn, found = DrawnPeople(options.seed), {name: Found() for name in _PROBES}
    plain, marks, captures, parts = found.values()
    with upgraded(settings) as runtime:
        office, desk = Office(runtime), runtime.services.prints
        others = _each(
            *("simulated people enrolled", simulated),
            lambda number: office.enrol(people.capture(number, ENROLLED, desk)),
        )
        known = _each(
            *("drawn people enrolled", options.drawn),
            lambda number: office.enrol_file(drawn.ten_prints(number, ENROLLED)),
        )

        def search_drawn(number: int) -> None:
            data = drawn.ten_prints(number, SEARCHED, ImpressionType.PLAIN)
            office.search_file(SentFile(data), ImpressionType.PLAIN, known[number], plain)
            for at in range(options.marks):
                finger = FINGERS[(number * options.marks + at) % len(FINGERS)]
                mark = drawn.mark(number, finger, _MARK_QUALITY)
                sent = SentFile(mark, FingerPosition.UNKNOWN, ImpressionType.LATENT)
                office.search_file(sent, ImpressionType.LATENT, known[number], marks)

        def search_simulated(number: int) -> None:
            capture = people.capture(number, SEARCHED, desk)
            office.search(SearchType.TP_TP, capture, others[number], captures)

        _each("drawn people searched", options.drawn, search_drawn, until)
        probes = min(options.probes, simulated)
        _each("simulated people searched", probes, search_simulated, until)
        for number in range(min(options.parts, simulated)):
            mark = people.mark(number, desk)
            office.search(SearchType.LT_TP, (mark,), others[number], parts)
    return found


_PROBES = (
    "drawn plain, ten fingers",
    "drawn marks, finger unknown",
    "simulated plain, ten fingers",
    "simulated marks",
)


def _each(
    what: str, count: int, work: Callable[[int], _Made], until: float = math.inf
) -> list[_Made]:
    """Do some work for each number until the time is up, and tell the progress."""
    made = []
    for number in range(count):
        if time.monotonic() > until:
            break
        made.append(work(number))
        if (number + 1) % _TOLD_EVERY == 0:
            print(f"{number + 1:,} {what}", flush=True)
    return made


def _settings(store: Path, depth: int) -> Settings:
    return load_settings(
        store=store,
        template_format=minutiae_192.FORMAT.label,
        weighed_candidates=depth,
        weighed_tenprints=depth,
        # On a busy machine a slow reading must not be refused.
        print_seconds=600,
    )


main = Benchmark(
    measure=measured,
    show=as_table("tenprints"),
).main
