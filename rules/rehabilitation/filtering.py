"""Filtering for standard and enhanced checks: which matters are protected and not disclosed.

Source: Rehabilitation of Offenders Act 1974 (Exceptions) Order 1975, article 2A, as in force since
28 November 2020. Cautions under 18 are always protected, and it no longer matters whether a person
has several convictions. The caller must state whether an offence is listed, because the list is
not included here. A missing fact makes the answer unknown, and unknown is never treated as
protected.

The tables of section 5, each with the days on which it applies.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from domain.errors import OutsideCalendarError
from domain.people.convictions import SentenceKind
from rules.clocks import Length, last_day
from rules.data_files import data_file, rules_in
from rules.rehabilitation.facts import Conviction

FILTERING = "filtering-2020/1"
"""The only rule set that is included."""


class Protection(StrEnum):
    """Whether a standard or enhanced check discloses a matter."""

    PROTECTED = "protected"
    DISCLOSED = "disclosed"
    UNKNOWN = "unknown"
    """A fact is missing, so a person must decide. Never treated as protected."""


@dataclass(frozen=True, slots=True)
class Filtering:
    """The answer for one matter, and the rule that decided it."""

    protection: Protection
    rule: str


@dataclass(frozen=True, slots=True)
class FilteringRules:
    """The rule set with its digest."""

    identifier: str
    sha256: str
    first_day: date
    custody: frozenset[SentenceKind]
    adult_caution: Length
    adult_conviction: Length
    under_18_conviction: Length


@cache
def filtering_rules(identifier: str = FILTERING) -> FilteringRules:
    """Return the rules by name and version. Raises UnknownRuleError."""
    return rules_in(FilteringRules, data_file(identifier))


def filtered(conviction: Conviction, on: date, *, is_listed: bool | None) -> Filtering:
    """Return whether a check on this day discloses a matter.

    `is_listed`: whether the offence is on the list of the Order; None if not known. Raises
    OutsideCalendarError for a day before the first rules.
    """
    rules = filtering_rules()
    if on < rules.first_day:
        raise OutsideCalendarError(
            f"There are no filtering rules for that day: the first apply from {rules.first_day}."
        )
    young = conviction.was_under_18
    if conviction.is_caution and young:
        return Filtering(Protection.PROTECTED, f"{rules.identifier}: caution under 18")
    if _is_never_protected(conviction, rules, is_listed=is_listed):
        return Filtering(Protection.DISCLOSED, f"{rules.identifier}: listed, or custody")
    is_structured = all(one.kind is not SentenceKind.UNSTRUCTURED for one in conviction.sentences)
    if young is None or is_listed is None or not is_structured:
        return Filtering(Protection.UNKNOWN, rules.identifier)
    return _by_time(conviction, on, rules, young=young)


def _is_never_protected(
    conviction: Conviction, rules: FilteringRules, *, is_listed: bool | None
) -> bool:
    if conviction.is_caution:
        # A caution under 18 is protected, listed or not.
        return bool(is_listed) and conviction.was_under_18 is False
    return bool(is_listed) or any(one.kind in rules.custody for one in conviction.sentences)


def _by_time(conviction: Conviction, on: date, rules: FilteringRules, *, young: bool) -> Filtering:
    if conviction.is_caution:
        length, name = rules.adult_caution, "caution"
    else:
        length = rules.under_18_conviction if young else rules.adult_conviction
        name = "conviction under 18" if young else "conviction"
    # Where the last month has no such day (29 February, the 31st), the period lasts to its end.
    is_over = on > last_day(conviction.convicted_on, length)
    protection = Protection.PROTECTED if is_over else Protection.DISCLOSED
    return Filtering(protection, f"{rules.identifier}: {name}")


RULE_SETS = ("roa-2014/2", "roa-2023/2")


class Begins(StrEnum):
    """The events at which the period after a sentence begins."""

    CONVICTION = "conviction"
    COMPLETION = "completion"
    """The day on which sentence and licence are completed, or the last day of the order."""
    PAYMENT = "payment"
    AT_ONCE = "at once"
    """There is no period."""


_NO_LENGTH = Length()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table, or one exclusion."""

    kinds: frozenset[SentenceKind]
    provision: str
    over: Length | None = None
    """The row applies only to longer sentences. The first row that applies is used."""
    schedule_18: bool = False
    """The row applies only to offences of Schedule 18."""
    begins: Begins = Begins.AT_ONCE
    adult: Length = _NO_LENGTH
    under_18: Length = _NO_LENGTH
    at_most: Length | None = None
    """The longest period, counted from the day after conviction or caution."""


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
    """Return the rules in force on `day`. Raises OutsideCalendarError before the first rules."""
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
    return rules_in(RuleSet, file, last_day=file.content["last_day"] or "9999-12-31")
