"""Counts the captures due for deletion again, with code that shares nothing with the planner.

In January 2021 a weekly weeding script with defective code both deleted too much and failed to
delete. The same law is therefore written here a second time, independently: days are numbers,
periods are counted by hand, and the offence codes are in this folder. Only captures in both counts
may be purged. A test checks that this module imports neither `rules` nor the planner.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.storage.retention.recount_events import (
    NOTHING,
    Charge,
    Event,
    day_taken,
    end,
    number,
    parts,
)
from service.storage.retention.recount_events import events as events_in
from service.storage.retention.recount_rows import RawCapture, RawFact, RawPerson, RawRuling

NOW, UNTIL, OPEN, ASK, EVER = range(5)
"""How long an offence keeps prints: not at all; until a day; while the case is open; until a
person has decided; for ever."""

Verdict = tuple[int, int]
"""One of the five values above, and for `UNTIL` the last day's number; a larger keeps longer."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """The ids of the captures due for deletion, and the number of people who await a review."""

    due: frozenset[str]
    reviews: int


CapturesOf = Callable[[int], Sequence[RawCapture]]
"""Returns the captures of the person with this row."""


def recount(
    people: Iterable[RawPerson],
    rulings: Sequence[RawRuling],
    on: str,
    facts: Sequence[RawFact],
    captures_of: CapturesOf,
) -> Recounted:
    """Return the captures due for deletion on a day, `YYYY-MM-DD`."""
    groups: dict[int, list[RawPerson]] = {}
    for person in people:
        groups.setdefault(person.under or person.number, []).append(person)
    due: set[str] = set()
    reviews = 0
    for group in groups.values():
        numbers = {one.number for one in group}
        fates = _fates(
            group,
            [ruling for ruling in rulings if ruling.number in numbers],
            number(on),
            [fact for fact in facts if fact.person in numbers],
            captures_of,
        )
        gone = {name for name, fate in fates.items() if fate == NOW}
        due |= gone
        reviews += not gone and ASK in fates.values()
    return Recounted(frozenset(due), reviews)


def _fates(
    group: Sequence[RawPerson],
    rulings: Sequence[RawRuling],
    today: int,
    facts: Sequence[RawFact],
    captures_of: CapturesOf,
) -> dict[str, int]:
    """Return what happens to each capture, by its id."""
    if not sum(one.captures for one in group):
        return {}
    held = " ".join(sorted(one.record for one in group if one.record))
    last = rulings[-1] if rulings else None
    newer = [one for one in facts if one.decision == "agreed"]
    if (
        last
        and last.versions == held
        and not any(one.decided_at > last.decided_at for one in newer)
    ):
        fate = NOW
        if last.decision != "erase":
            fate = UNTIL if number(last.next_on) >= today else ASK
        captures = [one for person in group for one in captures_of(person.number)]
        return {one.name: _paused(fate, one, facts) for one in captures}
    return _by_law(group, today, facts, captures_of)


def _paused(fate: int, capture: RawCapture, facts: Sequence[RawFact]) -> int:
    """Make a capture that is due await a person's decision while a fact about it is undecided."""
    waits = any(one.capture == capture.number and not one.decision for one in facts)
    return ASK if fate == NOW and waits else fate


def _by_law(
    group: Sequence[RawPerson], today: int, facts: Sequence[RawFact], captures_of: CapturesOf
) -> dict[str, int]:
    events = [
        event
        for place, one in enumerate(group)
        if one.body is not None
        for event in events_in(one.body, f"{place}:", one.record.rpartition("@")[0])
    ]
    verdicts = [_verdict(event, events, today) for event in events]
    fixed = [one for one in verdicts if one[0] != ASK and not _over(one, today)]
    if not events and not facts:
        return {"of no event": ASK}
    if len(fixed) == len(verdicts) and not facts:
        return {}
    fates = {}
    for one in (capture for person in group for capture in captures_of(person.number)):
        own = [fact for fact in facts if fact.capture == one.number]
        verdict = _of_capture(one, own, events, fixed, today)
        fates[one.name] = _paused(NOW if _over(verdict, today) else verdict[0], one, facts)
    return fates


