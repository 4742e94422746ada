"""Cautions, open proceedings and unread convictions of arrest reports; whether one is spent.

Convictions that can be computed with are items of the record. The rest of an arrest report is
read here: a caution steps down by its row, a charge without an end is pending, and a conviction
that no item repeats is unread: nothing may be certified before a person has put it on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.certificates import PendingMatter, StatedMatter
from domain.convictions import (
    ConvictedOffence,
    Conviction,
    Court,
    InformationSource,
    Sanction,
    SentenceKind,
)
from domain.errors import LinkingError
from domain.people import ArrestReport, Details, Disposal, DisposalType, Offence, Record
from domain.releasing import HeldConviction
from rules.explaining import explained_convictions
from rules.lengths import Length
from rules.rehabilitation import facts
from rules.rehabilitation.record import Standing, answers
from rules.step_down import Stated, StepDownRules, step_down, step_down_rules
from service.usecases.requests.kind import Assessed

_DECIDED = frozenset(
    {
        *(DisposalType.CONVICTED, DisposalType.CAUTIONED, DisposalType.PENALTY_NOTICE),
        *(DisposalType.NO_FURTHER_ACTION, DisposalType.ACQUITTED),
    }
)
_AN_ADULT_AFTER_YEARS = 18
_YOUNGEST_YEARS = 10
"""The age of criminal responsibility in England and Wales: no earlier matter is theirs."""


@dataclass(frozen=True, slots=True)
class Matters:
    """Matters of arrest reports, sorted by their place on a certificate."""

    stated: tuple[StatedMatter, ...] = ()
    pending: tuple[PendingMatter, ...] = ()
    is_more_held: bool = False
    """Whether anything stepped down: whether, and never how much."""
    is_unread: bool = False
    """Whether anything is held that no rule can read."""


def matters_of(
    records: Sequence[Record],
    asked: Details | None,
    on: date,
    rules: StepDownRules | None = None,
) -> Matters:
    """Return the matters of all arrest reports of a person on a day, by the newest rules."""
    held, found = rules or step_down_rules(), Matters()
    for record in records:
        asns = {one.asn for one in record.convictions if one.asn}
        born = _born(asked) or _born(record.details)
        of = _Reading(held, asns, born, on)
        for report in record.arrest_reports:
            for offence in report.offences:
                found = _joined(found, _of_offence(of, report, offence))
    is_impossible = any(_is_before_birth(record, asked) for record in records)
    return replace(found, is_unread=found.is_unread or is_impossible)


def _joined(one: Matters, other: Matters) -> Matters:
    return Matters(
        one.stated + other.stated,
        one.pending + other.pending,
        one.is_more_held or other.is_more_held,
        one.is_unread or other.is_unread,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The reading of the reports of one record."""

    rules: StepDownRules
    asns: set[str]
    """Of the convictions that are items."""
    born: date | None
    on: date


def _of_offence(of: _Reading, report: ArrestReport, offence: Offence) -> Matters:
    known = [one for one in offence.disposals if one.on <= of.on]
    types = {one.disposal_type for one in known}
    if not types & _DECIDED:
        is_charged = bool(types & {DisposalType.CHARGED, DisposalType.SINE_DIE})
        state = "charged" if is_charged else "under investigation"
        since = min((one.on for one in known), default=report.on)
        return Matters(pending=(PendingMatter(since, offence.title, state),))
    if DisposalType.CONVICTED in types:
        return Matters(is_unread=report.asn not in of.asns)
    cautions = [one for one in known if one.disposal_type is DisposalType.CAUTIONED]
    if not cautions:
        return Matters()
    return _caution(of, offence, max(cautions, key=lambda one: one.on))


