"""Sex, origin and day of birth of whole blocks of people, consistent within each household.

The names of whole blocks of people: forenames, middle names, surnames and nicknames.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.captures import booking_age_years
from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.households import HouseholdColumns, Role
from data.synthetic.names.tables import (
    feminine,
    hyphenated,
    nicknames,
    origin_cumulative,
    origin_tables,
    origins,
)
from data.synthetic.parameters import HouseholdParameters, Parameters, PopulationParameters
from domain.arrays import Bools, Float64s, Int64s

DAYS_PER_YEAR = 365.2425
"""The mean length of a Gregorian year."""

_DRAWS = 16
_SEX, _ORIGIN, _MIXED, _AGE, _GAP, _ALIKE, _SAME_NAME = range(7)

_PARENT_AGE_YEARS = (20.0, 38.0)
"""Age of a father at his eldest child's birth. Set by hand, after ONS births by parents' age."""

_SIBLING_GAP_YEARS = (1.0, 7.0)
"""Age difference between brothers and sisters. Set by hand."""

_PARTNER_GAP_YEARS = 6.0
"""Greatest age difference between partners. Set by hand."""

_YOUNG_SHARE = 0.75
"""Sons and daughters come from this lower part of the age curve, so that fathers can be alive."""


@dataclass(frozen=True, slots=True, eq=False)
class Vitals:
    """Columns over whole blocks. Row i is for person `start + i` of the households.

    `is_male`: bool (n,). `origins`: int64 (n,), index into `origins`. `birth_days`,
    `booking_days`: int64 (n,), proleptic Gregorian ordinals of the birth and the first booking.
    `bears_fathers_name`: bool (n,).
    """

    is_male: Bools
    origins: Int64s
    birth_days: Int64s
    booking_days: Int64s
    bears_fathers_name: Bools


def vitals(seed: int, households: HouseholdColumns, parameters: Parameters) -> Vitals:
    """Return sex, origin and dates for the people of these households."""
    start, count = households.start, len(households.heads)
    draws = uniforms(Stream(seed, Purpose.PEOPLE, _DRAWS).words(start, start + count))
    roles, heads = households.roles, households.heads
    ages_ago = booking_age_years(seed, np.arange(start, start + count), parameters)
    reference = parameters.population.reference_date.toordinal()
    birth_days = _birth_days(draws, households, reference - ages_ago * DAYS_PER_YEAR, parameters)
    youngest = parameters.population.first_booking_ages[0][0] * DAYS_PER_YEAR
    booking_days = np.maximum(reference - ages_ago * DAYS_PER_YEAR, birth_days + youngest)
    shares = parameters.households
    return Vitals(
        is_male=_is_male(draws, households, parameters),
        origins=_origins(draws, households, shares),
        birth_days=birth_days,
        booking_days=np.minimum(booking_days, reference).astype(np.int64),
        bears_fathers_name=(roles == Role.SON)
        & (draws[:, _SAME_NAME] < shares.same_name_share)
        & (heads < np.arange(count)),
    )


def _is_male(draws: Float64s, households: HouseholdColumns, parameters: Parameters) -> Bools:
    roles = households.roles
    by_draw = draws[:, _SEX] < parameters.population.male_share
    is_man = np.isin(roles, [Role.HUSBAND, Role.FATHER, Role.SON])
    is_woman = np.isin(roles, [Role.WIFE, Role.MOTHER])
    sexes = (by_draw | is_man) & ~is_woman
    as_head = (roles == Role.TWIN) & (
        draws[:, _ALIKE] < parameters.households.identical_twin_share
    )
    return np.where(as_head, sexes[households.heads], sexes)


def _origins(draws: Float64s, households: HouseholdColumns, shares: HouseholdParameters) -> Int64s:
    drawn = np.searchsorted(origin_cumulative()[:-1], draws[:, _ORIGIN], side="right")
    is_mixed = np.isin(households.roles, [Role.WIFE, Role.MOTHER]) & (
        draws[:, _MIXED] < shares.mixed_origin_share
    )
    return np.where(is_mixed, drawn, drawn[households.heads])


def _birth_days(
    draws: Float64s, households: HouseholdColumns, booked_on: Float64s, parameters: Parameters
) -> Int64s:
    """Return ordinals of birthdays: by the age curve, then of siblings, parents, partners."""
    roles, rows = households.roles, np.arange(len(households.heads))
    ages, shares = zip(*parameters.population.first_booking_ages, strict=True)
    is_child = np.isin(roles, [Role.SON, Role.CHILD])
    curve = draws[:, _AGE] * np.where(is_child, _YOUNG_SHARE, 1.0)
    days = np.floor(booked_on - np.interp(curve, shares, ages) * DAYS_PER_YEAR)
    gap = draws[:, _GAP]
    previous = np.roll(days, 1)
    is_later = households.heads != rows
    is_younger = ((roles == Role.SIBLING) & is_later) | (
        (roles == Role.CHILD)
        & (np.roll(roles, 1) == Role.CHILD)
        & (np.roll(households.heads, 1) == households.heads)
    )
    low, high = _SIBLING_GAP_YEARS
    apart = (low + (high - low) * gap) * DAYS_PER_YEAR
    days = np.where(is_younger, previous + np.where(draws[:, _SEX] < 0.5, apart, -apart), days)
    days = np.where((roles == Role.TWIN) & is_later, previous, days)
    days = _with_parents(days, households, gap)
    return np.floor(days).astype(np.int64)


def _with_parents(days: Float64s, households: HouseholdColumns, gap: Float64s) -> Float64s:
    """Return the days with fathers born before their eldest child, and wives near in age."""
    roles = households.roles
    is_child = np.isin(roles, [Role.SON, Role.CHILD])
    eldest = np.full(len(days), np.inf)
    np.minimum.at(eldest, households.heads[is_child], days[is_child])
    low, high = _PARENT_AGE_YEARS
    fathers = eldest - (low + (high - low) * gap) * DAYS_PER_YEAR
    days = np.where(roles == Role.FATHER, fathers, days)
    is_wife = np.isin(roles, [Role.WIFE, Role.MOTHER])
    near = days[households.heads] + (2.0 * gap - 1.0) * _PARTNER_GAP_YEARS * DAYS_PER_YEAR
    # A mother is at least 16 when her eldest child is born.
    latest = eldest[households.heads] - 16.0 * DAYS_PER_YEAR
    return np.where(is_wife, np.minimum(near, latest), days)


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
    draws: Float64s, households: HouseholdColumns, vitals: Vitals
) -> npt.NDArray[np.object_]:
    names = _by_origin(draws[:, _FORENAME], vitals)
    again = _by_origin(draws[:, _FORENAME_AGAIN], vitals)
    heads, rows = households.heads, np.arange(len(names))
    # Siblings do not share a forename. One redraw resolves nearly all clashes.
    is_clash = (names == np.roll(names, 1)) & (np.roll(heads, 1) == heads) & (heads != rows)
    names = np.where(is_clash, again, names)
    return np.where(vitals.bears_fathers_name, names[heads], names)


def _by_origin(values: Float64s, vitals: Vitals) -> npt.NDArray[np.object_]:
    """Return a forename for each uniform draw, from the table for the person's origin and sex."""
    names = np.empty(len(values), dtype=object)
    for at, tables in enumerate(origin_tables()):
        for is_male, table in ((True, tables.male), (False, tables.female)):
            mask = (vitals.origins == at) & (vitals.is_male == is_male)
            names[mask] = table.draw(values[mask])
    return names


