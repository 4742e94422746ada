"""Rehearse and count: `python -m benchmarks rehearsals`.

For different distributions of strangers: how often is an unseen person proposed after a gallery
was rehearsed, by law, number of fingers and size? `--fresh` uses five laws that were written after
the rule. `--templates` measures the same for the generator's templates, compared one by one.
`--cost` rehearses people of a store through the service and counts processor time. Nothing in the
product was chosen on any of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from benchmarks.evidencing.auditing import audit_rows
from benchmarks.evidencing.rehearsing import (
    alike_rows,
    mates,
    rule_rows,
    summary,
    template_rows,
    watched_rows,
)
from benchmarks.evidencing.stranger_laws import FRESH, LAWS, StrangerLaw
from benchmarks.filling import enrol_people, upgraded
from benchmarks.machine import clocked
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table
from data.synthetic.population import Population
from service.settings import load_settings
from service.usecases.models.rehearsing import REHEARSER, rehearse

SIZES = (10_000, 1_000_000, 10_000_000, 100_000_000)
_MATES, _MATES_SEED = 2_553, 977


@dataclass(frozen=True, kw_only=True)
class RehearsalOptions(Options):
    """The options of `python -m benchmarks rehearsals`."""

    seed: Annotated[int, "seed of the draws"] = 30
    rehearsals: Annotated[int, "rehearsals of each experience"] = 10_000
    experiences: Annotated[int, "experiences of each row"] = 100
    fresh: Annotated[bool, "the five laws written after the rule"] = False
    law: Annotated[str, "one law by its name", {"choices": [*LAWS, *FRESH]}] = ""
    watch: Annotated[bool, "the watch on second candidates instead"] = False
    audit: Annotated[bool, "the audit of proposals instead"] = False
    templates: Annotated[bool, "templates of the generator instead"] = False
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
        rule_rows(
            _laws(options),
            SIZES,
            options.rehearsals,
            options.experiences,
            mated=mates(_MATES, _MATES_SEED),
            seed=options.seed,
        )
    )
    return {"rows": rows, "summary": summary(rows)}


def on_templates(options: RehearsalOptions) -> Result:
    """Return the rows for galleries of generated people."""
    return {
        "rows": template_rows(options.persons, options.unseen, options.rehearsals, options.seed)
    }


def on_alike(options: RehearsalOptions) -> Result:
    """Return the rows for galleries in which some people are alike with everybody."""
    return {"rows": alike_rows(options.persons, options.unseen, options.rehearsals, options.seed)}


def on_cost(options: RehearsalOptions) -> Result:
    """Enrol people in a store, rehearse some of them, and return the processor time."""
    with ExitStack() as held:
        place = options.store or Path(held.enter_context(TemporaryDirectory()))
        runtime = held.enter_context(upgraded(load_settings(store=place)))
        enrol_people(runtime, Population(options.seed), options.persons)
        services = runtime.services
        rehearse(services, REHEARSER, 32)  # opens what the first search opens
        spent = clocked(lambda: rehearse(services, REHEARSER, options.rehearsed))
        people, searches = spent.value.people, spent.value.searches
        persons = services.gallery.persons
    found = {"persons": persons, "people": people, "searches": searches}
    return {"rows": [found | {"cpu_s": spent.cpu_s, "wall_s": spent.wall_s}]}


_AUDITED = (
    Column("share of searches without a link that propose a stranger", "what"),
    *(Column(name, name, ",") for name in ("streams", "alarms")),
    Column("median delay", "median", ".0f"),
    Column("nine in ten within", "nine_in_ten", ".0f"),
)
_COST = (
    *(Column(name, name, ",") for name in ("persons", "people", "searches")),
    Column("CPU s", "cpu_s", ".1f"),
    Column("s by the clock", "wall_s", ".1f"),
)
_ROWS = (
    *(Column(name, name) for name in ("law", "fingers", "persons", "rehearsals")),
    Column("FPIR, mean", "fpir", ".5f"),
    Column("over .001 of all experiences", "over"),
    Column("exact probability of that", "exact", ".4f"),
    Column("worst", "worst", ".4f"),
    Column("FNIR", "fnir", ".4f"),
)
_TEMPLATES = (
    *(Column(name, name) for name in ("fingers", "persons", "rehearsals", "unseen", "mated")),
    Column("unseen proposed", "proposed", ".4f"),
    Column("FNIR", "fnir", ".4f"),
    Column("Kolmogorov-Smirnov p", "same_law", ".2f"),
)


_EXCESS = (
    Column("excess", "excess"),
    *_TEMPLATES[:-1],
    Column("led by people alike with everybody", "leading", ".4f"),
)


def _shown(result: Result) -> str:
    told = result["summary"]
    return (
        f"{rows_table(_ROWS, result['rows'])}\n\n{told['experiences']:,} experiences: over .001 "
        f"in {told['over_001']:.3f} (of one row at most {told['most_over_of_one_row']:.2f}), "
        f"worst {told['worst']:.4f}, mean {told['mean']:.5f}. Expected by exact computation: "
        f"{told['expected']:.4f}, of one row at most {told['most_expected_of_one_row']:.4f}."
    )


_WATCHED = (
    *(Column(name, name) for name in ("fingers", "streams")),
    Column("alarms at home in 10,000 searches", "alarms"),
    Column("hubs: median delay", "median", ".0f"),
    Column("most", "most"),
)


_LAWS = Benchmark(name="rehearsals", options=RehearsalOptions, measure=measured, show=_shown)
main = replace(
    _LAWS,
    modes={
        "watch": replace(
            _LAWS,
            measure=lambda options: {"rows": list(watched_rows(options.seed))},
            show=lambda result: rows_table(_WATCHED, result["rows"]),
        ),
        "audit": replace(
            _LAWS,
            measure=lambda options: {"rows": list(audit_rows(options.seed))},
            show=lambda result: rows_table(_AUDITED, result["rows"]),
        ),
        "cost": replace(
            _LAWS,
            measure=on_cost,
            show=lambda result: rows_table(_COST, result["rows"]),
            has_one_thread=True,
        ),
        "templates": replace(
            _LAWS,
            measure=on_templates,
            show=lambda result: rows_table(_TEMPLATES, result["rows"]),
        ),
        "alike": replace(
            _LAWS, measure=on_alike, show=lambda result: rows_table(_EXCESS, result["rows"])
        ),
    },
).main
