"""A person's events on record, arrests and convictions, in the form that retention rules need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidInputError
from domain.ids import ForceCode
from domain.people.convictions import ConvictedOffence, Conviction, Sanction, SentenceKind
from domain.people.identifiers import is_dummy_asn
from domain.people.people import ArrestReport, Disposal, DisposalType, Offence, Record
from rules.clocks import Length
from rules.situations import EventFacts, OffenceFacts, Result, is_qualifying, is_under_18
from service.storage.retention.held import HeldHuman

_WITHOUT_END = frozenset({SentenceKind.LIFE, SentenceKind.PUBLIC_PROTECTION})
_CENTURY = "P100Y"
_CUSTODY = frozenset({SentenceKind.CUSTODY, SentenceKind.EXTENDED, SentenceKind.SERVICE_DETENTION})


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """The events of one human being, and the items of records that name these events."""

    events: tuple[EventFacts, ...]
    named: Mapping[str, str]
    """The reference of each item's event, by `record.item`."""
    places: tuple[tuple[str, ForceCode | None, date], ...]
    """The reference, force and day of each event; a conviction by a court has no force."""

    def item_of(self, reference: str) -> str:
        """Return the first item that names an event; empty if no item does."""
        return next((item for item, name in self.named.items() if name == reference), "")


def known_events(group: Sequence[HeldHuman]) -> KnownEvents:
    """Return the events of merged people, who are one human being."""
    events: list[EventFacts] = []
    named: dict[str, str] = {}
    places: list[tuple[str, ForceCode | None, date]] = []
    for number, human in enumerate(group):
        if human.record is None:
            continue
        # Arrests without an ASN are numbered, so those of a second record need different names.
        mark = f" of record {number + 1}" if number else ""
        events += events_of(human.record, mark)
        found = list(_references(human.record, mark))
        for item, (reference, _, _) in zip(human.items, found, strict=True):
            named[f"{human.record.record_id}.{item}"] = reference
        places += found
    there = {one.reference for one in events}
    return KnownEvents(
        tuple(events),
        {item: reference for item, reference in named.items() if reference in there},
        tuple(one for one in places if one[0] in there),
    )


def _references(record: Record, mark: str) -> Iterable[tuple[str, ForceCode | None, date]]:
    """Yield the reference, force and day of each arrest report, then of each conviction."""
    reports = [(_name(one, n, mark), one) for n, one in enumerate(record.arrest_reports, 1)]
    for name, report in reports:
        yield name, report.force, report.on
    taken = dict(reports)
    for number, one in enumerate(record.convictions, 1):
        arrest = taken.get(one.asn)
        if arrest is not None:
            yield one.asn, arrest.force, arrest.on
        else:
            yield f"conviction {number}{mark}", None, one.decided_on


def events_of(record: Record, mark: str = "") -> tuple[EventFacts, ...]:
    """Return the arrests and convictions of a record; `mark` is added to names without an ASN.

    A conviction that names an arrest report belongs to that report, and replaces what the report
    says about the convicted offences, so that each result is used only once. If a later decision
    has deleted the conviction, the offence counts as charged but not convicted; a conviction in
    another State is then left out.
    """
    convictions = [
        (n, one) for n, one in enumerate(record.convictions, 1) if one.stands or not _is_told(one)
    ]
    named = [(_name(report, n, mark), report) for n, report in enumerate(record.arrest_reports, 1)]
    taken = dict(named)
    born = _births(record)
    events = []
    for name, report in named:
        told = [one for _, one in convictions if one.asn == name]
        if (event := _arrest(report, name, born, told)) is not None:
            events.append(event)
    for number, conviction in convictions:
        arrest = taken.get(conviction.asn)
        facts = tuple(_convicted(conviction, each, born, arrest) for each in conviction.offences)
        reference = f"conviction {number}{mark}" if arrest is None else conviction.asn
        on = conviction.decided_on if arrest is None else arrest.on
        events.append(EventFacts(reference, on, facts))
    return tuple(events)


def _name(report: ArrestReport, number: int, mark: str) -> str:
    """Return the name of an arrest: its ASN, or a number if the ASN is missing or a dummy."""
    return f"arrest {number}{mark}" if not report.asn or is_dummy_asn(report.asn) else report.asn


