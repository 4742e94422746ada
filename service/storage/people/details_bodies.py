"""Details of a person as JSON values, and back. Names of keys are short: there are millions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from domain.people import (
    Address,
    Details,
    IdentityDocument,
    Nationality,
    Parent,
    PartialDate,
    PersonName,
    PreviousName,
    Sex,
)
from domain.plain_values import plain, read_plain

# Few dates are many: a century has 36,525 days, and the values are frozen.
_date = lru_cache(65_536)(PartialDate.parse)
_nationality = lru_cache(1024)(Nationality)

T = TypeVar("T")


def details_json(details: Details) -> dict[str, Any]:
    """Return details as JSON values; unknown ones are left out."""
    values = {
        "names": [[name.forename, name.surname, name.middle_names] for name in details.names],
        "born": [str(date) for date in details.dates_of_birth],
        "sex": details.sex,
        "place": details.place_of_birth,
        **_nationalities_json(details.nationalities),
        "addresses": [[a.line, a.town, a.postcode] for a in details.addresses],
        "pnc": list(details.pnc_ids),
        "cro": list(details.cro_numbers),
        "formerly": plain(details.previous_names),
        "parents": plain(details.parents),
        "documents": plain(details.documents),
    }
    return {key: value for key, value in values.items() if value}


def details_from(values: dict[str, Any]) -> Details:
    """Read details back; raises KeyError, TypeError, ValueError or InvalidDateError."""
    return Details(
        names=tuple(PersonName(*name) for name in values.get("names", ())),
        dates_of_birth=tuple(_date(text) for text in values.get("born", ())),
        sex=Sex(values["sex"]) if "sex" in values else None,
        place_of_birth=values.get("place", ""),
        nationalities=_nationalities_from(values),
        addresses=tuple(Address(*address) for address in values.get("addresses", ())),
        pnc_ids=tuple(values.get("pnc", ())),
        cro_numbers=tuple(values.get("cro", ())),
        previous_names=_many(PreviousName, values.get("formerly")),
        parents=_many(Parent, values.get("parents")),
        documents=_many(IdentityDocument, values.get("documents")),
    )


def _many(kind: type[T], stated: list[Any] | None) -> tuple[T, ...]:
    return tuple(read_plain(kind, one) for one in stated) if stated else ()


def _nationalities_json(held: tuple[Nationality, ...]) -> dict[str, Any]:
    """Return a lone nationality as releases wrote it that knew no other; else the set."""
    if len(held) == 1 and held[0].country and held[0] == Nationality(held[0].country):
        return {"nationality": held[0].country}
    return {"nationalities": plain(held)}


def _nationalities_from(values: dict[str, Any]) -> tuple[Nationality, ...]:
    """Read the set; the one nationality of an earlier release is a set of one."""
    if "nationality" in values:
        return (_nationality(values["nationality"]),)
    return _many(Nationality, values.get("nationalities"))
