"""Offences, sentences and later decisions in words: every document and page tells them alike.

`in_full` adds what only the office and the person themselves are told: codes, what rules ask, and
the wording of the court, which may name anybody.
"""

import re
from datetime import date

from domain.countries import country_name
from domain.people.convictions import (
    Amount,
    Completion,
    ConvictedOffence,
    LaterDecision,
    Nature,
    Participation,
    Sanction,
)
from domain.people.partial_dates import PartialDate
from domain.plain_text import TableCode

_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_COUNTS = re.compile(r"(\d+)([YMWD])").findall
_RECORDABLE: dict[bool | None, str] = {True: "recordable", False: "not recordable"}
_SCHEDULE_18: dict[bool | None, str] = {
    True: "a Schedule 18 offence",
    False: "not a Schedule 18 offence",
}


def offence_words(one: ConvictedOffence, title: str = "") -> str:
    """Return the offence, by another title if one is given, and the person's part in it."""
    return listed(
        title or one.title or one.national_code,
        one.completion.value if one.completion is Completion.ATTEMPTED else "",
        one.participation.value if one.participation is Participation.AIDER else "",
        f"{one.count} times" if one.count > 1 else "",
    )


def offence_in_full(one: ConvictedOffence, title: str = "") -> str:
    """Return everything that is held about an offence."""
    return listed(
        f"{offence_words(one, title)} ({one.national_code})",
        day_words("", one.began_on),
        day_words("until", one.ended_on),
        one.place,
        country_name(one.country),
        *one.provisions,
        _code(one.common_code),
        _RECORDABLE.get(one.is_recordable, ""),
    )


def sentence_words(one: Sanction) -> str:
    """Return what the court ordered: kind, length, suspension, sums and days."""
    kind = one.kind.value if one.is_structured else one.words or "sentence not known"
    return listed(
        kind,
        one.nature.value if one.nature is not Nature.PRINCIPAL else "",
        length_words(one.duration),
        f"suspended for {length_words(one.suspended_for)}" if one.suspended_for else "",
        "without an end date" if one.is_indefinite else "",
        "consecutive" if one.is_consecutive else "",
        *map(_amount, one.amounts),
        day_words("from", one.starts_on),
        day_words("until", one.ends_on),
        day_words("licence until", one.licence_ends_on),
        day_words("order until", one.order_ends_on),
        day_words("paid on", one.paid_on),
    )


def sentence_in_full(one: Sanction) -> str:
    """Return everything that is held about a sentence."""
    is_told = not one.is_structured or not one.words
    return listed(
        sentence_words(one),
        _SCHEDULE_18.get(one.is_schedule_18, ""),
        _code(one.code),
        "" if is_told else f"in the court's words: {one.words}",
    )


def decision_words(one: LaterDecision) -> str:
    """Return a later decision on a conviction, without the wording of the court."""
    return listed(
        f"{one.change.value} on {PartialDate.of(one.decided_on).words}",
        one.court.name or one.court.code,
        day_words("final on", one.final_on),
        "deletes the conviction" if one.deletes else "",
    )


def decision_in_full(one: LaterDecision) -> str:
    """Return everything that is held about a later decision."""
    return listed(decision_words(one), f"in its words: {one.words}" if one.words else "")


def length_words(duration: str) -> str:
    """Return an ISO 8601 duration of whole days in words.

    >>> length_words("P1Y6M")
    '1 year 6 months'
    """
    counts = ((int(count), _UNITS[unit]) for count, unit in _COUNTS(duration))
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counts)


def day_words(before: str, day: date | PartialDate | None) -> str:
    """Return a day behind a word; empty if it is not known."""
    if day is None:
        return ""
    words = day.words if isinstance(day, PartialDate) else PartialDate.of(day).words
    return f"{before} {words}".strip()


def _amount(one: Amount) -> str:
    times = f"{one.times} times " if one.times > 1 else ""
    return f"{times}{one.hundredths // 100}.{one.hundredths % 100:02} {one.currency}"


def _code(code: TableCode | None) -> str:
    return "" if code is None else f"{code.table} {code.code}"


def listed(*parts: str) -> str:
    """Return what is known, with commas between."""
    return ", ".join(part for part in parts if part)
