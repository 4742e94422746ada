"""The convictions of a person together: single terms, the longest period, and extension.

Section 6(4): if a person is convicted again within a period, the period that ends earlier is
extended to the end of the later one. Prohibitions and similar orders neither extend other periods
nor are extended (s6(5)). Reconvictions for summary-only offences extend nothing. A sentence that
is excluded from rehabilitation extends only earlier periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from domain.people.convictions import SentenceKind
from domain.plain_values import made_from
from rules.clocks import Length
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.filtering import RuleSet, rule_set_of
from rules.rehabilitation.periods import (
    NEVER,
    NIL,
    End,
    EndKind,
    Period,
    Reading,
    latest,
    period_of,
)


class Standing(StrEnum):
    """The standing of a conviction on a day."""

    SPENT = "spent"
    UNSPENT = "unspent"
    UNKNOWN = "unknown"
    """A fact is missing, so a person must decide. Never treated as spent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The standing of one conviction, with everything that decided it."""

    conviction: Conviction
    standing: Standing
    end: End
    """The last day on which the conviction is unspent."""
    periods: tuple[Period, ...]
    extended_by: tuple[str, ...]
    """References of the convictions that extended its period."""
    rules: str
    """Identifier of the rule set."""
    reading: Reading


@dataclass(slots=True)
class _Running:
    """A conviction to which later convictions are applied, in the order of their dates."""

    conviction: Conviction
    periods: tuple[Period, ...]
    running: End
    """The end of the sentences that can extend and be extended, without excluded sentences."""
    is_never: bool
    extended_by: tuple[str, ...] = ()

    @property
    def end(self) -> End:
        if self.is_never:
            return NEVER
        return latest((self.running, *(one.end for one in self.periods)))


def answers(
    convictions: Sequence[Conviction], on: date, reading: Reading = Reading.STATUTE
) -> tuple[Answer, ...]:
    """Return the standing of each conviction on a day, in the order given.

    Convictions after that day are left out. Raises OutsideCalendarError before the first rules.
    """
    rules = rule_set_of(on)
    known = [one for one in convictions if one.convicted_on <= on]
    running = [_start(one, known, rules, reading) for one in known]
    for _, together in groupby(sorted(running, key=_day), key=_day):
        _extend(list(together), running)
    return tuple(
        made_from(
            Answer, one, standing=_standing(one.end, on), rules=rules.identifier, reading=reading
        )
        for one in running
    )


def _start(
    conviction: Conviction, known: Sequence[Conviction], rules: RuleSet, reading: Reading
) -> _Running:
    periods = [period_of(conviction, one, rules, reading) for one in conviction.sentences]
    if term := _single_term(conviction, known):
        # The exclusion is tested on each sentence by itself, not on their sum.
        joined = period_of(conviction, term, replace(rules, excluded=()), reading)
        periods.append(replace(joined, note="consecutive or concurrent terms as one, s5(7)"))
    extending = [
        one.end
        for one in periods
        if one.end != NEVER and one.sentence.kind not in rules.never_extends
    ]
    return _Running(
        conviction,
        tuple(periods),
        NIL if conviction.is_caution else latest(extending),
        any(one.end == NEVER for one in periods),
    )


def _single_term(conviction: Conviction, known: Sequence[Conviction]) -> Sentence | None:
    """Return the custodial terms that form one term with this conviction; None if only one.

    These are terms of the same proceedings, and consecutive terms of any proceedings.
    """
    if not _terms(conviction):
        return None
    one_term = _one_term(conviction, known)
    joined = [other for other in known if any(other is one for one in one_term)]
    together = [
        (other, sentence)
        for other in sorted(joined, key=lambda one: one.convicted_on)
        for sentence in _terms(other)
    ]
    terms = [sentence for _, sentence in together]
    if len(terms) == 1 or any(one.length is None for one in terms):
        return None
    begins = min((one.begins_on or other.convicted_on) for other, one in together)
    ends = [one.ends_on for one in terms]
    known_end = max(end for end in ends if end) if all(ends) else None
    # The exclusion is tested on each sentence by itself, not on their sum.
    return Sentence(
        SentenceKind.CUSTODY,
        _joined(terms, begins),
        begins,
        ends_on=known_end,
        is_schedule_18=False,
    )


def _joined(terms: Sequence[Sentence], begins: date) -> Length:
    length = Length()
    for one in terms:
        own = one.length or Length()
        if one.is_consecutive or one.consecutive_to:
            length += own
        elif length == Length() or own.exceeds(length, begins):
            length = own
    return length


def _terms(conviction: Conviction) -> list[Sentence]:
    return [one for one in conviction.sentences if one.kind is SentenceKind.CUSTODY]


def _one_term(conviction: Conviction, known: Sequence[Conviction]) -> list[Conviction]:
    """Return the convictions whose custody forms one term with this conviction's, itself too."""
    found = [conviction]
    for one in found:
        found += [
            other
            for other in known
            if all(other is not each for each in found)
            and (
                (one.proceedings and _same_proceedings(one, other))
                or _follows(one, other, known)
                or _follows(other, one, known)
            )
        ]
    return found


def _follows(later: Conviction, earlier: Conviction, known: Sequence[Conviction]) -> bool:
    """Whether custody of one conviction is consecutive to custody of another in other proceedings.

    A consecutive term that names no conviction follows the last custody before its proceedings.
    """
    for term in _terms(later):
        if term.consecutive_to:
            return term.consecutive_to == earlier.reference
        if not term.is_consecutive:
            return False
        if any(_same_proceedings(later, one) for one in known if one is not later):
            # The term follows a term of its own proceedings.
            return False
        before = [one for one in known if _terms(one) and one.convicted_on < later.convicted_on]
        last = max(before, key=lambda one: one.convicted_on, default=None)
        return last is earlier
    return False


def _same_proceedings(first: Conviction, second: Conviction) -> bool:
    return bool(first.proceedings) and (
        first.proceedings == second.proceedings and first.convicted_on == second.convicted_on
    )


def _day(one: _Running) -> date:
    return one.conviction.convicted_on


def _extend(later: Sequence[_Running], running: Sequence[_Running]) -> None:
    """Extend the periods into which convictions of one day fall, and the new periods."""
    extending = [one for one in later if not one.conviction.is_summary_only]
    earlier = [
        one for one in running if _day(one) < _day(later[0]) and one.running.covers(_day(later[0]))
    ]
    timed = [one for one in extending if one.running != NIL]
    if not earlier or not extending:
        return
    end = latest(one.running for one in (*timed, *earlier))
    is_never = any(one.is_never for one in extending)
    for one in earlier:
        if timed or is_never:
            _move(one, end, extending)
            one.is_never = one.is_never or is_never
    for one in timed:
        _move(one, end, earlier)


def _move(one: _Running, end: End, by: Sequence[_Running]) -> None:
    if one.running != end or any(other.is_never for other in by):
        one.extended_by += tuple(other.conviction.reference for other in by)
    one.running = end


def _standing(end: End, on: date) -> Standing:
    if end.kind is EndKind.UNKNOWN:
        return Standing.UNKNOWN
    return Standing.UNSPENT if end.covers(on) else Standing.SPENT
