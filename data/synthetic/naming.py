"""The names of whole blocks of people: forenames, middle names, surnames and nicknames."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.households import HouseholdColumns, Role
from data.synthetic.names.origins import origins
from data.synthetic.names.tables import origin_tables
from data.synthetic.names.variants import feminine, hyphenated, nicknames
from data.synthetic.parameters import PopulationParameters
from data.synthetic.vitals import Vitals

_DRAWS = 16
(
    _FORENAME,
    _FORENAME_AGAIN,
    _MIDDLE_COUNT,
    _MIDDLE,
    _MIDDLE_AGAIN,
    _SURNAME,
    _SECOND_SURNAME,
    _IS_DOUBLE,
    _MARRIED,
    _KNOWN_AS,
    _KNOWN_AS_CHOICE,
) = range(11)


@dataclass(frozen=True, slots=True)
class Naming:
    """Names as columns over whole blocks. A missing name is an empty text."""

    forenames: list[str]
    middle_names: list[str]
    surnames: list[str]
    maiden_surnames: list[str]
    known_as: list[str]
    """Another forename that the person uses."""


def naming(
    seed: int, households: HouseholdColumns, vitals: Vitals, population: PopulationParameters
) -> Naming:
    """Return the names of the people of these households."""
    start, count = households.start, len(households.heads)
    # In the stream of people, the capture number separates kinds of draws: 1 is for names.
    stream = Stream(seed, Purpose.PEOPLE, _DRAWS, capture=1)
    draws = uniforms(stream.words(start, start + count))
    forenames = _forenames(draws, households, vitals)
    surnames, maidens = _surnames(draws, households, vitals, population)
    return Naming(
        forenames=forenames.tolist(),
        middle_names=_middle_names(draws, vitals, population),
        surnames=surnames,
        maiden_surnames=maidens,
        known_as=_known_as(draws, forenames, population),
    )


def _forenames(
    draws: npt.NDArray[np.float64], households: HouseholdColumns, vitals: Vitals
) -> npt.NDArray[np.object_]:
    names = _by_origin(draws[:, _FORENAME], vitals)
    again = _by_origin(draws[:, _FORENAME_AGAIN], vitals)
    heads, rows = households.heads, np.arange(len(names))
    # Siblings do not share a forename. One redraw resolves nearly all clashes.
    is_clash = (names == np.roll(names, 1)) & (np.roll(heads, 1) == heads) & (heads != rows)
    names = np.where(is_clash, again, names)
    return np.where(vitals.bears_fathers_name, names[heads], names)


def _by_origin(values: npt.NDArray[np.float64], vitals: Vitals) -> npt.NDArray[np.object_]:
    """Return a forename for each uniform draw, from the table for the person's origin and sex."""
    names = np.empty(len(values), dtype=object)
    for at, tables in enumerate(origin_tables()):
        for is_male, table in ((True, tables.male), (False, tables.female)):
            mask = (vitals.origins == at) & (vitals.is_male == is_male)
            names[mask] = table.draw(values[mask])
    return names


def _family_names(
    values: npt.NDArray[np.float64], origins: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    names = np.empty(len(values), dtype=object)
    for at, tables in enumerate(origin_tables()):
        mask = origins == at
        names[mask] = tables.surnames.draw(values[mask])
    return names


def _surnames(
    draws: npt.NDArray[np.float64],
    households: HouseholdColumns,
    vitals: Vitals,
    population: PopulationParameters,
) -> tuple[list[str], list[str]]:
    """Return the surname and, for wives who changed their surname, the maiden name."""
    own = _family_names(draws[:, _SURNAME], vitals.origins)
    second = _family_names(draws[:, _SECOND_SURNAME], vitals.origins)
    for row in np.flatnonzero(draws[:, _IS_DOUBLE] < population.double_surname_share).tolist():
        own[row] = hyphenated(own[row], second[row])
    is_wife = np.isin(households.roles, [Role.WIFE, Role.MOTHER])
    keeps = is_wife & (draws[:, _MARRIED] >= population.married_surname_share)
    borne = np.where(keeps, own, own[households.heads])
    maiden = np.where(is_wife & ~keeps, own, "")
    polish = [origin.name for origin in origins()].index("polish")
    is_polish_woman = ~vitals.is_male & (vitals.origins == polish)
    for row in np.flatnonzero(is_polish_woman).tolist():
        borne[row] = feminine(borne[row], "polish")
    return borne.tolist(), maiden.tolist()


def _middle_names(
    draws: npt.NDArray[np.float64], vitals: Vitals, population: PopulationParameters
) -> list[str]:
    one, two = population.middle_name_shares
    count = draws[:, _MIDDLE_COUNT]
    first = np.where(count < one + two, _by_origin(draws[:, _MIDDLE], vitals), "")
    names: list[str] = first.tolist()
    second = _by_origin(draws[:, _MIDDLE_AGAIN], vitals)
    for row in np.flatnonzero(count < two).tolist():
        names[row] = f"{names[row]} {second[row]}"
    return names


def _known_as(
    draws: npt.NDArray[np.float64],
    forenames: npt.NDArray[np.object_],
    population: PopulationParameters,
) -> list[str]:
    """Return the nicknames that some people use, if their forename has one."""
    known = [""] * len(forenames)
    for row in np.flatnonzero(draws[:, _KNOWN_AS] < population.known_as_share).tolist():
        if choices := nicknames(forenames[row]):
            known[row] = choices[int(draws[row, _KNOWN_AS_CHOICE] * len(choices))]
    return known
