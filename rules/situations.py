"""Which situation of the rules of retention an event is, from the facts on record of it.

An event is an arrest or a conviction at which prints were taken or might have been. Each of its
offences is a situation of its own, and the one that keeps longest counts for the event. Where a
fact is missing the situation is `unknown`: a person looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rules.data_files import data_file
from rules.lengths import Length, last_day
from rules.retention import Basis, Situation, TakenPrints, basis_of, longest

EVENTS = "retention-events/1"


class Result(StrEnum):
    """How far an offence went."""

    OPEN = "open"
    """Nothing has ended it: no result, or a charge."""
    CONVICTED = "convicted"
    """Or cautioned."""
    NOT_CONVICTED = "charged, not convicted"
    NOT_CHARGED = "arrested, not charged"
    PENALTY_NOTICE = "penalty notice"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OffenceFacts:
    """The facts on record of one offence of an event. A fact that is not known is None."""

    code: str
    is_recordable: bool | None
    result: Result
    resulted_on: date | None = None
    was_under_18: bool | None = None
    """At the offence, where that is known; else at the conviction."""
    custody: Length | None = None
    """The sentence of custody, of a conviction whose sentence can be computed with."""
    is_sentence_known: bool = False


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event of a person."""

    reference: str
    on: date
    offences: tuple[OffenceFacts, ...]


def bases_of(events: Sequence[EventFacts], on: date) -> tuple[Basis, ...]:
    """Return the longest basis of each event, as it stands on a day.

    Raises UnknownRuleError when the rules are not held.
    """
    return tuple(_basis_of_event(event, events, on) for event in events)


def _basis_of_event(event: EventFacts, events: Sequence[EventFacts], on: date) -> Basis:
    found = longest(
        basis_of(_taken(event, offence, events, on)) for offence in event.offences or (_NOTHING,)
    )
    assert found is not None  # noqa: S101 - an event without offences stands for an unknown one
    return found


_NOTHING = OffenceFacts("", None, Result.UNKNOWN)


def _taken(
    event: EventFacts, offence: OffenceFacts, events: Sequence[EventFacts], on: date
) -> TakenPrints:
    rules: dict[str, Any] = data_file(EVENTS).content
    situation = _situation(event, offence, events, rules)
    if situation is Situation.OPEN and last_day(event.on, Length.parse(rules["asked_after"])) < on:
        situation = Situation.UNKNOWN
    if situation is Situation.YOUTH_SHORT_CUSTODY:
        return TakenPrints(
            event.reference,
            event.on,
            situation,
            sentence=offence.custody,
            sentenced_on=offence.resulted_on,
        )
    return TakenPrints(event.reference, event.on, situation)


def _situation(
    event: EventFacts,
    offence: OffenceFacts,
    events: Sequence[EventFacts],
    rules: dict[str, Any],
) -> Situation:
    match offence.result:
        case Result.OPEN:
            return Situation.OPEN
        case Result.PENALTY_NOTICE:
            return Situation.PENALTY_NOTICE
        case Result.CONVICTED:
            return _convicted(event, offence, events, rules)
        case Result.UNKNOWN:
            return Situation.UNKNOWN
    return _not_convicted(event, offence, events, rules)


def _not_convicted(
    event: EventFacts,
    offence: OffenceFacts,
    events: Sequence[EventFacts],
    rules: dict[str, Any],
) -> Situation:
    is_qualifying = _is_qualifying(offence.code, rules)
    if is_qualifying is None:
        return Situation.UNKNOWN
    if not is_qualifying:
        return Situation.MINOR_NOT_CONVICTED
    if _convicted_before(event.on, events):
        return Situation.QUALIFYING_AGAIN
    is_charged = offence.result is Result.NOT_CONVICTED
    return Situation.QUALIFYING_CHARGED if is_charged else Situation.QUALIFYING_ARRESTED


def _convicted(
    event: EventFacts,
    offence: OffenceFacts,
    events: Sequence[EventFacts],
    rules: dict[str, Any],
) -> Situation:
    convicted_on = offence.resulted_on
    if not offence.is_recordable or offence.was_under_18 is None or convicted_on is None:
        return Situation.UNKNOWN
    if not offence.was_under_18:
        return Situation.ADULT_CONVICTED
    if _convicted_before(convicted_on, events, other_than=event.reference):
        return Situation.YOUTH_AGAIN
    if _is_qualifying(offence.code, rules) is not False or not offence.is_sentence_known:
        # The rules say nothing of a qualifying first conviction under 18.
        return Situation.UNKNOWN
    return _first_of_youth(offence.custody, convicted_on, Length.parse(rules["long_custody"]))


def _first_of_youth(custody: Length | None, convicted_on: date, long: Length) -> Situation:
    if custody is None:
        return Situation.YOUTH_NO_CUSTODY
    is_short = long.exceeds(custody, convicted_on)
    return Situation.YOUTH_SHORT_CUSTODY if is_short else Situation.YOUTH_LONG_CUSTODY


def _is_qualifying(code: str, rules: dict[str, Any]) -> bool | None:
    if code in rules["qualifying"]:
        return True
    return False if code in rules["minor"] else None


def _convicted_before(
    day: date, events: Iterable[EventFacts], *, other_than: str | None = None
) -> bool:
    """Whether an offence that must be recorded led to a conviction before a day."""
    return any(
        offence.result is Result.CONVICTED
        and offence.is_recordable is True
        and offence.resulted_on is not None
        and offence.resulted_on < day
        for event in events
        if event.reference != other_than
        for offence in event.offences
    )


def is_under_18(born: Sequence[date | None], day: date) -> bool | None:
    """Whether a person born on one of these days is under 18 on a day.

    None when no date of birth is whole, or when they differ over it.
    """
    if not born or None in born:
        return None
    grown = Length.parse(data_file(EVENTS).content["adult_at"])
    found = {last_day(one, grown) >= day for one in born if one is not None}
    return found.pop() if len(found) == 1 else None
