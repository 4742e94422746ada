"""The words of the forms: people, courts, offences and disposals as clerks wrote them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from data.synthetic.names.tables import origin_tables
from domain.conversion.form import FormField
from domain.identifiers import make_cro_number

_COURTS = ("Leeds Q.S.", "Leeds Assizes", "London Sessions", "Bow Street M.C.", "Old Bailey")
_OFFENCES = ("Larceny", "Housebreaking", "Receiving", "Malicious damage", "Shopbreaking")
_DISPOSALS = ("6 months imprisonment", "Fined £10", "Probation 2 years", "Borstal training")
_BORN_AT = ("Leeds", "London", "Cork", "Glasgow", "Cardiff", "Hull", "Kingston")
_UNKNOWN_OFFENCE = "Larceny as a bailee"
"""Held by no table here: it stays a text."""


def person_texts(seed: int, person: int) -> dict[FormField, str]:
    """Return the fields that tell of a person, the same on all their frames."""
    rng = np.random.default_rng([seed, 11, person])
    names = origin_tables()[0]
    is_male = rng.random() < 0.8
    given = names.male if is_male else names.female
    born = date(1905, 1, 1) + timedelta(days=int(rng.integers(0, 11_000)))
    forename, surname = given.draw_one(rng.random()), names.surnames.draw_one(rng.random())
    return {
        FormField.SURNAME: surname,
        FormField.FORENAMES: f"{forename} {given.draw_one(rng.random())}",
        FormField.BORN_ON: _written(born, rng),
        FormField.SEX: "M" if is_male else "F",
        FormField.BORN_AT: str(rng.choice(_BORN_AT)),
        FormField.CRO_NUMBER: make_cro_number(born.year + 20, 1 + person),
        FormField.ALIAS: f"{given.draw_one(rng.random())} {surname}" if person % 5 == 0 else "",
    }


def event_texts(seed: int, frame: int) -> dict[FormField, str]:
    """Return the fields that tell of one conviction."""
    rng = np.random.default_rng([seed, 12, frame])
    day = date(1955, 1, 1) + timedelta(days=int(rng.integers(0, 4_500)))
    committed = day - timedelta(days=int(rng.integers(5, 60)))
    is_odd = frame % 10 == 9
    return {
        FormField.COURT: str(rng.choice(_COURTS)),
        FormField.CONVICTED_ON: _written(day, rng),
        FormField.OFFENCE: _UNKNOWN_OFFENCE if is_odd else str(rng.choice(_OFFENCES)),
        FormField.COMMITTED_ON: f"?/{committed.month}/{committed.year % 100:02d}",
        FormField.DISPOSAL: "Acquitted" if frame % 20 == 13 else str(rng.choice(_DISPOSALS)),
    }


def _written(day: date, rng: np.random.Generator) -> str:
    forms = (
        f"{day.day}.{day.month}.{day.year % 100:02d}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day} {day:%b} {day.year}",
    )
    return forms[int(rng.integers(len(forms)))]
