"""The people of whole blocks, assembled from their columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.facts import PersonFacts
from data.synthetic.households import BLOCK, HouseholdColumns, household_columns
from data.synthetic.numbers import Numbers, numbers_of
from data.synthetic.parameters import Parameters
from data.synthetic.residence import Residence, residence
from data.synthetic.vitals import Naming, Vitals, naming, vitals


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """All people of whole blocks. Row i is person `start + i` in every column."""

    start: int
    households: HouseholdColumns
    vitals: Vitals
    numbers: Numbers
    residence: Residence
    facts: list[PersonFacts]


def people_of(seed: int, start: int, stop: int, parameters: Parameters) -> People:
    """Return all people in the blocks that contain persons start to stop - 1."""
    first, last = start // BLOCK, -(-stop // BLOCK)
    households = household_columns(seed, first, last, parameters.households)
    columns = vitals(seed, households, parameters)
    names = naming(seed, households, columns, parameters.population)
    homes = residence(seed, households, columns, parameters.population)
    years = _years(columns.booking_days)
    numbers = numbers_of(seed, households.start, years, parameters.population)
    return People(
        start=households.start,
        households=households,
        vitals=columns,
        numbers=numbers,
        residence=homes,
        facts=_facts(columns, names, homes, numbers),
    )


def _years(ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the calendar years of proleptic Gregorian ordinals, int64 (n,)."""
    epoch = 719_163  # the ordinal of 1 January 1970
    days = (ordinals - epoch).astype("datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _facts(
    columns: Vitals, names: Naming, homes: Residence, numbers: Numbers
) -> list[PersonFacts]:
    # With map and positional arguments for speed: this runs once for each person.
    return list(
        map(
            PersonFacts,
            names.forenames,
            names.middle_names,
            names.surnames,
            names.maiden_surnames,
            names.known_as,
            columns.is_male.tolist(),
            columns.origins.tolist(),
            columns.birth_days.tolist(),
            homes.places_of_birth,
            homes.nationalities,
            homes.addresses,
            homes.former_addresses,
            numbers.pnc_ids,
            numbers.cro_numbers,
        )
    )
