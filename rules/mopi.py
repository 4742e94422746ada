"""Groups for the review of police information: the gravest matter decides group and review day.

They concern casework, never an entry of a record or prints, which have their own rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from domain.plain_values import read_plain
from rules.clocks import Length, corresponding_day
from rules.data_files import data_file
from rules.situations import EventFacts, OffenceFacts, Result

MOPI = "mopi-groups/1"
"""The newest table of groups."""


@dataclass(frozen=True, slots=True)
class MatterGroup:
    """A row of the table: which matters are in a group, and when they are reviewed."""

    group: int
    """1 is the gravest."""
    words: str
    is_qualifying: bool
    after: Length
    """The clear period after the last matter."""
    again: Length
    """The time between later reviews."""
    is_convicted: bool = False
    """Whether only convictions are in this group."""
    custody: Length | None = None
    """The shortest custody of the group; None: any sentence."""

    def fits(self, offence: OffenceFacts) -> bool | None:
        """Whether an offence is in this group; None if a fact that decides it is missing."""
        if offence.is_qualifying is not self.is_qualifying:
            return None if offence.is_qualifying is None else False
        if self.is_convicted and offence.result not in (Result.CONVICTED, Result.ABROAD):
            return None if offence.result is Result.UNKNOWN else False
        if self.custody is None:
            return True
        if offence.custody is None:
            return False if offence.is_sentence_known else None
        return not self.custody.exceeds(offence.custody, offence.resulted_on or date.min)


@dataclass(frozen=True, slots=True)
class CaseworkReview:
    """The group of a person's casework, and why."""

    reference: str
    """The event of the gravest matter; of one that is not clear, if that may be graver."""
    group: MatterGroup | None
    """None if a fact is missing: a person decides."""
    review_on: date | None

    @property
    def sentences(self) -> str:
        """The result in words."""
        if self.group is None or self.review_on is None:
            return (
                f"Casework: group not known, because event {self.reference} lacks an offence code"
                f" of the table, a result or a sentence. A person decides. Rules: {MOPI}."
            )
        day = f"{self.review_on.day} {self.review_on:%B %Y}"
        return (
            f"Casework: group {self.group.group}, by event {self.reference}: {self.group.words}."
            f" Next review: {day}. Rules: {MOPI}."
        )


@cache
def matter_groups(table: str = MOPI) -> tuple[MatterGroup, ...]:
    """Return the groups of a table, the gravest first. Raises UnknownRuleError."""
    return tuple(read_plain(MatterGroup, one) for one in data_file(table).content["groups"])


def casework_review(events: Sequence[EventFacts], on: date) -> CaseworkReview | None:
    """Return the group and the next review day of a person's casework; None without a matter.

    The review follows the last matter of any group, whatever the gravest is: its clear period, and
    then each further period, to a day that has not passed.
    """
    known = [
        (event.reference, offence)
        for event in events
        for offence in event.offences
        if offence.result is not Result.VOLUNTEER and _began(event) <= on
    ]
    for group in matter_groups() if known else ():
        found = [(name, group.fits(offence)) for name, offence in known]
        for answer, held in ((True, group), (None, None)):
            name = next((one for one, fit in found if fit is answer), None)
            if name is not None:
                day = None if held is None else _next(max(_days(events, on)), held, on)
                return CaseworkReview(name, held, day)
    return None


def _began(event: EventFacts) -> date:
    return event.began_on or event.on


def _days(events: Iterable[EventFacts], on: date) -> Iterator[date]:
    for event in events:
        days = (_began(event), *(one.resulted_on for one in event.offences))
        yield from (day for day in days if day is not None and day <= on)


def _next(last: date, group: MatterGroup, on: date) -> date:
    period = group.after
    while corresponding_day(last, period) < on:
        period = period + group.again
    return corresponding_day(last, period)
