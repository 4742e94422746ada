"""The comparison levels of the run-time scorer as SQL conditions and settings for Splink.

They are used for training, and by a test that the two forms of the levels agree. The scorer never
reads them.
"""

from collections.abc import Mapping
from typing import Any

from matching import parameters
from matching.comparators.catalogue import COMPARATORS
from matching.demographics import FLOORS
from matching.forms import day_number
from matching.frequencies import Frequencies
from matching.levels import Level, Probabilities, Scale
from matching.names.likeness import groups_of
from matching.names.parts import NameParts
from matching.names.text import sound
from matching.prepared import Forms

_BOTH = """(forename_l IS NOT NULL AND forename_r IS NOT NULL
 AND surname_l IS NOT NULL AND surname_r IS NOT NULL)"""
_VARIANT = """(forename_l <> forename_r AND (list_has_any(forename_groups_l, forename_groups_r)
 OR (length(forename_l) = 1 AND left(forename_r, 1) = forename_l)
 OR (length(forename_r) = 1 AND left(forename_l, 1) = forename_r)))"""
_KNOWN = {
    part: f"(dob_{part}_l IS NOT NULL AND dob_{part}_r IS NOT NULL)"
    for part in ("year", "month", "day")
}
_COUNT = "(" + " + ".join(f"CAST({known} AS INTEGER)" for known in _KNOWN.values()) + ")"
_CONFLICT = (
    "(" + " OR ".join(f"({known} AND dob_{p}_l <> dob_{p}_r)" for p, known in _KNOWN.items()) + ")"
)
_DAYS = """(CASE WHEN dob_l IS NOT NULL AND dob_r IS NOT NULL
 THEN abs(dob_days_l - dob_days_r) ELSE abs(dob_year_l - dob_year_r) * 366 END)"""


def _alike(least: float) -> str:
    parts = (f"jaro_winkler_similarity({p}_l, {p}_r) >= {least}" for p in ("forename", "surname"))
    return f"({_BOTH} AND " + " AND ".join(parts) + ")"


