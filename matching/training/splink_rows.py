"""Details in the form of the rows that Splink compares: the first value of each field."""

from typing import Any

from matching.forms import day_number
from matching.frequencies import Frequencies
from matching.names.nicknames import groups_of
from matching.names.parts import NameParts
from matching.names.text import sound
from matching.prepared import Forms


def splink_row(unique_id: str, forms: Forms, frequencies: Frequencies | None) -> dict[str, Any]:
    """Return a row for Splink, with `tf_...` columns if given. Missing values are None."""
    name = forms.names[0] if forms.names else None
    postcode = forms.postcodes[0] if forms.postcodes else None
    row = {
        "unique_id": unique_id,
        **_name_columns(name),
        **_date_columns(forms.dates[0] if forms.dates else 0),
        "sex": str(forms.sex) if forms.sex else None,
        "place": forms.place or None,
        "nationality": forms.nationality or None,
        "postcode": postcode.whole if postcode else None,
        "outcode": postcode.outcode if postcode else None,
        "pnc": forms.pnc_keys[0] if forms.pnc_keys else None,
        "cro": forms.cro_keys[0] if forms.cro_keys else None,
    }
    return row if frequencies is None else row | _frequency_columns(row, frequencies)


def _name_columns(name: NameParts | None) -> dict[str, Any]:
    forename, surname = (name.forename, name.surname) if name else ("", "")
    return {
        "forename": forename or None,
        "surname": surname or None,
        "full_name": f"{forename} {surname}" if forename and surname else None,
        "forename_sound": sound(forename) or None,
        "surname_sound": sound(surname) or None,
        "forename_groups": list(groups_of(forename)),
        "surname_tokens": list(name.surname_tokens) if name else [],
        "middle": (name.middle if name else "") or None,
    }


def _date_columns(date: int) -> dict[str, Any]:
    year, month, day = date // 10000, date // 100 % 100, date % 100
    is_complete = bool(year and month and day)
    return {
        "dob": f"{date:08d}" if is_complete else None,
        "dob_days": day_number(date) or None,
        "dob_year": year or None,
        "dob_month": month or None,
        "dob_day": day or None,
    }


def _frequency_columns(row: dict[str, Any], frequencies: Frequencies) -> dict[str, float | None]:
    columns: dict[str, float | None] = {
        f"tf_{table}": frequencies.of(table, row[table]) if row[table] else None
        for table in ("forename", "surname", "middle", "place", "nationality", "postcode")
    }
    has_both = row["full_name"] is not None
    full = frequencies.of_name(row["forename"], row["surname"]) if has_both else None
    return columns | {"tf_full_name": full}
