"""How well a model finds people: measured on generated people, stated on its card, and checked."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from data.synthetic.population import Population
from domain.errors import ModelError
from matching.evaluation import observe
from matching.model_files import CARD, read_card, read_model
from matching.own.model_card import figures, generated_card, kept
from matching.own.own_fit import check_card, most_people
from matching.scorer import MODELS, load_scorer
from service.cli.context import AnswerCall
from service.cli.training.training_data import TrainingSize, calibration_trials
from service.provenance.durable_files import write_whole

Parts = dict[str, Any]

DirectoryOption = Annotated[
    Path | None,
    typer.Option(help="Directory of the model; the shipped model by default."),
]


def evaluate(
    call: AnswerCall,
    directory: DirectoryOption = None,
    persons: Annotated[
        int, typer.Option(min=300, help="Number of people in the gallery.")
    ] = 3_000,
    seed: Annotated[
        int, typer.Option(help="Seed of the people; use a seed that training did not use.")
    ] = 11,
    *,
    is_kept: Annotated[
        bool, typer.Option("--card", help="Keep the figures as the card of the model.")
    ] = False,
) -> None:
    """Measure a model on new people (full report: `python -m benchmarks evidence`)."""
    place = directory or MODELS
    rows = figures(_searched(place, persons, seed))
    if is_kept:
        _keep(place, generated_card(read_model(place), (persons, seed), rows, most_people(place)))
    call.say("\n".join(map(_line, rows)), {"rows": rows})


def card(
    call: AnswerCall,
    directory: Annotated[
        Path, typer.Argument(help="Directory of the model; the shipped model by default.")
    ] = MODELS,
    is_check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Compute every figure again: from the kept sample, or with generated people.",
        ),
    ] = False,
) -> None:
    """Show the card of a model: its data, figures, range and limits."""
    found = read_card(directory)
    if not is_check:
        call.say("\n".join(_card_lines(found)), found)
        return
    measured = found.get("measured")
    again = _searched(directory, measured["people"], measured["seed"]) if measured else None
    searches, wrong = check_card(directory, again)
    if wrong:
        raise ModelError("The card does not follow from its sample. " + " ".join(wrong))
    rows, source = len(found["figures"]), "made again" if measured else "kept with the model"
    call.say(
        f"All {rows} rows of figures follow from the {searches:,} searches {source}.",
        {"rows": rows, "searches": searches},
    )


def _searched(directory: Path, people: int, seed: int) -> list[Parts]:
    """Return searches of generated people, as a card keeps them."""
    scorer, third = load_scorer(directory), people // 3
    size = TrainingSize(
        gallery_people=people,
        mated_trials=third,
        nonmated_trials=people // 2,
        candidates=min(100, third),
    )
    return [
        kept(one, {"all": np.ones(len(one.numbers), dtype=np.bool_)}, len(trials.gallery))
        for trials in calibration_trials(Population(seed), size)
        for one in observe(scorer, trials)
    ]


def _keep(directory: Path, made: Parts) -> None:
    """Write a card beside a model that was fitted without one; its digest stays."""
    file = directory / f"{CARD}.json"
    if file.exists() and "measured" not in read_card(directory):
        raise ModelError("This model already has a card from when it was fitted: use that card.")
    write_whole(file, (json.dumps(made, indent=1) + "\n").encode())


def _card_lines(found: Parts) -> Iterator[str]:
    yield from _generated_lines(found) if "measured" in found else _data_lines(found)
    yield (
        "Evidence is limited by the model's own counts among at most"
        f" {found['valid']['most_people']:,} people; a rehearsed gallery of any size has its"
        " own error rate."
    )
    yield from map(_line, found["figures"])
    yield from (f"Not to be used: {sentence}" for sentence in found["must_not"])


def _generated_lines(found: Parts) -> Sequence[str]:
    people, seed = found["measured"]["people"], found["measured"]["seed"]
    return (
        f"Model {found['name']}, fitted on generated people.",
        f"Measured with other generated people: {people:,} in the gallery, seed {seed}.",
    )


def _data_lines(found: Parts) -> Iterator[str]:
    counts = ", ".join(f"{value:,} {name}" for name, value in found["counts"].items())
    yield f"Model {found['name']}, fitted on data of {' to '.join(found['collected'])}."
    yield f"Data: {counts}."
    yield "Laws: " + ", ".join(f"{law} ({count:,})" for law, count in found["laws"].items()) + "."
    fitted = found["fitted"]
    pairings = "; ".join(fitted["prints"]) or "none"
    yield f"Fitted: details {'yes' if fitted['details'] else 'no'}; prints {pairings}."
    yield f"Taken over from the base model: {', '.join(fitted['taken_over'])}."
    yield from (f"Selection: {effect}" for effect in found["selection_effects"])


def _line(row: Parts) -> str:
    rates = "".join(f" FNIR at FPIR {rate} {_told(one)}," for rate, one in row["fnir"].items())
    among = f" among {row['gallery']:,} people" if "gallery" in row else ""
    return (
        f"{row['search']}, {row['evidence']}, {row['stratum']}:{rates or ' no rate resolved,'}"
        f" {row['mated']:,} mated, {row['nonmated']:,} others{among},"
        f" rank 1 {_told(row['rank_1'])}, Cllr {_told(row['cllr'])},"
        f" of it calibration {_told(row['cllr_cal'])}"
    )


def _told(figure: Sequence[float]) -> str:
    value, low, high = figure
    return f"{value:.4f} ({low:.4f}-{high:.4f})"
