"""A person as another State states them, as details that are compared."""

from __future__ import annotations

from domain.exchange.contents import StatedName, StatedPerson
from domain.people import Details, Nationality, PartialDate, PersonName, Sex


def details_of(person: StatedPerson) -> Details:
    """Return a stated person as details that are searched with."""
    names = (person.name, *person.previous_names, *person.other_names)
    return Details(
        names=tuple(_name(one) for one in names if one.surname or one.forenames),
        dates_of_birth=(PartialDate.parse(person.born_on),) if person.born_on else (),
        sex=Sex(person.sex) if person.sex else None,
        place_of_birth=person.born_in or "",
        nationalities=tuple(map(Nationality, person.nationalities)),
    )


def _name(name: StatedName) -> PersonName:
    forename, _, middle = (name.forenames or "").partition(" ")
    surname = " ".join(part for part in (name.surname, name.second_surname) if part)
    return PersonName(forename, surname, middle)
