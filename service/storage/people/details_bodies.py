"""Details of a person as JSON values, and back. Names of keys are short: there are millions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from domain.people import Address, Details, PartialDate, PersonName, Sex

# Few dates are many: a century has 36,525 days, and the values are frozen.
_date = lru_cache(65_536)(PartialDate.parse)


def details_json(details: Details) -> dict[str, Any]:
    """Return details as JSON values; unknown ones are left out."""
    values = {
        "names": [[name.forename, name.surname, name.middle_names] for name in details.names],
        "born": [str(date) for date in details.dates_of_birth],
        "sex": details.sex,
        "place": details.place_of_birth,
        "nationality": details.nationality,
        "addresses": [[a.line, a.town, a.postcode] for a in details.addresses],
        "pnc": list(details.pnc_ids),
        "cro": list(details.cro_numbers),
    }
    return {key: value for key, value in values.items() if value}


def details_from(values: dict[str, Any]) -> Details:
    """Read details back; raises KeyError, TypeError, ValueError or InvalidDateError."""
    return Details(
        names=tuple(PersonName(*name) for name in values.get("names", ())),
        dates_of_birth=tuple(_date(text) for text in values.get("born", ())),
        sex=Sex(values["sex"]) if "sex" in values else None,
        place_of_birth=values.get("place", ""),
        nationality=values.get("nationality", ""),
        addresses=tuple(Address(*address) for address in values.get("addresses", ())),
        pnc_ids=tuple(values.get("pnc", ())),
        cro_numbers=tuple(values.get("cro", ())),
    )
