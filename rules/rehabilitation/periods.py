"""The rehabilitation period of one sentence under a rule set, and how periods end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, IntEnum

from domain.people.convictions import SentenceKind
from rules.clocks import Length, corresponding_day, last_day
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.filtering import Begins, Row, RuleSet


class Reading(Enum):
    """Two readings of "a period of N months beginning with a day"."""

    STATUTE = "beginning with"
    """The first day counts, so the period ends on the day before the corresponding day."""
    CHECKER = "corresponding day"
    """The disclosure checker's reading (Ministry of Justice): it ends on the corresponding day."""

    def end(self, start: date, length: Length) -> date:
        """Return the last day of the period of `length` that begins with `start`."""
        return (last_day if self is Reading.STATUTE else corresponding_day)(start, length)


class EndKind(IntEnum):
    """Kinds of ends, from the earliest to the latest."""

    NIL = 0
    """There is no period: the conviction is spent at once."""
    DAY = 1
    OPEN = 2
    """The period has not ended, and its last day is not fixed: an order without an end, or
    compensation not yet paid."""
    UNKNOWN = 3
    """A fact is missing."""
    NEVER = 4
    """The sentence is excluded from rehabilitation."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a period. With `EndKind.DAY`, the last day of the period."""

    kind: EndKind
    day: date | None = None

    @classmethod
    def on(cls, day: date) -> End:
        """Return an end on a day."""
        return cls(EndKind.DAY, day)

    def covers(self, day: date) -> bool:
        """Whether a day after the beginning lies in the period, as far as is known."""
        if self.day is not None:
            return day <= self.day
        return self.kind is not EndKind.NIL

    def __str__(self) -> str:
        return str(self.day) if self.day is not None else self.kind.name.lower()


NIL, OPEN, UNKNOWN, NEVER = map(End, (EndKind.NIL, EndKind.OPEN, EndKind.UNKNOWN, EndKind.NEVER))


def latest(ends: Iterable[End]) -> End:
    """Return the latest of the ends; NIL if there are none."""
    return max(
        ends, key=lambda end: (end.kind, end.day.toordinal() if end.day else 0), default=NIL
    )


@dataclass(frozen=True, slots=True)
class Period:
    """The period of one sentence, the provision behind it, and a note on a missing fact."""

    sentence: Sentence
    end: End
    provision: str
    note: str = ""


def period_of(
    conviction: Conviction, sentence: Sentence, rules: RuleSet, reading: Reading
) -> Period:
    """Return a sentence's period. A missing fact makes its end unknown, and is noted."""
    begins = sentence.begins_on or conviction.convicted_on
    if exclusion := _excluding(rules, sentence, begins):
        if exclusion.schedule_18 and sentence.is_schedule_18 is None:
            return Period(sentence, UNKNOWN, exclusion.provision, "Schedule 18 offence or not?")
        return Period(sentence, NEVER, exclusion.provision)
    row = next((one for one in rules.rows if _applies(one, sentence, begins)), None)
    if row is None:
        return Period(sentence, UNKNOWN, "", "The sentence is not structured, or has no length.")
    return _by_row(conviction, sentence, row, rules, reading)


def _excluding(rules: RuleSet, sentence: Sentence, begins: date) -> Row | None:
    return next(
        (
            row
            for row in rules.excluded
            if _applies(row, sentence, begins)
            and not (row.schedule_18 and sentence.is_schedule_18 is False)
        ),
        None,
    )


def _applies(row: Row, sentence: Sentence, begins: date) -> bool:
    if sentence.kind not in row.kinds:
        return False
    if sentence.kind is SentenceKind.CUSTODY and sentence.length is None:
        return False
    return row.over is None or (
        sentence.length is not None and sentence.length.exceeds(row.over, begins)
    )


def _by_row(
    conviction: Conviction, sentence: Sentence, row: Row, rules: RuleSet, reading: Reading
) -> Period:
    if row.begins is Begins.AT_ONCE:
        return Period(sentence, NIL, row.provision)
    if row.begins is Begins.PAYMENT:
        paid = sentence.paid_on
        return Period(sentence, End.on(paid) if paid else OPEN, row.provision)
    buffer = _buffer(row, conviction)
    if buffer is None:
        return Period(sentence, UNKNOWN, row.provision, "Under 18 at conviction or not?")
    if row.begins is Begins.CONVICTION:
        end = reading.end(conviction.convicted_on, buffer)
        return Period(sentence, End.on(end), row.provision)
    return _after_completion(conviction, sentence, replace(row, adult=buffer), rules, reading)


def _after_completion(
    conviction: Conviction, sentence: Sentence, row: Row, rules: RuleSet, reading: Reading
) -> Period:
    """Return the rehabilitation period of a sentence or order, which runs from its last day.
    `row.adult` is the buffer period.
    """
    convicted_on = conviction.convicted_on
    completed = _completed(sentence, convicted_on, reading)
    if completed is None and row.at_most:
        end = corresponding_day(convicted_on, row.at_most)
        return Period(sentence, End.on(end), row.provision)
    if completed is None and sentence.is_indefinite:
        return Period(sentence, OPEN, row.provision)
    if completed is None:
        end = reading.end(convicted_on, rules.without_last_day)
        return Period(sentence, End.on(end), "s5(3)")
    end = reading.end(completed, row.adult) if row.adult.months else completed
    if row.at_most:
        end = min(end, corresponding_day(convicted_on, row.at_most))
    return Period(sentence, End.on(end), row.provision)


def _buffer(row: Row, conviction: Conviction) -> Length | None:
    """Return the buffer period; None if it depends on the person's age, which is unknown."""
    if row.adult == row.under_18 or conviction.was_under_18 is False:
        return row.adult
    return row.under_18 if conviction.was_under_18 else None


def _completed(sentence: Sentence, convicted_on: date, reading: Reading) -> date | None:
    is_order = sentence.kind not in (SentenceKind.CUSTODY, SentenceKind.SERVICE_DETENTION)
    if sentence.ends_on and not (is_order and sentence.length):
        return sentence.ends_on
    # The last day that the order had when it was made is used, not a later day: s5(7)(d).
    if sentence.is_indefinite or sentence.length is None:
        return None
    return reading.end(sentence.begins_on or convicted_on, sentence.length)
