"""Cautions, open proceedings and unread convictions in arrest reports; and spent convictions.

Convictions that rules can compute with are items of the record. The rest of an arrest report is
read here. A caution steps down by the rule for cautions. A charge without a result is pending. A
conviction that no item repeats is unread: nothing may be certified before a person has added it as
an item.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from domain.errors import LinkingError
from domain.people.convictions import ConvictedOffence, Conviction, Court, Sanction, SentenceKind
from domain.people.identifiers import is_dummy_asn
from domain.people.partial_dates import age_on
from domain.people.people import ArrestReport, Details, Disposal, DisposalType, Offence, Record
from domain.requests.certificates import PendingMatter, StatedMatter
from domain.requests.releasing import HeldConviction
from rules.clocks import Length
from rules.explaining import explained_convictions
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
"""The age of criminal responsibility in England and Wales. An earlier matter cannot be about this
person."""


@dataclass(frozen=True, slots=True)
class Matters:
    """Matters from arrest reports, sorted by where they go on a certificate."""

    stated: tuple[StatedMatter, ...] = ()
    pending: tuple[PendingMatter, ...] = ()
    is_more_held: bool = False
    """Whether anything has stepped down. It never says how much."""
    is_unread: bool = False
    """Whether anything is held that no rule can read."""


def matters_of(
    records: Sequence[Record], asked: Details | None, on: date, rules: StepDownRules | None = None
) -> Matters:
    """Return a person's matters from arrest reports on a day, by `rules` or the newest rules."""
    held, found = rules or step_down_rules(), Matters()
    for record in records:
        asns = _told_by_items(record)
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
    """What is needed to read the reports of one record."""

    rules: StepDownRules
    asns: set[str]
    """The numbers of the arrests whose convictions are items of the record."""
    born: date | None
    on: date


def _told_by_items(record: Record) -> set[str]:
    """Return the numbers of the arrests whose every conviction is an item of the record.

    A dummy number names nothing: it does not say which arrest led to a conviction.
    """
    items = Counter[str]()
    for one in record.convictions:
        items[one.asn] += len(one.offences)
    for report in record.arrest_reports:
        items[report.asn] -= sum(_is_convicted(one) for one in report.offences)
    known = {one.asn for one in record.convictions if one.asn and not is_dummy_asn(one.asn)}
    return {asn for asn in known if items[asn] >= 0}


def _is_convicted(offence: Offence) -> bool:
    kinds = (one.disposal_type for one in offence.disposals)
    return DisposalType.CONVICTED in kinds


def _of_offence(of: _Reading, report: ArrestReport, offence: Offence) -> Matters:
    known = [one for one in offence.steps if one.on <= of.on]
    # A decision may be followed by a charge, for example when an investigation is taken up again.
    is_open = takewhile(lambda one: one.disposal_type not in _DECIDED, reversed(known))
    open_from = [one.on for one in is_open]
    decided = _decided(of, report, offence, known)
    if known and not open_from:
        return decided
    since, state = min(open_from, default=report.on), "charged" if known else "under investigation"
    return _joined(decided, Matters(pending=(PendingMatter(since, offence.title, state),)))


def _decided(
    of: _Reading, report: ArrestReport, offence: Offence, known: Sequence[Disposal]
) -> Matters:
    if DisposalType.CONVICTED in (one.disposal_type for one in known):
        return Matters(is_unread=report.asn not in of.asns)
    cautions = [one for one in known if one.disposal_type is DisposalType.CAUTIONED]
    return _caution(of, offence, cautions[-1]) if cautions else Matters()


def _caution(of: _Reading, offence: Offence, caution: Disposal) -> Matters:
    found = step_down(_as_conviction(offence, caution, of.born), of.on, of.rules)
    if found.stated is Stated.UNKNOWN:
        return Matters(is_unread=True)
    if found.stated is Stated.STEPPED_DOWN:
        return Matters(is_more_held=True)
    stated = StatedMatter(caution.on, "", (offence.title,), (SentenceKind.CAUTION.value,))
    return Matters(stated=(stated,))


def _as_conviction(offence: Offence, caution: Disposal, born: date | None) -> Conviction:
    was_under_18 = None if born is None else age_on(born, caution.on) < _AN_ADULT_AFTER_YEARS
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
    return any(age_on(born, day) < _YOUNGEST_YEARS for day in days)


def _born(details: Details | None) -> date | None:
    """Return the date of birth; None unless the full date is known."""
    dates = details.dates_of_birth if details else ()
    return dates[0].earliest if dates and dates[0].is_complete else None


# If a sanction is given only in words, or its kind is not stated, the standing of its conviction
# is unknown. Unknown never counts as spent.


def standings(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    """Return each conviction with its standing on a day under the law of England and Wales.

    Convictions can extend one another's periods, so they are computed together, without deleted
    ones. A conviction that the rules cannot read is unknown.
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
    """Return a paragraph on each conviction in force: whether it is spent on a day, and why."""
    standing_ones = [one for one in held if one.conviction.stands]
    try:
        return tuple(explained_convictions([_as_computed(one) for one in standing_ones], on))
    except LinkingError:
        return ("The rules cannot read the convictions together: a person decides.",)


def _reference(held: HeldConviction) -> str:
    return f"{held.ref.record_id}/{held.ref.item_id}"


def _as_computed(held: HeldConviction) -> facts.Conviction:
    conviction = held.conviction
    foreign = conviction.source.kind.is_told
    sentences = tuple(_sentence(one, conviction) for one in conviction.sanctions)
    unstructured = (facts.Sentence(SentenceKind.UNSTRUCTURED),)
    # For a foreign sentence, no nearest equivalent has been stated.
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
