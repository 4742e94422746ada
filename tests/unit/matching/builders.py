"""Details, variants of details and models for tests; everything from fixed seeds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from domain.people.identifiers import make_cro_number, make_pnc_id
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex
from matching.biometric import COSINES
from matching.comparators.catalogue import COMPARATORS
from matching.demographics import DemographicModel, compare_details, demographic_model
from matching.frequencies import TABLES
from matching.levels import Probabilities
from matching.model_files import Model, read_model, write_model
from matching.parameters import STARTING_LEVELS
from matching.prepared import prepare
from matching.scorer import MODELS

_FORENAMES = """
John Robert Margaret Ann Mohammed Katarzyna Sean Susan William Elizabeth Thomas Oluwaseun Priya
Wei Dmitri Alexander Alexandra Rob Liz Bill Tom J M Chloe Aaron
"""
_SURNAMES = """
Smith Smyth Jones Johnson Johnston Kowalski Kowalska Khan Patel Null O'Brien Macdonald Okafor
Nguyen Thompson Thomson Reid Reed Clarke Clark True None Nan Na Lee Leigh Robert Ann O
"""
FORENAMES, SURNAMES = _FORENAMES.split(), _SURNAMES.split()
DOUBLE = ("Smith-Jones", "Khan Patel", "van der Berg", "Al Hassan", "Hassan", "Berg", "De Souza")
PLACES = ("London", "Leeds", "Leads", "Krakow", "Lagos", "Birmingham", "Bermingham", "Stoke")
NATIONS = ("GBR", "POL", "NGA", "IND", "")


def make_details(
    forename: str = "John",
    surname: str = "Smith",
    born: str = "1980-02-03",
    **changes: object,
) -> Details:
    """Return ordinary details; keywords replace whole fields."""
    details = Details(
        names=(PersonName(forename, surname),),
        dates_of_birth=(PartialDate.parse(born),),
        sex=Sex.MALE,
        place_of_birth="Leeds",
        nationalities=(Nationality("GBR"),),
        addresses=(Address("1 High Street", "Leeds", "LS1 4AB"),),
    )
    return replace(details, **changes)


def random_details(rng: np.random.Generator) -> Details:
    """Return details of one random person; about one field in eight is missing."""
    forename = "" if rng.random() < 0.08 else str(rng.choice(FORENAMES))
    surname = str(rng.choice(SURNAMES if rng.random() < 0.85 else DOUBLE))
    surname = "" if rng.random() < 0.08 else surname
    middle = str(rng.choice(FORENAMES)) if rng.random() < 0.6 else ""
    names = (PersonName(forename, surname, middle),) if rng.random() < 0.97 else ()
    return Details(
        names=names,
        dates_of_birth=(random_date(rng),) if rng.random() < 0.93 else (),
        sex=rng.choice([Sex.MALE, Sex.FEMALE, None], p=[0.6, 0.3, 0.1]),
        place_of_birth=str(rng.choice(PLACES)) if rng.random() < 0.8 else "",
        nationalities=(Nationality(str(rng.choice(NATIONS))),),
        addresses=(random_address(rng),) if rng.random() < 0.9 else (),
        pnc_ids=(make_pnc_id(int(rng.integers(1980, 2024)), int(rng.integers(100))),)
        if rng.random() < 0.7
        else (),
        cro_numbers=(make_cro_number(int(rng.integers(80, 99)), int(rng.integers(1, 100))),)
        if rng.random() < 0.6
        else (),
    )


def random_date(rng: np.random.Generator) -> PartialDate:
    """Return a date of birth, one in six of them partial."""
    year, month, day = (int(rng.integers(*span)) for span in ((1950, 2006), (1, 13), (1, 29)))
    known = rng.random(3) < 0.94
    parts = [value if has else None for value, has in zip((year, month, day), known, strict=True)]
    return PartialDate(*parts) if any(known) else PartialDate(year)


def random_address(rng: np.random.Generator) -> Address:
    """Return an address in one of a few areas."""
    code = f"LS{rng.integers(1, 12)} {rng.integers(1, 5)}A{'BDEF'[rng.integers(4)]}"
    return Address("2 Low Road", "Leeds", code)


def disturbed(details: Details, rng: np.random.Generator) -> Details:
    """Return details of the same person, each field changed with even chance in its own way."""
    other = random_details(rng)
    changed = replace(
        details,
        names=tuple(_other_name(name, rng) for name in details.names),
        dates_of_birth=tuple(_other_date(date, rng) for date in details.dates_of_birth),
    )
    fields = ("sex", "place_of_birth", "nationalities", "addresses", "pnc_ids", "cro_numbers")
    drawn = {field: getattr(other, field) for field in fields if rng.random() < 0.3}
    return replace(changed, **drawn)


def _other_name(name: PersonName, rng: np.random.Generator) -> PersonName:
    forename, surname, middle = name.forename, name.surname, name.middle_names
    other = str(rng.choice(FORENAMES))
    choices = (
        PersonName(surname, forename, middle),
        PersonName(forename[:1], surname, middle[:1]),
        PersonName(forename, f"{surname}-{rng.choice(SURNAMES)}", middle),
        PersonName(_slip(forename, rng), _slip(surname, rng), _slip(middle, rng)),
        PersonName("", surname, other),
        PersonName(forename, "", middle),
        PersonName(other, surname, middle),
        PersonName(forename, str(rng.choice(SURNAMES)), middle),
        name,
        name,
    )
    return choices[rng.integers(len(choices))]


def _slip(word: str, rng: np.random.Generator) -> str:
    if len(word) < 3:
        return word
    place = int(rng.integers(1, len(word)))
    return word[:place] + "aeoixk"[rng.integers(6)] + word[place + int(rng.integers(2)) :]


def _other_date(date: PartialDate, rng: np.random.Generator) -> PartialDate:
    year, month, day = date.year or 1980, date.month or 1, date.day or 1
    choices = (
        PartialDate(date.year, date.day if day <= 12 else date.month, date.month),
        PartialDate(year + int(rng.choice([-10, -1, 1, 10])), date.month, date.day),
        PartialDate(year, date.month, None),
        PartialDate(year),
        PartialDate(date.year, date.month, day % 28 + 1),
        PartialDate(year + int(rng.integers(-6, 7)), int(rng.integers(1, 13)), 5),
        PartialDate(year, month, day),
        date,
        date,
    )
    return choices[rng.integers(len(choices))]


def starting_model() -> DemographicModel:
    """Return the demographic model of the starting weights, with a few common terms."""
    levels = {
        source: {key: Probabilities(m, m / 2.0**bits) for key, (m, bits) in pairs.items()}
        for source, pairs in STARTING_LEVELS.items()
    }
    tables = {name: {} for name in TABLES} | {
        "forename": {"JOHN": 0.02, "JANE": 0.01, "ANN": 0.005},
        "surname": {"SMITH": 0.012, "JONES": 0.01},
        "nationality": {"GBR": 0.85, "POL": 0.02},
        "place": {"LONDON": 0.1},
    }
    return demographic_model(levels, tables, 2.0)


def compared_with(said: Details, *held: Details) -> dict[str, list[tuple[str, float]]]:
    """Return the level and bits of each comparison of one person with several."""
    model = starting_model()
    found = compare_details(
        model,
        prepare(said),
        [prepare(one) for one in held],
    )
    result = {}
    for comparator, compared in zip(COMPARATORS, found, strict=True):
        keys = ["not compared", *(level.key for level in comparator.scale.levels)]
        values = zip(compared.codes.tolist(), compared.bits.tolist(), strict=True)
        result[str(comparator.scale.source)] = [(keys[code], bits) for code, bits in values]
    return result


def level_of(source: str, said: Details, held: Details) -> str:
    """Return the level that one comparison of two people reaches."""
    return compared_with(said, held)[source][0][0]


def bits_of(source: str, said: Details, held: Details) -> float:
    """Return the bits that one comparison of two people earns."""
    return compared_with(said, held)[source][0][1]


def named(forename: str = "", surname: str = "", middle: str = "", *others: PersonName) -> Details:
    """Return details that hold names alone."""
    return Details(names=(PersonName(forename, surname, middle), *others))


def born(*texts: str) -> Details:
    """Return details that hold dates of birth alone."""
    return Details(dates_of_birth=tuple(PartialDate.parse(text) for text in texts))


def pooled_parts() -> dict[str, Any]:
    """Return the parts of a model of version 1: the shipped one with pooled ratios of prints.

    Its strangers are of a normal law, counted about two thousand million times.
    """
    parts = {
        name: json.loads((MODELS / f"{name}.json").read_text())
        for name in ("demographic", "frequencies", "biometric", "calibration", "policy")
    }
    shares = np.exp(-0.5 * ((COSINES - 0.0065) / 0.11) ** 2)
    counts = np.rint(1.9e9 * shares / shares.sum()).astype(int).tolist()
    pairings = [one | {"impostors": counts} for one in parts["biometric"]["pairings"]]
    return parts | {"biometric": {"pairings": pairings}}


def pooled_model(directory: Path) -> Model:
    """Return a model of version 1, written to and read from a directory."""
    write_model(directory, pooled_parts(), heading={"name": "identlink-evidence", "version": "1"})
    return read_model(directory)
