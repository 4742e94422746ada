"""Rehearse and count: `python -m benchmarks rehearsals`.

For different distributions of strangers: how often is an unseen person proposed after a gallery
was rehearsed, by law, number of fingers and size? `--fresh` uses five laws that were written after
the rule. `--templates` measures the same for the generator's templates, compared one by one.
`--cost` rehearses people of a store through the service and counts processor time. Nothing in the
product was chosen on any of these.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import Annotated

from rich.console import Console

from benchmarks.evidencing import rehearsing
from benchmarks.evidencing.auditing import audit_rows, earlier_rows, watched_rows
from benchmarks.evidencing.stranger_laws import FRESH, LAWS, StrangerLaw
from benchmarks.filling import enrol_people, upgraded
from benchmarks.machine import Watch, folder_of
from benchmarks.runner import Benchmark, Options, Result, as_table, rows_table
from data.synthetic.population import Population
from service.cli.enrolling import progress_of
from service.settings import load_settings
from service.usecases.models.rehearsing import (
    ENDS,
    LOOKED_UP_TOGETHER,
    REHEARSER,
    met_at,
    rehearse,
    spread_row,
)
from service.usecases.services import Services

SIZES = (10_000, 1_000_000, 10_000_000, 100_000_000)
_MATES, _MATES_SEED = 2_553, 977


@dataclass(frozen=True, kw_only=True)
class RehearsalOptions(Options):
    """The options of `python -m benchmarks rehearsals`."""

    seed: Annotated[int, "seed of the draws"] = 30
    rehearsals: Annotated[int, "rehearsals of each experience"] = 10_000
    experiences: Annotated[int, "experiences of each row"] = 100
    fresh: Annotated[bool, "the five laws written last"] = False
    law: Annotated[str, "one law by its name", {"choices": [*LAWS, *FRESH]}] = ""
    watch: Annotated[bool, "the watch on second candidates instead"] = False
    audit: Annotated[bool, "the audit of proposals instead"] = False
    templates: Annotated[bool, "templates of the generator instead"] = False
    earlier: Annotated[bool, "misses by the rule before rehearsals as well, instead"] = False
    cost: Annotated[bool, "processor time of rehearsals in a store of --persons, instead"] = False
    rehearsed: Annotated[int, "people rehearsed for --cost"] = 3_000
    store: Annotated[Path | None, "directory of the store for --cost, kept and used again"] = None
    alike: Annotated[bool, "templates, some alike with everybody, instead"] = False
    persons: Annotated[int, "people in the gallery for --templates, --alike, --cost"] = 100_000
    unseen: Annotated[int, "people not on record for --templates, --alike"] = 5_000


def _laws(options: RehearsalOptions) -> Mapping[str, StrangerLaw]:
    if options.law:
        return {options.law: {**LAWS, **FRESH}[options.law]}
    return FRESH if options.fresh else LAWS


def measured(options: RehearsalOptions) -> Result:
    """Return the rows of all laws, and how many experiences exceeded the target."""
    rows = list(
        rehearsing.rule_rows(
            _laws(options),
            SIZES,
            options.rehearsals,
            options.experiences,
            mated=rehearsing.mates(_MATES, _MATES_SEED),
            seed=options.seed,
        )
    )
    return {"rows": rows, "summary": rehearsing.summary(rows)}


def on_cost(options: RehearsalOptions) -> Result:
    """Enrol people, make trial searches with some; return processor time by number of fingers."""
    with (
        folder_of(options.store) as place,
        upgraded(load_settings(store=place)) as runtime,
    ):
        told = Console(stderr=True)
        with progress_of("People enrolled", options.persons, told) as advance:
            enrol_people(runtime, Population(options.seed), options.persons, advance)
        rehearse(runtime.services, REHEARSER, 32)  # opens what the first search opens
        total = options.rehearsed * len(ENDS)
        with progress_of("Searches", total, told) as advance:
            spent = _spent(runtime.services, options.rehearsed, advance)
        persons = runtime.services.gallery.persons
    rows = [
        {"persons": persons, "what": what, "cpu_s": one.cpu_s, "wall_s": one.wall_s}
        for what, one in spent.items()
    ]
    return {"rows": rows}


def _spent(services: Services, people: int, advance: Callable[[int], None]) -> dict[str, Watch]:
    """Return the time to read captures and to search with each number of fingers."""
    spent: dict[str, Watch] = defaultdict(Watch)
    places, persons = count(), services.gallery.persons
    rows = (row for place in places if (row := spread_row(place, persons)) is not None)
    for at in range(0, people, LOOKED_UP_TOGETHER):
        some = list(islice(rows, min(LOOKED_UP_TOGETHER, people - at)))
        with spent["captures read"], services.units.read() as unit:
            newest = unit.rehearsals.newest_captures(some)
            held = unit.encounters.templates(list(newest.values()))
        for end in ENDS:
            with spent["one finger" if end[1] == 1 else f"{end[1]} fingers"]:
                found = list(met_at(services, held, end))
            advance(len(found))
    return spent


def _shown(result: Result) -> str:
    told = result["summary"]
    return (
        f"{rows_table('rehearsals', result['rows'])}\n\n"
        f"{told['experiences']:,} experiences: over .001 in {told['over_001']:.3f} (of one row at "
        f"most {told['most_over_of_one_row']:.2f}), worst {told['worst']:.4f}, mean "
        f"{told['mean']:.5f}. Expected by exact computation: {told['expected']:.4f}, of one row "
        f"at most {told['most_expected_of_one_row']:.4f}."
    )


_LAWS = Benchmark(measure=measured, show=_shown)


def _mode(
    table: str, rows: Callable[[RehearsalOptions], Iterable[Result]]
) -> Benchmark[RehearsalOptions]:
    return replace(
        _LAWS,
        measure=lambda options: {"rows": list(rows(options))},
        show=as_table(f"rehearsals {table}"),
    )


def _people(options: RehearsalOptions) -> tuple[int, int, int, int]:
    return options.persons, options.unseen, options.rehearsals, options.seed


main = replace(
    _LAWS,
    modes={
        "watch": _mode("watched", lambda options: watched_rows(options.seed)),
        "audit": _mode("audited", lambda options: audit_rows(options.seed)),
        # Measured in a process of its own, which takes a function by its name.
        "cost": replace(
            _LAWS, measure=on_cost, show=as_table("rehearsals cost"), has_one_thread=True
        ),
        "earlier": _mode(
            "earlier",
            lambda options: earlier_rows(
                _MATES, _MATES_SEED, options.rehearsals, options.experiences, options.seed
            ),
        ),
        "templates": _mode(
            "on templates", lambda options: rehearsing.template_rows(*_people(options))
        ),
        "alike": _mode("alike", lambda options: rehearsing.alike_rows(*_people(options))),
    },
).main
