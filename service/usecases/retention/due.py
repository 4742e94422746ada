"""The standing of everybody's prints on a day, and the facts and bases that it follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.access import Caller, Scope
from domain.convictions import (
    ConvictedOffence,
    Conviction,
    InformationSource,
    Sanction,
    SentenceKind,
)
from domain.errors import InvalidInputError
from domain.events.looking import LookKind
from domain.identifiers import is_dummy_asn
from domain.ids import EncounterId, PersonId, PersonRow, RecordId
from domain.people import ArrestReport, Disposal, DisposalType, Offence, Record
from domain.retention import Review, ReviewDecision, versions_text
from rules.lengths import Length
from rules.retention import FINGERPRINTS, Basis, Keep, longest, must_be_destroyed
from rules.situations import (
    EVENTS,
    EventFacts,
    OffenceFacts,
    Result,
    bases_of,
    is_qualifying,
    is_under_18,
)
from service.storage.retention.held import HeldHuman
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import look
from service.usecases.people.merging import same_person
from service.usecases.services import StoreServices

_WITHOUT_END = frozenset({SentenceKind.LIFE, SentenceKind.PUBLIC_PROTECTION})
_CENTURY = "P100Y"
_CUSTODY = frozenset({SentenceKind.CUSTODY, SentenceKind.EXTENDED, SentenceKind.SERVICE_DETENTION})


def events_of(record: Record) -> tuple[EventFacts, ...]:
    """Return the arrests and convictions of a record.

    A conviction that names an arrest report belongs to it, and takes the place of the report's
    words on the convicted offences: a result stands in one place. Where a later decision has
    deleted the conviction, the offence was charged and not convicted; another State's conviction
    is left out then.
    """
    convictions = [
        (n, one) for n, one in enumerate(record.convictions, 1) if one.stands or not _is_told(one)
    ]
    named = [(_name(report, n), report) for n, report in enumerate(record.arrest_reports, 1)]
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
        reference = f"conviction {number}" if arrest is None else conviction.asn
        on = conviction.decided_on if arrest is None else arrest.on
        events.append(EventFacts(reference, on, facts))
    return tuple(events)


def _name(report: ArrestReport, number: int) -> str:
    """Return the name of an arrest: its ASN, unless that stands for "none given"."""
    return f"arrest {number}" if not report.asn or is_dummy_asn(report.asn) else report.asn


def _is_told(conviction: Conviction) -> bool:
    return conviction.source.kind is InformationSource.OTHER_STATE


def _births(record: Record) -> tuple[date | None, ...]:
    """Return the days of birth; None for one of which a part is not known."""
    stated = record.details.dates_of_birth
    return tuple(one.earliest if one.is_complete else None for one in stated)


def _arrest(
    report: ArrestReport, name: str, born: Sequence[date | None], told: Sequence[Conviction]
) -> EventFacts | None:
    """Return an arrest; None where convictions tell all that there is of it."""
    facts = (_reported(offence, born) for offence in report.offences)
    kept = tuple(one for one in facts if not (told and one.result is Result.CONVICTED))
    return EventFacts(name, report.on, kept) if kept or not told else None


def _reported(offence: Offence, born: Sequence[date | None]) -> OffenceFacts:
    steps = sorted(offence.disposals, key=lambda one: one.on)
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
    """Return whether they were under 18 at the offence.

    A person under 18 at conviction was so before. Where the day of the offence is not known, an
    adult at conviction may have been either.
    """
    if conviction.was_under_18:
        return True
    day = _committed_on(offence, report)
    if day is not None:
        return is_under_18(born, day)
    return is_under_18(born, conviction.decided_on) or None


def _committed_on(offence: ConvictedOffence, report: ArrestReport | None) -> date | None:
    """Return the day of an offence; None where it is not known whole."""
    if offence.began_on is not None and offence.began_on.is_complete:
        return offence.began_on.earliest
    reported = () if report is None else report.offences
    days = {one.committed_on for one in reported if one.code == offence.national_code}
    return days.pop() if len(days) == 1 else None


def _custody(sanctions: Iterable[Sanction]) -> tuple[bool, Length | None]:
    """Return whether the sentence can be computed with, and its custody."""
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


RULES = f"{FINGERPRINTS} {EVENTS}"
"""The rules that a plan is computed by."""


NO_PRINTS = "no prints are held"
"""The provision of people of whom only entries are on record: these have their own rules."""


class Fate(StrEnum):
    """The result of the rules and the reviews for a person's prints."""

    KEPT = "kept"
    REVIEW = "review"
    """A fact is missing, or a day of review has come: a person decides."""
    DUE = "due"
    """Nothing keeps it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A human being, merged persons included, on a day."""

    person_row: PersonRow
    person_id: PersonId
    """Id of the person; of merged people, the person that the others are merged into."""
    fate: Fate
    bases: tuple[Basis, ...]
    """The longest basis of each event."""
    provision: str
    """The provision that decides."""
    last_day: date | None
    versions: str
    review: Review | None = None
    """The last decision, where it was made on the records as they are now."""


