"""Rehearse and count: `python -m benchmarks rehearsals`.

For different distributions of strangers: how often is an unseen person proposed after a gallery
was rehearsed, by law, number of fingers and size? `--fresh` uses five laws that were written after
the rule. `--templates` measures the same for the generator's templates, compared one by one.
Nothing in the product was chosen on either.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from benchmarks.evidencing.rehearsing import (
    alike_rows,
    mates,
    rule_rows,
    summary,
    template_rows,
    watched_rows,
)
from benchmarks.evidencing.stranger_laws import FRESH, LAWS
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table

SIZES = (10_000, 1_000_000, 10_000_000, 100_000_000)
_MATES, _MATES_SEED = 2_553, 977


@dataclass(frozen=True, kw_only=True)
class RehearsalOptions(Options):
    """The options of `python -m benchmarks rehearsals`."""

    seed: Annotated[int, "seed of the draws"] = 30
    rehearsals: Annotated[int, "rehearsals of each experience"] = 10_000
    experiences: Annotated[int, "experiences of each row"] = 100
    fresh: Annotated[bool, "the five laws written after the rule"] = False
    watch: Annotated[bool, "the watch on second candidates instead"] = False
    templates: Annotated[bool, "templates of the generator instead"] = False
    alike: Annotated[bool, "templates, some alike with everybody, instead"] = False
    persons: Annotated[int, "people in the gallery for --templates, --alike"] = 100_000
    unseen: Annotated[int, "people not on record for --templates, --alike"] = 5_000


def measured(options: RehearsalOptions) -> Result:
    """Return the rows of all laws, and how many experiences exceeded the target."""
    rows = list(
        rule_rows(
            FRESH if options.fresh else LAWS,
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


_ROWS = (
    *(Column(name, name) for name in ("law", "fingers", "persons", "rehearsals")),
    Column("FPIR, mean", "fpir", ".5f"),
    Column("over .001 of all experiences", "over"),
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
        f"worst {told['worst']:.4f}, mean {told['mean']:.5f}."
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
