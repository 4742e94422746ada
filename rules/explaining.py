"""Explains in sentences which provision applies to an item on a day, and why."""

from collections.abc import Iterator, Sequence
from datetime import date

from rules.mopi import casework_review
from rules.rehabilitation.facts import Conviction
from rules.rehabilitation.periods import EndKind, Reading
from rules.rehabilitation.record import Answer, answers
from rules.retention import FINGERPRINTS, Basis, Keep, extension_asked_from
from rules.situations import EVENTS, EventFacts, bases_of

_ENDS = {
    EndKind.NIL: "it was spent at once",
    EndKind.OPEN: "its period has not ended, and its end is not fixed",
    EndKind.UNKNOWN: "a fact is missing, and a person decides",
    EndKind.NEVER: "it is never spent",
}


def explained_prints(events: Sequence[EventFacts], on: date) -> Iterator[str]:
    """Yield a paragraph about the prints of each event, under the rules in force on a day."""
    for basis in bases_of(events, on):
        yield " ".join(_of_prints(basis, on))


def _of_prints(basis: Basis, on: date) -> Iterator[str]:
    prints = basis.prints
    yield f"Prints of event {prints.reference}, taken on {_day(prints.taken_on)}."
    yield basis.sentences
    if basis.keep is Keep.UNTIL and basis.last_day is not None:
        has_ended = basis.last_day < on
        yield f"That day has {'passed: destroy them.' if has_ended else 'not passed.'}"
        if prints.situation.value.startswith("qualifying") and not prints.is_extended:
            yield (
                "A court could be asked for two more years from"
                f" {_day(extension_asked_from(basis.last_day))} to that day."
            )
    yield f"Rules: Police and Criminal Evidence Act 1984 as {FINGERPRINTS}, {EVENTS}."


def explained_casework(events: Sequence[EventFacts], on: date) -> Iterator[str]:
    """Yield a paragraph about the review of the casework, if there is a matter."""
    found = casework_review(events, on)
    if found is not None:
        yield found.sentences


def explained_convictions(
    convictions: Sequence[Conviction], on: date, reading: Reading = Reading.STATUTE
) -> Iterator[str]:
    """Yield a paragraph on each conviction: whether it is spent on a day, since when and why.

    Raises OutsideCalendarError for a day before the first rule set.
    """
    for answer in answers(convictions, on, reading):
        yield " ".join(_of_conviction(answer, on))


def _of_conviction(answer: Answer, on: date) -> Iterator[str]:
    conviction, end = answer.conviction, answer.end
    yield f"Conviction {conviction.reference} of {_day(conviction.convicted_on)}:"
    yield f"{answer.standing.value} on {_day(on)}."
    told = f"its last unspent day is {_day(end.day)}" if end.day else _ENDS[end.kind]
    yield f"{told[0].upper()}{told[1:]}."
    for period in answer.periods:
        last = f"to {_day(period.end.day)}" if period.end.day else str(period.end)
        note = f" {period.note}" if period.note else ""
        yield f"Its {period.sentence.kind.value}: {last} ({period.provision or 'no row'}).{note}"
    if answer.extended_by:
        yield f"Extended by conviction {', '.join(answer.extended_by)} (s6(4))."
    yield (
        "Rules: Rehabilitation of Offenders Act 1974 as"
        f" {answer.rules}, read as {answer.reading.value!r}."
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