def everybody(unit: UnitOfWork, on: date) -> Iterator[Standing]:
    """Yield the standing of everybody neither erased nor hidden.

    Raises VaultDamagedError for a damaged record.
    """
    merged, reviews = unit.held_people.merged(), unit.reviews.all()
    groups: dict[PersonRow, list[HeldHuman]] = {}
    for page in unit.held_people.pages():
        for human in page:
            if human.person_row in merged:
                groups.setdefault(human.head_row, []).append(human)
            else:
                yield standing((human,), reviews, on)
    yield from (standing(group, reviews, on) for group in groups.values())


def standing_of(unit: UnitOfWork, person_id: PersonId, on: date) -> Standing | None:
    """Return the standing of one person; None when they are unknown, erased or hidden."""
    group = unit.held_people.these(same_person(unit, person_id))
    if person_id not in {one.person_id for one in group}:
        return None
    return standing(group, unit.reviews.of([one.person_row for one in group]), on)


def standing(
    group: Sequence[HeldHuman], reviews: Mapping[PersonRow, Review], on: date
) -> Standing:
    """Return the standing of merged people, one human being."""
    head = next((one for one in group if one.person_row == one.head_row), group[0])
    records = [one.record for one in group if one.record is not None]
    events = [event for record in records for event in events_of(record)]
    bases = bases_of(events, on)
    versions = versions_text(
        {one.record.record_id: one.version for one in group if one.record is not None}
    )
    review = _last(reviews.get(one.person_row) for one in group)
    if review is not None and review.versions != versions:
        review = None
    if not any(one.has_prints for one in group):
        # The rules speak of prints: where none are held, nothing of theirs is destroyed.
        fate, provision, last_day = Fate.KEPT, NO_PRINTS, None
    else:
        fate, provision, last_day = _fate(bases, review, on)
    return Standing(
        head.person_row, head.person_id, fate, bases, provision, last_day, versions, review
    )


def _last(reviews: Iterable[Review | None]) -> Review | None:
    found = [one for one in reviews if one is not None]
    return max(found, key=lambda one: (one.decided_at, one.request_id), default=None)


def _fate(
    bases: Sequence[Basis], review: Review | None, on: date
) -> tuple[Fate, str, date | None]:
    if review is not None:
        ruling = review.ruling
        said = f"review: {ruling.ground.value}"
        if ruling.decision is ReviewDecision.ERASE or ruling.next_on is None:
            return Fate.DUE, said, None
        return (Fate.KEPT if ruling.next_on >= on else Fate.REVIEW), said, ruling.next_on
    best = longest(bases)
    if best is None:
        return Fate.REVIEW, "no event is on record", None
    if must_be_destroyed(bases, on):
        return Fate.DUE, best.provision, best.last_day
    fate = Fate.REVIEW if best.keep is Keep.REVIEW else Fate.KEPT
    return fate, best.provision, best.last_day


@dataclass(frozen=True, slots=True)
class ShownBases:
    """The standing of a person, and the items that are kept on its longest basis."""

    standing: Standing
    on: date
    records: tuple[RecordId, ...]
    captures: tuple[EncounterId, ...]


def show_bases(services: StoreServices, caller: Caller, person_id: PersonId) -> ShownBases:
    """Return the basis of each event, and of the items of a person, as of today.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        found = existing(standing_of(unit, person_id, today))
        people = same_person(unit, person_id)
        group = unit.held_people.these(people)
        captures = unit.held_people.captures([one.person_row for one in group])
    records = tuple(one.record.record_id for one in group if one.record is not None)
    look(services, caller, LookKind.RETENTION, (*people, *records, *captures))
    return ShownBases(found, today, records, captures)