def _over(verdict: Verdict, today: int) -> bool:
    return verdict[0] == NOW or (verdict[0] == UNTIL and verdict[1] < today)


def _of_capture(
    capture: RawCapture,
    facts: Sequence[RawFact],
    events: Sequence[Event],
    kept: Sequence[Verdict],
    today: int,
) -> Verdict:
    """Return how long to keep a capture: by its own event, or else by any that keeps prints."""
    agreed = [one for one in facts if one.decision == "agreed"]
    wrong = {one.revokes for one in agreed}
    told = {one.kind: one for one in agreed if one.name not in wrong}
    if "another regime" in told:
        return (EVER, 0)
    if "unlawfully taken" in told:
        return (NOW, 0)
    taken = day_taken(capture.microseconds)
    if "given voluntarily" in told:
        ended = told.get("purpose fulfilled")
        charge = Charge("", None, "volunteer", number(ended.day) if ended else 0, None, None)
        return _verdict(Event("", taken, (charge,), told, taken), events, today)
    said = told.get("taken at an event")
    names = (
        {one.name for one in events if said.event in one.items}
        if said
        else {
            one.name for one in events if one.began == taken and one.force in ("", capture.force)
        }
    )
    found = []
    for name in names:
        same = [one for one in events if one.name == name]
        charges = tuple(charge for one in same for charge in one.charges if charge is not NOTHING)
        rest = [one for one in events if one.name != name]
        event = Event(name, taken, charges or (NOTHING,), told, same[0].began)
        found.append(_verdict(event, [event, *rest], today))
    if found:
        return max(found)
    return max((one for one in kept), default=(ASK, 0))


def _verdict(event: Event, events: Sequence[Event], today: int) -> Verdict:
    """Return how long to keep prints from an event, considering the person's other events."""
    verdicts = [_alone(charge, event, events, today) for charge in event.charges]
    verdicts += _by_decisions(event, today)
    own = max(verdicts)
    if own[0] >= ASK:
        return own
    ends = [charge.ended_on for charge in event.charges if charge.ended_on]
    ends += [last for kind, last in verdicts if kind == UNTIL]
    if any(_alone(charge, event, events, today)[0] == OPEN for charge in event.charges):
        ends.append(today)
    if "consent of the person" in event.told:
        ends.append(_withdrawn(event) or today)
    held = min(max(ends, default=event.taken), today)
    found = [own]
    counting = _counting(_guilty_elsewhere(event, events, held, today))
    if counting is not False:
        found.append((EVER if counting else ASK, 0))
    for other in events:
        is_open = any(charge.ended == "open" for charge in other.charges)
        if other is not event and is_open and event.began <= other.began <= held:
            found.append((ASK if end(other.began, 24) < today else OPEN, 0))
    return max(found)


def _withdrawn(event: Event) -> int:
    """Return the day on which the last consent was withdrawn, or 0 if it is still in force."""
    given, back = (event.told.get(one) for one in ("consent of the person", "consent withdrawn"))
    if back is None or (given is not None and number(back.day) < number(given.day)):
        return 0
    return number(back.day)


def _by_decisions(event: Event, today: int) -> Iterator[Verdict]:
    if event.day("consent of the person", today):
        back = _withdrawn(event)
        if not back or back > today:
            yield (OPEN, 0)
    if determined := event.day("national security determination", today):
        yield (UNTIL, end(determined, 60))


def _alone(charge: Charge, event: Event, events: Sequence[Event], today: int) -> Verdict:
    """Return how long one offence keeps prints, judged by its own result."""
    if charge.ended == "guilty":
        return _guilty(charge, event, events, today)
    if charge.ended in ("cleared", "dropped"):
        return _not_guilty(charge, event, today)
    if charge.ended == "volunteer":
        return _volunteer(charge, event, events, today)
    return {
        "notice": (UNTIL, end(event.taken, 24)),
        "open": (ASK if end(event.began, 24) < today else OPEN, 0),
        "abroad": (EVER if charge.recordable and charge.is_grave else ASK, 0),
        "unclear": (ASK, 0),
    }[charge.ended]


