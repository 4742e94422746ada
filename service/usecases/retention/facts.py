"""Events of a record in the form that the rules of retention ask about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from domain.convictions import ConvictedOffence, Conviction, InformationSource, Sanction
from domain.errors import InvalidInputError
from domain.people import ArrestReport, Disposal, DisposalType, Offence, Record
from domain.sentences import SentenceKind
from rules.lengths import Length
from rules.situations import EventFacts, OffenceFacts, Result, is_under_18

_GUILTY = frozenset({DisposalType.CONVICTED, DisposalType.CAUTIONED})


def events_of(record: Record) -> tuple[EventFacts, ...]:
    """Return the arrests and convictions of a record.

    A conviction that names an arrest report belongs to it, and takes the place of the report's
    words on the convicted offences. Convictions that a later decision has deleted are left out.
    """
    standing = [(n, one) for n, one in enumerate(record.convictions, 1) if one.stands]
    taken = {report.asn: report.on for report in record.arrest_reports if report.asn}
    told = {one.asn for _, one in standing if one.asn in taken}
    born = _births(record)
    events = [
        event
        for report in record.arrest_reports
        if (event := _arrest(report, born, is_told=report.asn in told)) is not None
    ]
    for number, conviction in standing:
        facts = tuple(_convicted(conviction, each, born) for each in conviction.offences)
        is_known = conviction.asn in told
        reference = conviction.asn if is_known else f"conviction {number}"
        events.append(EventFacts(reference, taken.get(reference, conviction.decided_on), facts))
    return tuple(events)


def _births(record: Record) -> tuple[date | None, ...]:
    """Return the days of birth; None for one of which a part is not known."""
    stated = record.details.dates_of_birth
    return tuple(one.earliest if one.is_complete else None for one in stated)


def _arrest(
    report: ArrestReport, born: Sequence[date | None], *, is_told: bool
) -> EventFacts | None:
    """Return an arrest; None where a conviction tells all that there is of it."""
    facts = (_reported(offence, born) for offence in report.offences)
    kept = tuple(one for one in facts if not (is_told and one.result is Result.CONVICTED))
    return EventFacts(report.asn, report.on, kept) if kept or not is_told else None


def _reported(offence: Offence, born: Sequence[date | None]) -> OffenceFacts:
    steps = sorted(offence.disposals, key=lambda one: one.on)
    return OffenceFacts(
        offence.code,
        offence.is_recordable,
        _result(steps),
        resulted_on=steps[-1].on if steps else None,
        was_under_18=is_under_18(born, offence.committed_on),
    )


def _result(steps: Sequence[Disposal]) -> Result:
    kinds = [step.disposal_type for step in steps]
    if not kinds or kinds[-1] is DisposalType.CHARGED:
        return Result.OPEN
    if kinds[-1] in _GUILTY:
        return Result.CONVICTED
    if kinds[-1] is DisposalType.PENALTY_NOTICE:
        return Result.PENALTY_NOTICE
    is_charged = kinds[-1] is DisposalType.ACQUITTED or DisposalType.CHARGED in kinds
    return Result.NOT_CONVICTED if is_charged else Result.NOT_CHARGED


def _convicted(
    conviction: Conviction, offence: ConvictedOffence, born: Sequence[date | None]
) -> OffenceFacts:
    is_foreign = conviction.source.kind is InformationSource.OTHER_STATE
    was_under_18 = conviction.was_under_18
    if was_under_18 is None:
        was_under_18 = is_under_18(born, conviction.decided_on)
    is_known, custody = _custody(conviction.sanctions)
    return OffenceFacts(
        offence.national_code,
        offence.is_recordable,
        Result.UNKNOWN if is_foreign else Result.CONVICTED,
        resulted_on=conviction.decided_on,
        was_under_18=was_under_18,
        custody=custody,
        is_sentence_known=is_known,
    )


def _custody(sanctions: Iterable[Sanction]) -> tuple[bool, Length | None]:
    """Return whether the sentence can be computed with, and its custody."""
    given = tuple(sanctions)
    terms = [one.duration for one in given if one.kind is SentenceKind.CUSTODY]
    if not given or not all(one.is_structured for one in given) or len(terms) > 1:
        return False, None
    if not terms:
        return True, None
    try:
        return True, Length.parse(terms[0])
    except InvalidInputError:
        return False, None
