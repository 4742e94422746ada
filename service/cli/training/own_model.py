"""A model fitted on a bureau's own labelled pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matching.own.own_data import OwnData, own_data
from matching.own.own_fit import OwnPlan, train_own
from matching.own.own_parameters import LEAST_HOME
from matching.scorer import load_scorer
from matching.watch.home import home_law, read_home, write_home
from matching.watch.measures import LEAST_PEOPLE
from service.bootstrap import open_store, print_format
from service.cli.context import CONSOLE
from service.cli.training.own_files import read_pairs
from service.cli.training.own_trials import own_inputs, own_observations
from service.settings import Settings
from service.usecases.models.choosing import note_fit
from service.usecases.models.decided_pairs import DecidedPairs, decided_pairs


class Part(StrEnum):
    """A part of a model that can be taken over."""

    PRINTS = "prints"
    DETAILS = "details"


FilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        help="File of labelled pairs, a JSON object a line; repeat.",
        exists=True,
        dir_okay=False,
    ),
]
CasesOption = Annotated[
    bool,
    typer.Option(
        "--from-cases", help="Also the store's decided cases, as their seals label them."
    ),
]
BaseOption = Annotated[
    Path | None,
    typer.Option("--base", help="Model that what is not fitted comes from; else the shipped one."),
]
TakeOverOption = Annotated[
    list[Part] | None,
    typer.Option("--take-over", help="A part to take over from the base as it is."),
]
NameOption = Annotated[str, typer.Option("--name", help="Name of the new model.")]


@dataclass(frozen=True, slots=True)
class OwnSource:
    """Where labelled pairs come from."""

    files: tuple[Path, ...]
    from_cases: bool


def train_on_own(settings: Settings, source: OwnSource, plan: OwnPlan, directory: Path) -> str:
    """Fit a model on own data, write it with its card, and return its digest.

    That decided cases were read is put on record. Raises InvalidInputError, ModelError.
    """
    fmt = print_format(settings)
    decided = DecidedPairs((), 0, ())
    if source.from_cases:
        with open_store(settings) as services:
            decided = decided_pairs(services, CONSOLE)
    data = own_data([*read_pairs(source.files, fmt), *decided.pairs], decided.effects)
    typer.echo(f"{len(data.pairs):,} pairs of {len(data.people):,} people; fitting ...", err=True)
    digest = train_own(own_inputs(data, fmt.template.dimension), plan, directory)
    if source.from_cases:
        with open_store(settings) as services:
            note_fit(services, CONSOLE, digest, cases=decided.cases, pairs=len(decided.pairs))
    _write_home(data, plan, directory, fmt.template.dimension)
    return digest


def _write_home(data: OwnData, plan: OwnPlan, directory: Path, dimension: int) -> None:
    """Write the home law of a new model: its own, or that of the base with its prints."""
    digest = load_scorer(directory).digest
    if "prints" in plan.taken_over:
        base = read_home(plan.base, load_scorer(plan.base).digest)
        if base is not None:
            write_home(directory, replace(base, model_digest=digest))
        return
    found = own_observations(data, dimension)
    if len(found) < LEAST_HOME:
        typer.echo(
            f"No home law, so searches will not be watched: {len(found)} searches of people held"
            f" apart against {LEAST_PEOPLE} others; {LEAST_HOME} are needed.",
            err=True,
        )
        return
    write_home(directory, home_law(digest, found))
