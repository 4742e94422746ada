"""Names within households."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.synthetic.households import HouseholdColumns, Role, household_columns
from data.synthetic.names.tables import origins
from data.synthetic.parameters import HouseholdParameters, Parameters, PopulationParameters
from data.synthetic.vitals import Naming, Vitals, naming, vitals

SEED = 4


def _made(
    households: HouseholdParameters, population: PopulationParameters | None = None
) -> tuple[HouseholdColumns, Vitals, Naming]:
    population = population or PopulationParameters()
    parameters = replace(Parameters(), households=households, population=population)
    columns = household_columns(SEED, 0, 16, households)
    made = vitals(SEED, columns, parameters)
    return columns, made, naming(SEED, columns, made, population)


ALONE = HouseholdParameters(0.0, 0.0, 0.0, 0.0, 0.0)
COUPLES = HouseholdParameters(1.0, 0.0, 0.0, 0.0, 0.0)


def test_everybody_has_forename_and_surname() -> None:
    _, _, names = _made(HouseholdParameters())

    assert all(names.forenames)
    assert all(names.surnames)
    assert len(names.forenames) == len(names.middle_names) == len(names.known_as) == 16 * 64


def test_twins_share_the_surname_and_rarely_the_forename() -> None:
    _, _, names = _made(HouseholdParameters(0.0, 0.0, 1.0, 0.0, 0.0))
    firsts, seconds = names.forenames[::2], names.forenames[1::2]

    assert names.surnames[::2] == names.surnames[1::2]
    assert sum(a == b for a, b in zip(firsts, seconds, strict=True)) <= 2


def test_son_of_one_name_bears_fathers_forename() -> None:
    columns, made, names = _made(HouseholdParameters(0.0, 0.0, 0.0, 1.0, 0.0, same_name_share=0.5))
    sons = np.flatnonzero(columns.roles == Role.SON)

    same = [names.forenames[son] == names.forenames[son - 1] for son in sons]

    assert all(
        is_same for is_same, son in zip(same, sons, strict=True) if made.bears_fathers_name[son]
    )
    assert 0.4 < np.mean(same) < 0.65


def test_wives_bear_the_husbands_name_or_keep_their_own() -> None:
    _, _, taken = _made(COUPLES, PopulationParameters(married_surname_share=1.0))
    _, _, kept = _made(COUPLES, PopulationParameters(married_surname_share=0.0))

    polish = {index for index, origin in enumerate(origins()) if origin.name == "polish"}
    assert polish
    same = [
        a[:-1] == b[:-1] for a, b in zip(taken.surnames[::2], taken.surnames[1::2], strict=True)
    ]
    assert all(same)
    assert all(taken.maiden_surnames[1::2])
    assert not any(kept.maiden_surnames)
    assert (
        np.mean([a == b for a, b in zip(kept.surnames[::2], kept.surnames[1::2], strict=True)])
        < 0.1
    )


def test_polish_women_bear_feminine_surnames() -> None:
    _, made, names = _made(ALONE, PopulationParameters(male_share=0.5))
    index = [origin.name for origin in origins()].index("polish")
    rows = np.flatnonzero((made.origins == index) & ~made.is_male)

    assert rows.size
    assert not any(names.surnames[row].endswith("ski") for row in rows)


def test_middle_names_come_in_the_shares_asked_for() -> None:
    _, _, names = _made(ALONE)
    counts = np.array([len(text.split(" ")) if text else 0 for text in names.middle_names])

    assert (counts >= 1).mean() == pytest.approx(0.72, abs=0.05)
    assert (counts >= 2).mean() == pytest.approx(0.12, abs=0.04)


def test_double_surnames_and_names_gone_by_occur() -> None:
    _, _, names = _made(ALONE, PopulationParameters(double_surname_share=1.0, known_as_share=1.0))

    assert all("-" in surname for surname in names.surnames)
    assert 0.2 < np.mean([bool(name) for name in names.known_as]) < 1.0
