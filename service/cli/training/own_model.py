"""Fits a model on an office's own labelled pairs, from files with one JSON object per line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer
from pydantic import Field, StringConstraints, ValidationError

from data.synthetic.blocks import impressions_of
from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.errors import InvalidInputError, LinkingError
from domain.people.people import Details
from domain.prints.prints import ImpressionType
from matching.own.own_data import LEAST_HOME, LabelledPair, OwnData, Side, own_data
from matching.own.own_fit import OwnPlan, train_own
from matching.scorer import load_scorer
from matching.watch.home import LEAST_PEOPLE, home_law, read_home, write_home
from prints.print_format import PrintFormat
from service.api.base import Body
from service.api.people.captures import Impressions, read_impressions
from service.api.people.records_schemas import DetailsBody
from service.api.people.travelling import encode_impression
from service.bootstrap.stores import open_store, print_format
from service.cli.context import CONSOLE
from service.cli.training.own_trials import own_inputs, own_observations
from service.settings import Settings
from service.usecases.models.comparing import note_fit
from service.usecases.models.decided_pairs import DecidedPairs, decided_pairs

_Pseudonym = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class SideBody(Body):
    """One of the two captures in a pair."""

    person: _Pseudonym
    details: DetailsBody = DetailsBody()
    impressions: Impressions = ()


class PairBody(Body):
    """One line of a file: two captures, and whether both are from the same person."""

    label: Literal["mated", "non-mated"]
    collected: Annotated[str, StringConstraints(pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$")] = Field(
        description="Year and month in which the later capture was made."
    )
    law: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="The equipment or office whose prints may have their own distribution."
    )
    first: SideBody = Field(description="The capture that was used as the probe.")
    second: SideBody = Field(description="The capture on record.")


def read_pairs(files: Sequence[Path], fmt: PrintFormat) -> Iterator[LabelledPair]:
    """Yield the pairs in files; raises InvalidInputError, which names only file and line."""
    for number, path in enumerate(files, 1):
        with path.open("rb") as lines:
            for line, content in enumerate(lines, 1):
                if content.strip():
                    yield _pair(content, f"File {number}, line {line}", fmt)


def _pair(content: bytes, place: str, fmt: PrintFormat) -> LabelledPair:
    try:
        body = PairBody.model_validate_json(content)
        first, second = _read_side(body.first, fmt), _read_side(body.second, fmt)
    except ValidationError as error:
        where = sorted({"/" + "/".join(map(str, fault["loc"])) for fault in error.errors()})
        raise InvalidInputError(
            f"{place} is not a labelled pair: check {', '.join(where)}."
        ) from None
    except LinkingError as error:
        raise InvalidInputError(f"{place}: {error}") from None
    return LabelledPair(body.label == "mated", body.collected, body.law, "file", first, second)


def _read_side(body: SideBody, fmt: PrintFormat) -> Side:
    return Side(body.person, body.details.to_domain(), read_impressions(body.impressions, fmt))


_SEED = 730451009
_MONTHS = 24


def example(
    file: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    people: Annotated[int, typer.Option(min=2, help="Number of people.")] = 3_400,
    with_prints: Annotated[int, typer.Option(min=0, help="Number of people with prints.")] = 900,
    seed: Annotated[int, typer.Option(help="Seed of the people.")] = _SEED,
) -> None:
    """Write labelled pairs of generated people: mated, and non-mated between neighbours."""
    with file.open("w") as lines:
        lines.writelines(_lines(Population(seed), people, min(with_prints, people)))


def _lines(population: Population, people: int, with_prints: int) -> Iterator[str]:
    held, said = population.records(0, people), population.later_bookings(0, people)
    numbers = np.arange(with_prints, dtype=np.int64)
    asked = population.probe_templates(numbers, ImpressionType.PLAIN)
    kept = population.templates(0, with_prints) if with_prints else asked
    for number, record in enumerate(held):
        if record is None:
            continue
        mate = _side(number, record.details, kept)
        yield _line(number, _side(number, said[number].said, asked), mate)
        if number % 10 == 1:
            yield _line(number, _side(number - 1, said[number - 1].said, asked), mate)


def _line(number: int, first: dict[str, Any], second: dict[str, Any]) -> str:
    month = number % _MONTHS
    pair = {
        "label": "mated" if first["person"] == second["person"] else "non-mated",
        "collected": f"{2024 + month // 12}-{month % 12 + 1:02}",
        "law": "livescan A" if number % 3 else "livescan B",
        "first": first,
        "second": second,
    }
    return json.dumps(pair) + "\n"


def _side(number: int, details: Details, captures: CaptureArrays) -> dict[str, Any]:
    side: dict[str, Any] = {"person": f"person {number}", "details": _details(details)}
    if number < len(captures):
        side["impressions"] = [
            encode_impression(one)
            for one in impressions_of(captures, number)
            if one.position in (2, 7)
        ]
    return side


def _details(details: Details) -> dict[str, Any]:
    found: dict[str, Any] = {
        "names": [
            {"forename": n.forename, "surname": n.surname, "middle_names": n.middle_names}
            for n in details.names
        ],
        "dates_of_birth": [str(one) for one in details.dates_of_birth],
        "place_of_birth": details.place_of_birth,
        "addresses": [{"postcode": one.postcode} for one in details.addresses if one.postcode],
    }
    return found | ({"sex": str(details.sex)} if details.sex else {})


class Part(StrEnum):
    """A part of a model that can be taken over from a base model."""

    PRINTS = "prints"
    DETAILS = "details"


FilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="File of labelled pairs, one JSON object per line; may be repeated.",
        exists=True,
        dir_okay=False,
    ),
]
CasesOption = Annotated[
    bool,
    typer.Option(
        "--from-cases",
        help="Also use the store's decided cases, labelled by their sealed decisions.",
    ),
]
BaseOption = Annotated[
    Path | None,
    typer.Option(
        help="Model that supplies the parts that are not fitted; the shipped model by default."
    ),
]
TakeOverOption = Annotated[
    list[Part] | None,
    typer.Option(help="A part to take unchanged from the base model."),
]
NameOption = Annotated[str, typer.Option(help="Name of the new model.")]


@dataclass(frozen=True, slots=True)
class OwnSource:
    """The sources of labelled pairs."""

    files: tuple[Path, ...]
    from_cases: bool


def train_on_own(settings: Settings, source: OwnSource, plan: OwnPlan, directory: Path) -> str:
    """Fit a model on the office's own data, write it with its card, and return its digest.

    Reading decided cases is recorded in the log. Raises InvalidInputError, ModelError.
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
    """Write a new model's home law: its own, or the base's if prints are taken over."""
    digest = load_scorer(directory).digest
    if "prints" in plan.taken_over:
        base = read_home(plan.base, load_scorer(plan.base).digest)
        if base is not None:
            write_home(directory, replace(base, model_digest=digest))
        return
    found = own_observations(data, dimension)
    if len(found) < LEAST_HOME:
        typer.echo(
            f"No home law was written, so searches will not be watched: {len(found)}"
            f" searches by people set aside, against {LEAST_PEOPLE} others; {LEAST_HOME}"
            " are needed.",
            err=True,
        )
        return
    write_home(directory, home_law(digest, found))
