"""A line of a court's result in words, with all that the court coded beside its text."""

from domain.courts.results import NextHearing, ResultLine, Term
from domain.people.conviction_words import day_words, listed

_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year", "H": "hour", "S": "session"}


def result_words(one: ResultLine) -> str:
    """Return a line: its code, the court's text, lengths, sum, points, days and next hearing."""
    return listed(
        f"{one.code or 'not coded'}: {one.text or 'no text'}",
        *map(_term, one.terms),
        "" if one.pence is None else f"{one.pence // 100}.{one.pence % 100:02} GBP",
        "" if one.points is None else f"points: {one.points}",
        day_words("from", one.starts_on),
        day_words("until", one.ends_on),
        f"qualified: {' '.join(one.qualifiers)}" if one.qualifiers else "",
        _hearing(one.next_hearing) if one.next_hearing else "",
    )


def _term(one: Term) -> str:
    if one.unit not in _UNITS:
        return "life"
    return f"{one.value} {_UNITS[one.unit]}{'' if one.value == 1 else 's'}"


def _hearing(one: NextHearing) -> str:
    told = listed(day_words("", one.on), one.at, one.court, one.reason)
    return listed(f"next hearing: {told or 'not stated'}", f"bail {one.bail}" if one.bail else "")
