"""Details of a person as JSON values, and back. Names of keys are short: there are millions."""

from __future__ import annotations

from dataclasses import replace
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
    """Return details as JSON values; unknown ones are left out.

    A lone nationality of which no more is known is written as it was when no other was known.
    """
    held = details.nationalities
    lone = held[0].country if len(held) == 1 and held[0] == Nationality(held[0].country) else ""
    values = {
        "names": [[name.forename, name.surname, name.middle_names] for name in details.names],
        "born": [str(date) for date in details.dates_of_birth],
        "sex": details.sex,
        "place": details.place_of_birth,
        "nationality": lone,
        "addresses": [[a.line, a.town, a.postcode] for a in details.addresses],
        "pnc": list(details.pnc_ids),
        "cro": list(details.cro_numbers),
    }
    found = {key: value for key, value in values.items() if value}
    for key, more in (
        ("nationalities", () if lone else held),
        ("formerly", details.previous_names),
        ("parents", details.parents),
        ("documents", details.documents),
    ):
        if more:
            found[key] = plain(more)
    return found


def details_from(values: dict[str, Any]) -> Details:
    """Read details back; raises KeyError, TypeError, ValueError or InvalidDateError."""
    details = compared_from(values)
    return _with_more(details, values) if values.keys() & _MORE else details


def compared_from(values: dict[str, Any]) -> Details:
    """Read the details that evidence compares, and no others; raises as `details_from` does.

    Of several nationalities only the first is there: evidence compares no other.
    """
    lone, several = values.get("nationality"), values.get("nationalities")
    if several:
        lone = several[0]["country"]
    return Details(
        names=tuple(PersonName(*name) for name in values.get("names", ())),
        dates_of_birth=tuple(_date(text) for text in values.get("born", ())),
        sex=Sex(values["sex"]) if "sex" in values else None,
        place_of_birth=values.get("place", ""),
        nationalities=(_nationality(lone),) if lone else (),
        addresses=tuple(Address(*address) for address in values.get("addresses", ())),
        pnc_ids=tuple(values.get("pnc", ())),
        cro_numbers=tuple(values.get("cro", ())),
    )


_MORE = {"nationalities", "formerly", "parents", "documents"}


def _with_more(details: Details, values: dict[str, Any]) -> Details:
    """Return the details with what few bodies hold."""
    several = _many(Nationality, values.get("nationalities"))
    return replace(
        details,
        nationalities=several or details.nationalities,
        previous_names=_many(PreviousName, values.get("formerly")),
        parents=_many(Parent, values.get("parents")),
        documents=_many(IdentityDocument, values.get("documents")),
    )


def _many(kind: type[T], stated: list[Any] | None) -> tuple[T, ...]:
    return tuple(read_plain(kind, one) for one in stated) if stated else ()
