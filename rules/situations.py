"""Which situation of the retention rules an event's prints are in, from its facts.

An event is an arrest, a conviction, or a visit of a volunteer. The prints taken at it are kept on
the longest of several bases: the offences of the event, the decisions of people on the prints, and
what else happened to the person while the prints were held. If a fact is missing the situation is
`unknown`, and a person must review it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rules.clocks import Length, last_day
from rules.data_files import data_file
from rules.retention import (
    Basis,
    Keep,
    Situation,
    TakenPrints,
    basis_of,
    extension_asked_from,
    longest,
)

EVENTS = "retention-events/2"


class Result(StrEnum):
    """How far the proceedings for an offence went."""

    OPEN = "open"
    """Nothing has ended the proceedings: there is no result, or only a charge."""
    CONVICTED = "convicted"
    """Also cautioned, warned, or found to have done the act although insane or unfit (s65B)."""
    ABROAD = "convicted abroad"
    """`is_recordable` and `is_qualifying` describe the act as if it had been done here."""
    NOT_CONVICTED = "charged, not convicted"
    """Also reported for summons (s65(2B)), acquitted, or the conviction was quashed."""
    NOT_CHARGED = "arrested, not charged"
    PENALTY_NOTICE = "penalty notice"
    VOLUNTEER = "volunteer"
    """No offence: prints given voluntarily. `resulted_on`: when the purpose was fulfilled."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OffenceFacts:
    """The facts on record about one offence of an event. A fact that is not known is None."""

    is_qualifying: bool | None
    is_recordable: bool | None
    result: Result
    resulted_on: date | None = None
    was_under_18: bool | None = None
    """Whether the person was under 18 at the time of the offence."""
    custody: Length | None = None
    """The custodial sentence, if the conviction has a sentence that rules can compute with."""
    is_sentence_known: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of people about the prints of an event, each with its day."""

    extended_on: date | None = None
    """The day on which a court extended the period."""
    commissioner_consented_on: date | None = None
    consented_on: date | None = None
    """The day on which the person consented in writing."""
    consent_withdrawn_on: date | None = None
    determined_on: date | None = None
    """The day of a determination for national security."""
    is_unlawful: bool = False
    """Whether prints or arrest were unlawful, or it was a case of mistaken identity."""
    is_other_regime: bool = False


NOTHING_DECIDED = Decided()


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event of a person."""

    reference: str
    on: date
    """The day on which prints were or could have been taken."""
    offences: tuple[OffenceFacts, ...]
    decided: Decided = NOTHING_DECIDED
    began_on: date | None = None
    """The day of the arrest, if it is a different day."""


@dataclass(frozen=True, slots=True)
class _Conviction:
    """A conviction for an offence that must be recorded, here or abroad."""

    event: str
    on: date
    offence: OffenceFacts

    @property
    def is_excluded(self) -> bool | None:
        """Whether the only one does not count: minor, under 18, short custody or none."""
        long = Length.parse(_events()["long_custody"])
        custody = self.offence.custody
        is_minor = None if self.offence.is_qualifying is None else not self.offence.is_qualifying
        is_short: bool | None = custody is None or long.exceeds(custody, self.on)
        if not self.offence.is_sentence_known:
            is_short = None
        return _all(is_minor, self.offence.was_under_18, is_short)


def _all(*facts: bool | None) -> bool | None:
    """Return whether all facts are true. None if a fact is not known and no fact is false."""
    if False in facts:
        return False
    return None if None in facts else True


def _events() -> dict[str, Any]:
    return data_file(EVENTS).content


def bases_of(events: Sequence[EventFacts], on: date) -> tuple[Basis, ...]:
    """Return the longest basis for each event's prints, as of a day. Raises UnknownRuleError."""
    known = [conviction for event in events for conviction in _convictions(event, on)]
    return tuple(_Judged(event, tuple(events), tuple(known), on).basis() for event in events)