def _volunteer(charge: Charge, event: Event, events: Sequence[Event], today: int) -> Verdict:
    is_over = 0 < charge.ended_on <= today
    until = charge.ended_on if is_over else today
    found = _guilty_elsewhere(event, events, until, today)
    since = [one for one in found if one[1] >= event.taken]
    before = _counting([one for one in found if one[1] < event.taken], asks_custody=False)
    if before or any(one[2].recordable for one in since):
        return (EVER, 0)
    if before is None or since:
        return (ASK, 0)
    return (NOW if is_over else OPEN, 0)


def _not_guilty(charge: Charge, event: Event, today: int) -> Verdict:
    if charge.is_grave is None:
        return (ASK, 0)
    agreed = event.day("consent of the Commissioner", today)
    if not charge.is_grave or not (charge.ended == "cleared" or agreed):
        return (NOW, 0)
    last = end(event.taken, 36)
    ordered = event.day("extended by a court", today)
    if not ordered:
        return (UNTIL, last)
    first = last
    while end(first, 3) > last:
        first -= 1
    return (UNTIL, end(last + 1, 24)) if first <= ordered <= last else (ASK, 0)


def _guilty_elsewhere(
    event: Event, events: Sequence[Event], until: int, today: int
) -> list[tuple[str, int, Charge]]:
    """Return convictions at other events, on or before a day, for possibly recordable offences."""
    return [
        (other.name, charge.ended_on, charge)
        for other in events
        if other.name != event.name
        for charge in other.charges
        if charge.ended in ("guilty", "abroad")
        and charge.recordable is not False
        and charge.ended_on <= min(until, today)
    ]


def _counting(
    found: Sequence[tuple[str, int, Charge]], *, asks_custody: bool = True
) -> bool | None:
    """Whether convictions count towards indefinite retention; None if unclear.

    A single conviction does not count if it was of a child, for a minor offence, with short
    custody.
    """
    sure = [one for one in found if one[2].recordable]
    if len({name for name, _, _ in sure}) > 1:
        return True
    small = [_small(charge, day, asks_custody=asks_custody) for _, day, charge in sure]
    if False in small:
        return True
    return None if None in small or len(sure) < len(found) else False


def _small(charge: Charge, day: int, *, asks_custody: bool) -> bool | None:
    if charge.is_grave or charge.child is False:
        return False
    if not asks_custody:
        return None if charge.is_grave is None or charge.child is None else True
    if charge.custody and end(day, *parts(charge.custody)) >= end(day, 60):
        return False
    if charge.is_grave is None or charge.child is None or charge.custody is None:
        return None
    return True


def _guilty(charge: Charge, event: Event, events: Sequence[Event], today: int) -> Verdict:
    if not charge.recordable:
        return (ASK, 0)
    if charge.child is False or charge.is_grave:
        return (EVER, 0)
    first = _child_once(charge, event.taken)
    until = first[1] if first[0] == UNTIL else charge.ended_on
    others = [each.recordable for _, _, each in _guilty_elsewhere(event, events, until, today)]
    if any(others):
        return (EVER, 0)
    if others or charge.child is None or charge.is_grave is None:
        return (ASK, 0)
    return first


def _child_once(charge: Charge, taken: int) -> Verdict:
    """Return how long the first conviction of a child for a minor offence keeps prints."""
    if charge.custody is None:
        return (ASK, 0)
    if not charge.custody:
        return (UNTIL, end(taken, 60))
    served = end(charge.ended_on, *parts(charge.custody))
    if served >= end(charge.ended_on, 60):
        return (EVER, 0)
    return (UNTIL, end(served + 1, 60))
