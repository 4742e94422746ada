"""How long fingerprints may be kept: the basis of each event, and the longest of all.

The rule is for each event, not for each person. A fact that is not known makes a review, never
"keep" and never "destroy". Extensions by a court and consent of the Commissioner are decisions of
people: they are stated with the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from rules.data_files import data_file
from rules.lengths import Length, last_day

if TYPE_CHECKING:
    from collections.abc import Iterable

FINGERPRINTS = "fingerprint-retention/1"


class Situation(StrEnum):
    """What came of the event at which prints were taken."""

    UNLAWFUL = "unlawfully taken"
    OPEN = "proceedings open"
    ADULT_CONVICTED = "adult convicted"
    QUALIFYING_AGAIN = "qualifying, earlier conviction"
    QUALIFYING_CHARGED = "qualifying, charged"
    QUALIFYING_ARRESTED = "qualifying, arrested"
    MINOR_NOT_CONVICTED = "minor, not convicted"
    PENALTY_NOTICE = "penalty notice"
    YOUTH_LONG_CUSTODY = "under 18, first minor, long custody"
    YOUTH_SHORT_CUSTODY = "under 18, first minor, short custody"
    YOUTH_NO_CUSTODY = "under 18, first minor, no custody"
    YOUTH_AGAIN = "under 18, later conviction"
    UNKNOWN = "unknown"


class Keep(IntEnum):
    """For how long, from the shortest to the longest; a review stands below "indefinite"."""

    DESTROY = 0
    UNTIL = 1
    WHILE_OPEN = 2
    REVIEW = 3
    INDEFINITE = 4


@dataclass(frozen=True, slots=True)
class TakenPrints:
    """An event at which prints were taken."""

    reference: str
    taken_on: date
    situation: Situation
    sentence: Length | None = None
    """Of a first minor conviction under 18 with custody."""
    sentenced_on: date | None = None
    is_extended: bool = False
    """A court has extended the period."""
    has_consent: bool = False
    """The Commissioner has consented."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The basis on which the prints of one event are kept, or none."""

    prints: TakenPrints
    keep: Keep
    last_day: date | None
    """Last lawful day, with `Keep.UNTIL`."""
    provision: str


def basis_of(prints: TakenPrints, rules: str = FINGERPRINTS) -> Basis:
    """Return the basis for the prints of one event. Raises UnknownRuleError for unknown rules."""
    rows: dict[str, Any] = {row["situation"]: row for row in data_file(rules).content["rows"]}
    row = rows[prints.situation]
    keep, end = _kept(prints, row)
    return Basis(prints, keep, end, row["provision"])


def _kept(prints: TakenPrints, row: dict[str, Any]) -> tuple[Keep, date | None]:
    outcome = row["outcome"]
    if prints.has_consent and "consent" in row:
        return Keep.UNTIL, last_day(prints.taken_on, Length.parse(row["consent"]))
    if outcome == "until":
        return Keep.UNTIL, _extended(prints, row)
    if outcome == "sentence and":
        return _after_sentence(prints, Length.parse(row["length"]))
    fixed = {
        "destroy": Keep.DESTROY,
        "while open": Keep.WHILE_OPEN,
        "indefinite": Keep.INDEFINITE,
        "review": Keep.REVIEW,
    }
    return fixed[outcome], None


def _extended(prints: TakenPrints, row: dict[str, Any]) -> date:
    end = last_day(prints.taken_on, Length.parse(row["length"]))
    if prints.is_extended and "extension" in row:
        return last_day(end + timedelta(days=1), Length.parse(row["extension"]))
    return end


def _after_sentence(prints: TakenPrints, length: Length) -> tuple[Keep, date | None]:
    if prints.sentence is None or prints.sentenced_on is None:
        return Keep.REVIEW, None
    served = last_day(prints.sentenced_on, prints.sentence)
    return Keep.UNTIL, last_day(served + timedelta(days=1), length)


def longest(bases: Iterable[Basis]) -> Basis | None:
    """Return the basis that keeps longest; None where there is none."""
    return max(
        bases,
        key=lambda one: (one.keep, one.last_day or date.min, one.prints.reference),
        default=None,
    )


def must_be_destroyed(bases: Iterable[Basis], on: date) -> bool:
    """Whether no basis keeps prints on a day; False while any needs a review."""
    return all(
        one.keep is Keep.DESTROY
        or (one.keep is Keep.UNTIL and one.last_day is not None and one.last_day < on)
        for one in bases
    )