def _convictions(event: EventFacts, on: date) -> Iterable[_Conviction]:
    for one in event.offences:
        if one.result in (Result.CONVICTED, Result.ABROAD) and one.is_recordable is not False:
            day = one.resulted_on or event.on
            if day <= on:
                yield _Conviction(event.reference, day, one)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The prints of one event, judged on a given day in the light of all events of the person."""

    event: EventFacts
    events: tuple[EventFacts, ...]
    convictions: tuple[_Conviction, ...]
    on: date

    def basis(self) -> Basis:
        decided = self.event.decided
        if decided.is_other_regime:
            return self._in(Situation.OTHER_REGIME)
        if decided.is_unlawful:
            return self._in(Situation.UNLAWFUL)
        own = [self._of(one) for one in self.event.offences or (_NOTHING,)]
        bases = [*own, *self._by_decisions()]
        held = longest(bases)
        assert held is not None  # noqa: S101 - an event without offences stands for an unknown one
        if held.keep >= Keep.REVIEW:
            return held
        return longest([held, *self._since(self._held_until(bases))]) or held

    def _in(self, situation: Situation, **facts: Any) -> Basis:
        return basis_of(TakenPrints(self.event.reference, self.event.on, situation, **facts))

    def _of(self, offence: OffenceFacts) -> Basis:
        judge = {
            Result.CONVICTED: self._convicted,
            Result.NOT_CONVICTED: self._not_convicted,
            Result.NOT_CHARGED: self._not_convicted,
            Result.VOLUNTEER: self._volunteer,
        }.get(offence.result)
        return self._in(self._plain(offence)) if judge is None else judge(offence)

    def _plain(self, offence: OffenceFacts) -> Situation:
        match offence.result:
            case Result.OPEN:
                asked = last_day(self._began, Length.parse(_events()["asked_after"]))
                return Situation.UNKNOWN if asked < self.on else Situation.OPEN
            case Result.PENALTY_NOTICE:
                return Situation.PENALTY_NOTICE
            case Result.ABROAD if offence.is_recordable and offence.is_qualifying:
                return Situation.CONVICTED_ABROAD
        return Situation.UNKNOWN

    @property
    def _began(self) -> date:
        return self.event.began_on or self.event.on

    def _not_convicted(self, offence: OffenceFacts) -> Basis:
        if offence.is_qualifying is None:
            return self._in(Situation.UNKNOWN)
        if not offence.is_qualifying:
            return self._in(Situation.MINOR_NOT_CONVICTED)
        if offence.result is Result.NOT_CONVICTED:
            return self._extended(Situation.QUALIFYING_CHARGED)
        consented = self.event.decided.commissioner_consented_on
        if consented is None or consented > self.on:
            return self._in(Situation.QUALIFYING_ARRESTED)
        return self._extended(Situation.QUALIFYING_CONSENTED)

    def _extended(self, situation: Situation) -> Basis:
        """Return a basis with a court's extension; one ordered out of time must be reviewed."""
        plain = self._in(situation)
        ordered = self.event.decided.extended_on
        if ordered is None or ordered > self.on or plain.last_day is None:
            return plain
        in_time = extension_asked_from(plain.last_day) <= ordered <= plain.last_day
        return self._in(situation, is_extended=True) if in_time else self._in(Situation.UNKNOWN)

    def _convicted(self, offence: OffenceFacts) -> Basis:
        """Return the basis that follows from the conviction itself."""
        if not offence.is_recordable or offence.resulted_on is None:
            return self._in(Situation.UNKNOWN)
        if offence.was_under_18 is False or offence.is_qualifying:
            return self._in(Situation.CONVICTED)
        first = self._first_of_youth(offence)
        until = first.last_day or offence.resulted_on
        others = {one.offence.is_recordable for one in self._others(until)}
        if True in others:
            return self._in(Situation.YOUTH_AGAIN)
        if None in (offence.was_under_18, offence.is_qualifying, *others):
            return self._in(Situation.UNKNOWN)
        return first

    def _first_of_youth(self, offence: OffenceFacts) -> Basis:
        if not offence.is_sentence_known or offence.resulted_on is None:
            return self._in(Situation.UNKNOWN)
        if offence.custody is None:
            return self._in(Situation.YOUTH_NO_CUSTODY)
        if not Length.parse(_events()["long_custody"]).exceeds(
            offence.custody, offence.resulted_on
        ):
            return self._in(Situation.YOUTH_LONG_CUSTODY)
        return self._in(
            Situation.YOUTH_SHORT_CUSTODY,
            sentence=offence.custody,
            sentenced_on=offence.resulted_on,
        )

    def _volunteer(self, offence: OffenceFacts) -> Basis:
        fulfilled = offence.resulted_on
        is_over = fulfilled is not None and fulfilled <= self.on
        held_until = fulfilled if fulfilled is not None and is_over else self.on
        since = [one for one in self._others(held_until) if one.on >= self.event.on]
        before = [one for one in self._others(held_until) if one.on < self.event.on]
        counting = _counts(before, is_custody_asked=False)
        if counting or any(one.offence.is_recordable for one in since):
            return self._in(Situation.VOLUNTEER_CONVICTED)
        if counting is None or since:
            return self._in(Situation.UNKNOWN)
        return self._in(Situation.VOLUNTEER_OVER if is_over else Situation.VOLUNTEER)

    def _by_decisions(self) -> Iterable[Basis]:
        decided, on = self.event.decided, self.on
        withdrawn = decided.consent_withdrawn_on
        has_consent = decided.consented_on is not None and decided.consented_on <= on
        if has_consent and (withdrawn is None or withdrawn > on):
            yield self._in(Situation.CONSENTED)
        if decided.determined_on is not None and decided.determined_on <= on:
            yield self._in(Situation.DETERMINED, from_day=decided.determined_on)

    def _held_until(self, bases: Sequence[Basis]) -> date:
        """Return the last day on which prints were lawfully held, other convictions aside."""
        days = [one.last_day for one in bases if one.last_day is not None]
        days += [one.resulted_on for one in self.event.offences if one.resulted_on is not None]
        if self.event.decided.consented_on is not None:
            days.append(self.event.decided.consent_withdrawn_on or self.on)
        if any(one.keep is Keep.WHILE_OPEN for one in bases):
            days.append(self.on)
        return max(days, default=self.event.on)

    def _since(self, held_until: date) -> Iterable[Basis]:
        """Yield bases from other convictions and arrests, up to the last day of holding prints."""
        counting = _counts(self._others(held_until))
        if counting:
            yield self._in(self._again())
        if counting is None:
            yield self._in(Situation.UNKNOWN)
        for event in self.events:
            if event is not self.event and self._began <= (event.began_on or event.on):
                yield from self._open_in(event, held_until)

    def _open_in(self, event: EventFacts, held_until: date) -> Iterable[Basis]:
        began = event.began_on or event.on
        is_open = any(one.result is Result.OPEN for one in event.offences)
        if is_open and began <= min(held_until, self.on):
            asked = last_day(began, Length.parse(_events()["asked_after"]))
            yield self._in(Situation.UNKNOWN if asked < self.on else Situation.OTHER_OPEN)

    def _again(self) -> Situation:
        cleared = [
            one.is_qualifying
            for one in self.event.offences
            if one.result in (Result.NOT_CONVICTED, Result.NOT_CHARGED)
        ]
        if True in cleared:
            return Situation.QUALIFYING_AGAIN
        return Situation.MINOR_AGAIN if False in cleared else Situation.AGAIN

    def _others(self, until: date) -> list[_Conviction]:
        """Return convictions of other events up to a day, but not after the answer's day."""
        return [
            one
            for one in self.convictions
            if one.event != self.event.reference and one.on <= min(until, self.on)
        ]


