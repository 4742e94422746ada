"""Labelled pairs of generated people, to see the form of a file and to try a model on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from data.synthetic.blocks import impressions_of
from data.synthetic.captures import CaptureArrays
from data.synthetic.population import Population
from domain.people import Details
from domain.prints import Impression, ImpressionType
from service.api.people.travelling import encode_template

_SEED = 730451009
_MONTHS = 24


def example(
    file: Annotated[Path, typer.Argument(help="File to write.", dir_okay=False)],
    people: Annotated[int, typer.Option(min=2, help="How many people.")] = 3_400,
    with_prints: Annotated[int, typer.Option(min=0, help="Of them with prints.")] = 900,
    seed: Annotated[int, typer.Option(help="Seed of the people.")] = _SEED,
) -> None:
    """Write labelled pairs of generated people: of each person, and of neighbours."""
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
            _impression(one) for one in impressions_of(captures, number) if one.position in (2, 7)
        ]
    return side


def _impression(one: Impression) -> dict[str, Any]:
    template = {"format": one.fmt.label, "encoding": "f16", "data": encode_template(one.vector)}
    return {
        "position": int(one.position),
        "impression": str(one.impression_type),
        "quality": one.quality,
        "template": template,
    }


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
