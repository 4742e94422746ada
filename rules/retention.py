"""How long fingerprints may be kept: the situations that the law distinguishes, and their periods.

The rule applies to the prints of each event, never to a person as a whole. A fact that is not
known leads to a review, never to "keep" or "destroy". Extensions, consents and determinations are
decisions of people, and are stated with the event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any

from domain.office_days import days_after
from rules.clocks import Length, last_day
from rules.data_files import data_file

FINGERPRINTS = "fingerprint-retention/2"


class Situation(StrEnum):
    """What followed from the event at which prints were taken."""

    OTHER_REGIME = "another regime"
    UNLAWFUL = "unlawfully taken"
    OPEN = "proceedings open"
    OTHER_OPEN = "other proceedings open"
    CONVICTED = "convicted"
    CONVICTED_ABROAD = "convicted abroad"
    QUALIFYING_AGAIN = "qualifying, other conviction"
    MINOR_AGAIN = "minor, other conviction"
    AGAIN = "other conviction"
    QUALIFYING_CHARGED = "qualifying, charged"
    QUALIFYING_ARRESTED = "qualifying, arrested"
    QUALIFYING_CONSENTED = "qualifying, consented"
    MINOR_NOT_CONVICTED = "minor, not convicted"
    PENALTY_NOTICE = "penalty notice"
    YOUTH_LONG_CUSTODY = "under 18, first minor, long custody"
    YOUTH_SHORT_CUSTODY = "under 18, first minor, short custody"
    YOUTH_NO_CUSTODY = "under 18, first minor, no custody"
    YOUTH_AGAIN = "under 18, other conviction"
    DETERMINED = "security determination"
    VOLUNTEER = "volunteer"
    VOLUNTEER_OVER = "volunteer, purpose over"
    VOLUNTEER_CONVICTED = "volunteer, convicted"
    CONSENTED = "consented"
    UNKNOWN = "unknown"


class Keep(IntEnum):
    """How long prints are kept, from the shortest; a review ranks below "indefinite"."""

    DESTROY = 0
    UNTIL = 1
    WHILE_CONSENTED = 2
    WHILE_OPEN = 3
    REVIEW = 4
    INDEFINITE = 5
    OTHER_REGIME = 6
    """The sections of the Act do not apply: none of their rules keeps or destroys prints."""

    @property
    def words(self) -> str:
        """The words used in answers and in the data of the rules."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class TakenPrints:
    """The prints of an event, in a situation."""

    reference: str
    taken_on: date
    situation: Situation
    sentence: Length | None = None
    """The custodial sentence for a first minor conviction under 18."""
    sentenced_on: date | None = None
    is_extended: bool = False
    """Whether a court has extended the period."""
    from_day: date | None = None
    """The day on which the period begins, if not the day on which prints were taken."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis on which the prints of one event are kept, or the reason why there is none."""

    prints: TakenPrints
    keep: Keep
    last_day: date | None
    """The last lawful day; set with `Keep.UNTIL`."""
    provision: str
    """The reason, and the section of the Act."""

    @property
    def has_ended(self) -> bool:
        """Whether the prints must be destroyed, whatever the day."""
        return self.keep is Keep.DESTROY

    def keeps_on(self, day: date) -> bool:
        """Whether the prints may be kept on a day, or a person must review them."""
        if self.keep is Keep.UNTIL:
            return self.last_day is None or self.last_day >= day
        return not self.has_ended

    @property
    def sentences(self) -> str:
        """The provision that applies, and the reason, in plain English."""
        return f"{_SAID[self.keep]}{_day(self.last_day)}: {self.provision}."


_SAID = {
    Keep.DESTROY: "Destroy",
    Keep.UNTIL: "Keep",
    Keep.WHILE_CONSENTED: "Keep while the person consents",
    Keep.WHILE_OPEN: "Keep as long as this applies",
    Keep.REVIEW: "A person decides",
    Keep.INDEFINITE: "Keep without a time limit",
    Keep.OTHER_REGIME: "These sections do not say whether to keep or to destroy",
}


def _day(day: date | None) -> str:
    return "" if day is None else f" until {day.day} {day:%B %Y}, the last lawful day"


@cache
def _rows(rules: str) -> dict[str, Any]:
    return {row["situation"]: row for row in data_file(rules).content["rows"]}


def basis_of(prints: TakenPrints, rules: str = FINGERPRINTS) -> Basis:
    """Return the basis for prints in a situation. Raises UnknownRuleError for unknown rules."""
    row = _rows(rules)[prints.situation]
    keep, end = _kept(prints, row)
    section = row["provision"]
    if prints.is_extended and "extended" in row:
        section += f", {row['extended']}"
    said = section if prints.situation is Situation.UNKNOWN else f"{row['why']} ({section})"
    return Basis(prints, keep, end, said)


def _kept(prints: TakenPrints, row: dict[str, Any]) -> tuple[Keep, date | None]:
    outcome = row["outcome"]
    if outcome == "until":
        return Keep.UNTIL, _extended(prints, row)
    if outcome == "sentence and":
        return _after_sentence(prints, Length.parse(row["length"]))
    return Keep[outcome.upper().replace(" ", "_")], None


def _extended(prints: TakenPrints, row: dict[str, Any]) -> date:
    end = last_day(prints.from_day or prints.taken_on, Length.parse(row["length"]))
    if prints.is_extended and "extension" in row:
        return last_day(days_after(end), Length.parse(row["extension"]))
    return end


def _after_sentence(prints: TakenPrints, length: Length) -> tuple[Keep, date | None]:
    if prints.sentence is None or prints.sentenced_on is None:
        return Keep.REVIEW, None
    served = last_day(prints.sentenced_on, prints.sentence)
    return Keep.UNTIL, last_day(days_after(served), length)


def extension_asked_from(last: date) -> date:
    """Return the first day to ask a court to extend a period that ends with `last`."""
    within = Length.parse(data_file(FINGERPRINTS).content["asked_for_within"])
    days = (last - timedelta(days=back) for back in range(31 * within.months + 1))
    return next(day for day in days if last_day(day, within) <= last)


def longest(bases: Iterable[Basis]) -> Basis | None:
    """Return the basis that keeps the prints longest; None if there is none."""
    return max(
        bases,
        key=lambda one: (one.keep, one.last_day or date.min, one.prints.reference),
        default=None,
    )


def must_be_destroyed(bases: Iterable[Basis], on: date) -> bool:
    """Return True if no basis keeps the prints on a day; False if any needs a review."""
    return not any(one.keeps_on(on) for one in bases)