def _is_told(conviction: Conviction) -> bool:
    return conviction.source.kind.is_told


def _births(record: Record) -> tuple[date | None, ...]:
    """Return the dates of birth; None for a date that is not fully known."""
    stated = record.details.dates_of_birth
    return tuple(one.earliest if one.is_complete else None for one in stated)


def _arrest(
    report: ArrestReport, name: str, born: Sequence[date | None], told: Sequence[Conviction]
) -> EventFacts | None:
    """Return an arrest; None if convictions contain everything about it."""
    facts = (_reported(offence, born) for offence in report.offences)
    kept = tuple(one for one in facts if not (told and one.result is Result.CONVICTED))
    return EventFacts(name, report.on, kept) if kept or not told else None


def _reported(offence: Offence, born: Sequence[date | None]) -> OffenceFacts:
    steps = offence.steps
    return OffenceFacts(
        is_qualifying(offence.code),
        offence.is_recordable,
        _result(steps),
        resulted_on=steps[-1].on if steps else None,
        was_under_18=is_under_18(born, offence.committed_on),
        is_sentence_known=bool(steps) and steps[-1].disposal_type is DisposalType.CAUTIONED,
    )


def _result(steps: Sequence[Disposal]) -> Result:
    kinds = [step.disposal_type for step in steps]
    if not kinds or kinds[-1] in (DisposalType.CHARGED, DisposalType.SINE_DIE):
        return Result.OPEN
    if kinds[-1] in (DisposalType.CONVICTED, DisposalType.CAUTIONED):
        return Result.CONVICTED
    if kinds[-1] is DisposalType.PENALTY_NOTICE:
        return Result.PENALTY_NOTICE
    is_charged = kinds[-1] is DisposalType.ACQUITTED or DisposalType.CHARGED in kinds
    return Result.NOT_CONVICTED if is_charged else Result.NOT_CHARGED


def _convicted(
    conviction: Conviction,
    offence: ConvictedOffence,
    born: Sequence[date | None],
    report: ArrestReport | None,
) -> OffenceFacts:
    is_known, custody = _custody(conviction.sanctions)
    undone = [one.decided_on for one in conviction.decisions if one.deletes]
    result = Result.ABROAD if _is_told(conviction) else Result.CONVICTED
    return OffenceFacts(
        is_qualifying(offence.national_code),
        offence.is_recordable,
        Result.NOT_CONVICTED if undone else result,
        resulted_on=min(undone, default=conviction.decided_on),
        was_under_18=_was_under_18(conviction, offence, born, report),
        custody=custody,
        is_sentence_known=is_known,
    )


def _was_under_18(
    conviction: Conviction,
    offence: ConvictedOffence,
    born: Sequence[date | None],
    report: ArrestReport | None,
) -> bool | None:
    """Return whether the person was under 18 at the time of the offence.

    A person under 18 at conviction was also under 18 at the offence. If the day of the offence is
    not known, the age of a person who was an adult at conviction is unknown.
    """
    if conviction.was_under_18:
        return True
    day = _committed_on(offence, report)
    if day is not None:
        return is_under_18(born, day)
    return is_under_18(born, conviction.decided_on) or None


def _committed_on(offence: ConvictedOffence, report: ArrestReport | None) -> date | None:
    """Return the day of an offence; None if it is not fully known."""
    if offence.began_on is not None and offence.began_on.is_complete:
        return offence.began_on.earliest
    reported = () if report is None else report.offences
    days = {one.committed_on for one in reported if one.code == offence.national_code}
    return days.pop() if len(days) == 1 else None


def _custody(sanctions: Iterable[Sanction]) -> tuple[bool, Length | None]:
    """Return whether the rules can use the sentence, and its length of custody."""
    given = tuple(sanctions)
    terms = [
        _CENTURY if one.kind in _WITHOUT_END else one.duration
        for one in given
        if one.kind in _CUSTODY | _WITHOUT_END
    ]
    if not given or not all(one.is_structured for one in given) or len(terms) > 1:
        return False, None
    if not terms:
        return True, None
    try:
        return True, Length.parse(terms[0])
    except InvalidInputError:
        return False, None
