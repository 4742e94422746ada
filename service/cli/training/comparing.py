"""Compares models on stored searches, and chooses a model."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from domain.errors import ConflictError
from matching.scorer import Scorer, load_scorer
from service.bootstrap.desks import open_models
from service.bootstrap.runtime import model_in_force
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call
from service.settings import Settings
from service.usecases.models.comparing import Difference, choose_model, compare_models

IN_FORCE = "in-force"

_ModelArgument = Annotated[
    str, typer.Argument(help=f"Directory of a model, digest of a stored model, or `{IN_FORCE}`.")
]
_SearchesOption = Annotated[
    int,
    typer.Option(
        "--searches", min=1, max=100_000, help="How many of the newest searches to compare."
    ),
]


def compare(
    call: Call, one: _ModelArgument, other: _ModelArgument, *, searches: _SearchesOption = 500
) -> None:
    """Compute stored searches with two models, and show the differences; changes nothing."""
    settings = call.existing()
    scorers = _scorer_at(settings, one), _scorer_at(settings, other)
    with open_store(settings) as services:
        found = compare_models(services, CONSOLE, scorers, limit=searches)
    call.say(_words(found), asdict(found))


def choose(call: Call, model: _ModelArgument, *, searches: _SearchesOption = 500) -> None:
    """Choose the model that the service uses from its next start; the choice is recorded.

    The differences on stored searches are shown, and recorded with the choice.
    """
    settings = call.existing()
    if settings.model_directory is not None:
        raise ConflictError(
            "IDENTLINK_MODEL_DIRECTORY sets the model: unset it, then choose one here."
        )
    directory = _directory_of(settings, model)
    scorers = load_scorer(model_in_force(settings)), load_scorer(directory)
    with open_store(settings) as services:
        found = compare_models(services, CONSOLE, scorers, limit=searches)
        open_models(settings).keep(scorers[1], directory)
        choice = choose_model(services, CONSOLE, found)
    sentence = f"{_words(found)}\nModel {choice.model_digest[:12]} is used from the next start."
    call.say(sentence, {"number": choice.number, **asdict(found)})


def _scorer_at(settings: Settings, named: str) -> Scorer:
    return load_scorer(_directory_of(settings, named))


def _directory_of(settings: Settings, named: str) -> Path:
    if named == IN_FORCE:
        return model_in_force(settings)
    kept = settings.model_shelf / named
    return kept if len(named) == 64 and kept.is_dir() else Path(named)


def _words(found: Difference) -> str:
    lines = [
        f"{found.searches} searches computed with {found.one[:12]} and {found.other[:12]};"
        f" {found.left_out} left out (erased, without candidates, or by names).",
        f"{found.changed} would change: {found.leaders} would have another first candidate.",
        f"Candidates: {found.proposed} newly proposed, {found.no_longer} no longer proposed.",
    ]
    lines += [f"  {one} -> {other}: {count}" for one, other, count in found.bands]
    median, high, most = found.moved_bits
    lines.append(
        f"Totals change by {median:.1f} bits (median), {high:.1f} (95 %), {most:.1f} (most)."
    )
    return "\n".join(lines)