def _family_names(values: Float64s, origins: Int64s) -> npt.NDArray[np.object_]:
    names = np.empty(len(values), dtype=object)
    for at, tables in enumerate(origin_tables()):
        mask = origins == at
        names[mask] = tables.surnames.draw(values[mask])
    return names


def _surnames(
    draws: Float64s, households: HouseholdColumns, vitals: Vitals, population: PopulationParameters
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


def _middle_names(draws: Float64s, vitals: Vitals, population: PopulationParameters) -> list[str]:
    one, two = population.middle_name_shares
    count = draws[:, _MIDDLE_COUNT]
    first = np.where(count < one + two, _by_origin(draws[:, _MIDDLE], vitals), "")
    names: list[str] = first.tolist()
    second = _by_origin(draws[:, _MIDDLE_AGAIN], vitals)
    for row in np.flatnonzero(count < two).tolist():
        names[row] = f"{names[row]} {second[row]}"
    return names


def _known_as(
    draws: Float64s, forenames: npt.NDArray[np.object_], population: PopulationParameters
) -> list[str]:
    """Return the nicknames that some people use, if their forename has one."""
    known = [""] * len(forenames)
    for row in np.flatnonzero(draws[:, _KNOWN_AS] < population.known_as_share).tolist():
        if choices := nicknames(forenames[row]):
            known[row] = choices[int(draws[row, _KNOWN_AS_CHOICE] * len(choices))]
    return known
