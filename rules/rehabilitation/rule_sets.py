"""The tables of section 5, each with the days on which it applies."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from domain.errors import OutsideCalendarError
from domain.people.convictions import SentenceKind
from rules.data_files import data_file
from rules.lengths import Length

RULE_SETS = ("roa-2014/2", "roa-2023/2")


class Begins(StrEnum):
    """The events at which the period after a sentence begins."""

    CONVICTION = "conviction"
    COMPLETION = "completion"
    """The day on which the sentence and its licence are completed, or the last day of the
    order.
    """
    PAYMENT = "payment"
    AT_ONCE = "at once"
    """There is no period."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, or one exclusion."""

    kinds: frozenset[SentenceKind]
    over: Length | None
    """The row applies only to longer sentences. The first row that applies is used."""
    schedule_18: bool
    """The row applies only to offences of Schedule 18."""
    begins: Begins
    adult: Length
    under_18: Length
    at_most: Length | None
    """The longest period, counted from the day after conviction or caution."""
    provision: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The Act as in force on the days from `first_day` to `last_day`."""

    identifier: str
    sha256: str
    first_day: date
    last_day: date
    never_extends: frozenset[SentenceKind]
    """Sentences and orders whose periods neither extend others nor are extended."""
    excluded: tuple[Row, ...]
    rows: tuple[Row, ...]
    without_last_day: Length
    """The period from conviction for an order that names no last day: section 5(3)."""


def rule_set_of(day: date) -> RuleSet:
    """Return the rules in force on `day`. Raises OutsideCalendarError for a day before the first
    rules.
    """
    for identifier in RULE_SETS:
        rules = rule_set(identifier)
        if rules.first_day <= day <= rules.last_day:
            return rules
    raise OutsideCalendarError(
        f"There are no rehabilitation rules for {day}: the first apply from "
        f"{rule_set(RULE_SETS[0]).first_day}."
    )


@cache
def rule_set(identifier: str) -> RuleSet:
    """Return the rules by name and version. Raises UnknownRuleError."""
    file = data_file(identifier)
    content = file.content
    return RuleSet(
        identifier,
        file.sha256,
        date.fromisoformat(content["first_day"]),
        date.fromisoformat(content["last_day"] or "9999-12-31"),
        frozenset(map(SentenceKind, content["never_extends"])),
        tuple(map(_row, content["excluded"])),
        tuple(map(_row, content["rows"])),
        Length.parse(content["without_last_day"]),
    )


def _row(stated: dict[str, Any]) -> Row:
    def length(name: str) -> Length | None:
        return Length.parse(stated[name]) if name in stated else None

    return Row(
        frozenset(map(SentenceKind, stated["kinds"])),
        length("over"),
        stated.get("schedule_18", False),
        Begins(stated.get("begins", "at once")),
        length("adult") or Length(),
        length("under_18") or Length(),
        length("at_most"),
        stated["provision"],
    )