def _caution(of: _Reading, offence: Offence, caution: Disposal) -> Matters:
    found = step_down(_as_conviction(offence, caution, of.born), of.on, of.rules)
    if found.stated is Stated.UNKNOWN:
        return Matters(is_unread=True)
    if found.stated is Stated.STEPPED_DOWN:
        return Matters(is_more_held=True)
    stated = StatedMatter(caution.on, "", (offence.title,), (SentenceKind.CAUTION.value,))
    return Matters(stated=(stated,))


def _as_conviction(offence: Offence, caution: Disposal, born: date | None) -> Conviction:
    was_under_18 = None if born is None else _years(born, caution.on) < _AN_ADULT_AFTER_YEARS
    return Conviction(
        Court("Police"),
        caution.on,
        (ConvictedOffence(offence.code, offence.title),),
        (Sanction(SentenceKind.CAUTION),),
        was_under_18=was_under_18,
    )


def _is_before_birth(record: Record, asked: Details | None) -> bool:
    born = _born(asked)
    if born is None:
        return False
    days = [one.decided_on for one in record.convictions]
    days += [report.on for report in record.arrest_reports]
    return any(_years(born, day) < _YOUNGEST_YEARS for day in days)


def _born(details: Details | None) -> date | None:
    """Return the day of birth; None unless one whole day is known."""
    dates = details.dates_of_birth if details else ()
    return dates[0].earliest if dates and dates[0].is_complete else None


def _years(born: date, on: date) -> int:
    """Return the age in whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# A sanction only in words, or of a kind that nobody stated, makes the standing of its conviction
# unknown: unknown is never spent.


def standings(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    """Return each conviction with its standing on a day, as England and Wales law has it.

    Convictions move each other's ends: they are computed together, those that were deleted left
    out. One that the rules cannot read is unknown.
    """
    standing_ones = [one for one in held if one.conviction.stands]
    try:
        computed = answers([_as_computed(one) for one in standing_ones], on)
    except LinkingError:
        return tuple(Assessed(one, Standing.UNKNOWN.value) for one in held)
    found = {answer.conviction.reference: answer for answer in computed}
    assessed = []
    for one in held:
        answer = found.get(_reference(one))
        standing = Standing.UNKNOWN if answer is None else answer.standing
        assessed.append(Assessed(one, standing.value, "" if answer is None else answer.rules))
    return tuple(assessed)


def explained(held: Sequence[HeldConviction], on: date) -> tuple[str, ...]:
    """Return a paragraph about each conviction that stands: spent or not on a day, and why."""
    standing_ones = [one for one in held if one.conviction.stands]
    try:
        return tuple(explained_convictions([_as_computed(one) for one in standing_ones], on))
    except LinkingError:
        return ("The rules cannot read the convictions together: a person decides.",)


def _reference(held: HeldConviction) -> str:
    return f"{held.ref.record_id}/{held.ref.item_id}"


def _as_computed(held: HeldConviction) -> facts.Conviction:
    conviction = held.conviction
    foreign = conviction.source.kind is InformationSource.OTHER_STATE
    sentences = tuple(_sentence(one, conviction) for one in conviction.sanctions)
    unstructured = (facts.Sentence(SentenceKind.UNSTRUCTURED),)
    # Of a foreign sentence nobody has stated the nearest equivalent.
    is_known = sentences and not foreign
    return facts.Conviction(
        _reference(held),
        conviction.decided_on,
        sentences if is_known else unstructured,
        conviction.was_under_18,
        conviction.is_summary_only,
        conviction.proceedings,
    )


def _sentence(sanction: Sanction, conviction: Conviction) -> facts.Sentence:
    return facts.Sentence(
        sanction.kind,
        Length.parse(sanction.duration) if sanction.duration else None,
        _from(sanction.starts_on, conviction),
        _from(sanction.completed_on, conviction),
        sanction.is_indefinite,
        sanction.is_consecutive,
        sanction.is_schedule_18,
        _from(sanction.paid_on, conviction),
    )


def _from(day: date | None, conviction: Conviction) -> date | None:
    return None if day is None else max(day, conviction.decided_on)