def _counts(convictions: Sequence[_Conviction], *, is_custody_asked: bool = True) -> bool | None:
    """Whether convictions count; a single one that is excluded does not. None if that is unclear.

    Convictions of one event count as one (s65B(3)). For volunteers custody is not considered.
    """
    sure = [one for one in convictions if one.offence.is_recordable]
    events = {one.event for one in sure}
    if len(events) > 1:
        return True
    facts = [_is_excluded(one, is_custody_asked=is_custody_asked) for one in sure]
    if False in facts:
        return True
    is_clear = None not in facts and len(sure) == len(convictions)
    return False if is_clear else None


def _is_excluded(one: _Conviction, *, is_custody_asked: bool) -> bool | None:
    if is_custody_asked:
        return one.is_excluded
    is_minor = None if one.offence.is_qualifying is None else not one.offence.is_qualifying
    return _all(is_minor, one.offence.was_under_18)


_NOTHING = OffenceFacts(None, None, Result.UNKNOWN)


def is_qualifying(code: str) -> bool | None:
    """Return whether an offence is a qualifying offence; None for a code that is not listed."""
    if code in _events()["qualifying"]:
        return True
    return False if code in _events()["minor"] else None


def is_under_18(born: Sequence[date | None], day: date) -> bool | None:
    """Whether a person born on one of these days is under 18 on a day.

    None if a date of birth is incomplete or missing, or if the dates give different answers.
    """
    if not born or None in born:
        return None
    grown = Length.parse(_events()["adult_at"])
    found = {last_day(one, grown) >= day for one in born if one is not None}
    return found.pop() if len(found) == 1 else None