CONDITIONS: dict[str, dict[str, str]] = {
    "name": {
        "": "NOT ((forename_l IS NOT NULL AND forename_r IS NOT NULL)"
        " OR (surname_l IS NOT NULL AND surname_r IS NOT NULL))",
        "same": "full_name_l = full_name_r",
        "swapped": "forename_l = surname_r AND surname_l = forename_r",
        "short form": f"surname_l = surname_r AND {_VARIANT}",
        "shared part": "surname_l <> surname_r"
        " AND list_has_any(surname_tokens_l, surname_tokens_r)"
        f" AND (forename_l = forename_r OR {_VARIANT})",
        "close": _alike(parameters.CLOSE_SIMILARITY),
        "sounds alike": "forename_sound_l = forename_sound_r"
        " AND surname_sound_l = surname_sound_r",
        "surname alone": "surname_l = surname_r AND (forename_l IS NULL OR forename_r IS NULL)",
        "loosely alike": _alike(parameters.LOOSE_SIMILARITY),
        "forename alone": "forename_l = forename_r AND (surname_l IS NULL OR surname_r IS NULL)",
        "surname only": "surname_l = surname_r",
        "forename only": "forename_l = forename_r",
        "part differs": f"NOT {_BOTH}",
        "different": "ELSE",
    },
    "middle name": {
        "": "middle_l IS NULL OR middle_r IS NULL",
        "same": "middle_l = middle_r",
        "close": f"jaro_winkler_similarity(middle_l, middle_r) >= {parameters.MIDDLE_SIMILARITY}"
        " OR (left(middle_l, 1) = left(middle_r, 1)"
        " AND (length(middle_l) = 1 OR length(middle_r) = 1))",
        "different": "ELSE",
    },
    "date of birth": {
        "": f"{_COUNT} = 0",
        "same": "dob_l = dob_r",
        "swapped": "dob_l IS NOT NULL AND dob_r IS NOT NULL AND dob_year_l = dob_year_r"
        " AND dob_month_l = dob_day_r AND dob_day_l = dob_month_r",
        "known parts agree": f"{_COUNT} = 2 AND NOT {_CONFLICT}",
        "anniversary": "dob_month_l = dob_month_r AND dob_day_l = dob_day_r"
        " AND abs(dob_year_l - dob_year_r) IN (1, 10)",
        "one slip": "damerau_levenshtein(dob_l, dob_r) <= 1",
        "year agrees": f"{_COUNT} = 1 AND NOT {_CONFLICT}",
        "within two years": f"{_DAYS} <= {parameters.NEAR_YEARS_DAYS[0]}",
        "within five years": f"{_DAYS} <= {parameters.NEAR_YEARS_DAYS[1]}",
        "different": "ELSE",
    },
    "sex": {
        "": "sex_l IS NULL OR sex_r IS NULL",
        "same": "sex_l = sex_r",
        "different": "ELSE",
    },
    "place of birth": {
        "": "(place_l IS NULL OR place_r IS NULL)"
        " AND (nationality_l IS NULL OR nationality_r IS NULL)",
        "same": "place_l = place_r",
        "close": f"jaro_winkler_similarity(place_l, place_r) >= {parameters.PLACE_SIMILARITY}",
        "country only": "(place_l IS NULL OR place_r IS NULL) AND nationality_l = nationality_r",
        "place differs": "place_l IS NOT NULL AND place_r IS NOT NULL"
        " AND coalesce(nationality_l = nationality_r, TRUE)",
        "different": "ELSE",
    },
    "postcode": {
        "": "postcode_l IS NULL OR postcode_r IS NULL",
        "same": "postcode_l = postcode_r",
        "same area": "outcode_l = outcode_r",
        "different": "ELSE",
    },
    "PNC ID": {
        "": "pnc_l IS NULL OR pnc_r IS NULL",
        "same": "pnc_l = pnc_r",
        "different": "ELSE",
    },
    "CRO number": {
        "": "cro_l IS NULL OR cro_r IS NULL",
        "same": "cro_l = cro_r",
        "different": "ELSE",
    },
}
"""For each comparison, the condition of "not compared", then of each level in order."""

_COLUMNS = {"full name": "full_name"}


def settings(
    levels: Mapping[str, Mapping[str, Probabilities]] | None = None,
    *,
    link_type: str = "link_only",
) -> dict[str, Any]:
    """Return the Splink settings of these levels, with m and u if given."""
    return {
        "link_type": link_type,
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 0.5,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
        "comparisons": [
            comparison_settings(one.scale, levels[str(one.scale.source)] if levels else None)
            for one in COMPARATORS
        ],
    }


def column_name(source: str) -> str:
    """Return the name under which Splink reports a comparison."""
    return source.lower().replace(" ", "_")


def comparison_settings(
    scale: Scale, levels: Mapping[str, Probabilities] | None
) -> dict[str, Any]:
    """Return the Splink settings of one comparison, with m and u if given."""
    conditions = CONDITIONS[str(scale.source)]
    null = {"sql_condition": conditions[""], "is_null_level": True, "label_for_charts": "null"}
    return {
        "output_column_name": column_name(str(scale.source)),
        "comparison_levels": [
            null,
            *(
                _level(level, conditions[level.key], levels[level.key] if levels else None)
                for level in scale.levels
            ),
        ],
    }


def _level(level: Level, condition: str, probabilities: Probabilities | None) -> dict[str, Any]:
    data: dict[str, Any] = {"sql_condition": condition, "label_for_charts": level.key}
    if probabilities is not None:
        data |= {"m_probability": probabilities.m, "u_probability": probabilities.u}
    if level.frequency:
        data |= {
            "tf_adjustment_column": _COLUMNS.get(level.frequency, level.frequency),
            "tf_adjustment_weight": level.frequency_weight,
            "tf_minimum_u_value": FLOORS[level.frequency],
        }
        if level.key == "country only":
            data["disable_tf_exact_match_detection"] = True
    return data


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
