"""Convictions that rules can compute with: one for each arrest report that led to a conviction.

They repeat in structured form the disposals of the report, which are words. A foreign conviction
has no arrest report, and has the restrictions that its State set. Records are completed with them
and with nationalities, parents and documents.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from data.synthetic import parameters as shares
from data.synthetic.counters import Draws, Purpose, Stream, uniforms
from data.synthetic.facts import People, PersonFacts
from data.synthetic.names.tables import origin_tables, written
from data.synthetic.residence import HOME_COUNTRY
from domain.people.convictions import (
    Amount,
    ConvictedOffence,
    Conviction,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Nature,
    Sanction,
    SentenceKind,
    Source,
)
from domain.people.partial_dates import PartialDate
from domain.people.people import (
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    DocumentKind,
    IdentityDocument,
    Nationality,
    Offence,
    Parent,
    ParentKind,
    PersonName,
    PreviousName,
    Record,
)
from domain.restrictions import UNRESTRICTED, Restrictions, Transmittable, UsePurpose

CONVICTION_DRAWS = 80
"""Uniform draws of a history: 7 for each of 6 reports, 6 for a foreign conviction, and spare."""

_ADULT_DAYS = 18 * 365.2425
_DISQUALIFIES = "RT88"
"""Offences under the Road Traffic Act 1988 lead to a disqualification."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The sanction that a sentence text means: kind and months."""

    kind: SentenceKind
    months: int = 0
    suspended_months: int = 0


@cache
def _patterns() -> dict[str, _Pattern]:
    """Return what each sentence text of `offences.json` means."""
    stated = written("offences")["sentences"]
    return {
        words: _Pattern(SentenceKind(kind), *months) for words, (kind, *months) in stated.items()
    }


def convictions_of(
    reports: tuple[ArrestReport, ...],
    nationalities: tuple[Nationality, ...],
    birth_day: int,
    draws: Draws,
) -> tuple[Conviction, ...]:
    """Return the convictions of a person. `birth_day` is a proleptic Gregorian ordinal."""
    own = [
        _conviction(report, convicted, birth_day, draws)
        for report in reports
        if (convicted := _convicted(report))
    ]
    return (*own, *_foreign(nationalities, own, birth_day, draws))


def _convicted(report: ArrestReport) -> list[tuple[Offence, Disposal]]:
    return [
        (offence, disposal)
        for offence in report.offences
        for disposal in offence.disposals
        if disposal.disposal_type is DisposalType.CONVICTED
    ]


def _conviction(
    report: ArrestReport, convicted: list[tuple[Offence, Disposal]], birth_day: int, draws: Draws
) -> Conviction:
    decided_on = max(disposal.on for _, disposal in convicted)
    court, code = draws.choice(shares.COURTS)
    is_in_words = draws.uniform() < shares.UNSTRUCTURED_SHARE
    sanctions = [_sanction(disposal, decided_on, is_in_words) for _, disposal in convicted]
    if draws.uniform() < shares.COMPENSATION_SHARE:
        amount = Amount(5_000 + 500 * draws.index(90), "GBP")
        sanctions.append(
            Sanction(SentenceKind.COMPENSATION, nature=Nature.ANCILLARY, amounts=(amount,))
        )
    if any(offence.code.startswith(_DISQUALIFIES) for offence, _ in convicted):
        sanctions.append(_disqualified(decided_on))
    return Conviction(
        court=Court(court, code),
        decided_on=decided_on,
        offences=tuple(_offence(offence) for offence, _ in convicted),
        sanctions=tuple(sanctions),
        source=Source(InformationSource.COURT, stated_on=decided_on),
        final_on=decided_on + timedelta(days=21),
        decisions=_later(court, decided_on, draws),
        asn=report.asn,
        was_under_18=decided_on.toordinal() - birth_day < _ADULT_DAYS,
        is_summary_only=court.endswith("Magistrates' Court") and len(convicted) == 1,
        recorded_on=decided_on + timedelta(days=draws.index(14)),
    )


def _offence(offence: Offence) -> ConvictedOffence:
    return ConvictedOffence(
        national_code=offence.code,
        title=offence.title,
        began_on=PartialDate.of(offence.committed_on),
        country="GBR",
        is_recordable=offence.is_recordable,
    )


def _sanction(disposal: Disposal, decided_on: date, is_in_words: bool) -> Sanction:
    pattern = _patterns()[disposal.sentence]
    if is_in_words:
        return Sanction(SentenceKind.UNSTRUCTURED, words=disposal.sentence)
    if pattern.kind is SentenceKind.FINE:
        paid = decided_on + timedelta(days=28)
        return Sanction(pattern.kind, amounts=(Amount(20_000, "GBP"),), paid_on=paid)
    ends = last_day(decided_on, pattern.months)
    is_custody = pattern.kind is SentenceKind.CUSTODY
    return Sanction(
        pattern.kind,
        duration=f"P{pattern.months}M",
        suspended_for=f"P{pattern.suspended_months}M" if pattern.suspended_months else "",
        starts_on=decided_on,
        ends_on=ends if is_custody else None,
        licence_ends_on=ends if is_custody else None,
        order_ends_on=None if is_custody else ends,
        # None of the offences that the generator uses is listed in Schedule 18.
        is_schedule_18=False if is_custody else None,
        words=disposal.sentence,
    )


def _disqualified(decided_on: date) -> Sanction:
    return Sanction(
        SentenceKind.PROHIBITION,
        nature=Nature.ANCILLARY,
        duration="P12M",
        starts_on=decided_on,
        order_ends_on=last_day(decided_on, 12),
        words="Disqualified from driving",
    )


def last_day(start: date, months: int) -> date:
    """Return the last day of a period of this many months that begins with a day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, length)) - timedelta(days=1)


def _later(court: str, decided_on: date, draws: Draws) -> tuple[LaterDecision, ...]:
    if draws.uniform() >= shares.CHANGED_SHARE:
        return ()
    is_quashed = draws.uniform() < shares.QUASHED_SHARE
    change = DecisionChange.QUASHED if is_quashed else DecisionChange.SENTENCE_CHANGED
    on = decided_on + timedelta(days=60)
    return (LaterDecision(change, on, Court(f"{court}, on appeal"), deletes=is_quashed),)


def _foreign(
    nationalities: tuple[Nationality, ...], own: list[Conviction], birth_day: int, draws: Draws
) -> tuple[Conviction, ...]:
    """Return a conviction in another State of the person's nationality, later than all their
    convictions here; nothing for most people.
    """
    states = [one.country for one in nationalities if one.country != "GBR"]
    if not states or not own or draws.uniform() >= shares.FOREIGN_SHARE:
        return ()
    decided_on = own[-1].decided_on + timedelta(days=30 + draws.index(300))
    return (
        Conviction(
            court=Court("District court", country=states[-1]),
            decided_on=decided_on,
            offences=(
                ConvictedOffence("278", "Theft", began_on=PartialDate(decided_on.year - 1)),
            ),
            sanctions=(Sanction(SentenceKind.CUSTODY, duration="P6M", suspended_for="P2Y"),),
            source=Source(InformationSource.OTHER_STATE, states[-1], decided_on),
            restrictions=_restrictions(draws),
            was_under_18=decided_on.toordinal() - birth_day < _ADULT_DAYS,
            recorded_on=decided_on + timedelta(days=40),
        ),
    )


def _restrictions(draws: Draws) -> Restrictions:
    fate = draws.uniform()
    if fate < shares.PROCEEDINGS_ONLY_SHARE:
        return Restrictions(purposes=frozenset({UsePurpose.CRIMINAL_PROCEEDINGS}))
    if fate < shares.PROCEEDINGS_ONLY_SHARE + shares.NOT_KNOWN_TRANSMITTABLE_SHARE:
        return Restrictions(Transmittable.UNKNOWN)
    return UNRESTRICTED


PARTICULARS_DRAWS = 16
"""The number of uniform draws that one record may use. The longest path uses 11."""


def with_particulars(details: Details, facts: PersonFacts, draws: Draws) -> Details:
    """Return the details of a record, completed with the other particulars of the person.

    The stated nationality, which is compared as evidence, stays the first.
    """
    return replace(
        details,
        nationalities=_nationalities(details.nationalities, facts, draws),
        previous_names=_previous_names(details, facts),
        parents=_parents(facts, draws),
        documents=_documents(facts, draws),
    )


def _nationalities(
    stated: tuple[Nationality, ...], facts: PersonFacts, draws: Draws
) -> tuple[Nationality, ...]:
    if draws.uniform() >= shares.DUAL_NATIONAL_SHARE:
        return stated
    others = shares.SECOND_NATIONALITIES if facts.nationality == HOME_COUNTRY else (HOME_COUNTRY,)
    country = draws.choice(others)
    is_lost = draws.uniform() < shares.LOST_NATIONALITY_SHARE
    second = Nationality(country, "passport", until=PartialDate(2019) if is_lost else None)
    return (*stated, second)


def _previous_names(details: Details, facts: PersonFacts) -> tuple[PreviousName, ...]:
    """Return the maiden name, if it is on the record: another would not find the person."""
    if not facts.maiden_surname or facts.maiden_surname == facts.surname:
        return ()
    name = PersonName(facts.forename, facts.maiden_surname, facts.middle_names)
    return (PreviousName(name),) if name in details.names else ()


def _parents(facts: PersonFacts, draws: Draws) -> tuple[Parent, ...]:
    tables = origin_tables()[facts.origin]
    surname = facts.maiden_surname or facts.surname
    found = []
    for kind, names in ((ParentKind.MOTHER, tables.female), (ParentKind.FATHER, tables.male)):
        is_known, forename = draws.uniform() < shares.PARENTS_SHARE, draws.uniform()
        if is_known:
            found.append(Parent(kind, PersonName(names.draw_one(forename), surname)))
    return tuple(found)


def _documents(facts: PersonFacts, draws: Draws) -> tuple[IdentityDocument, ...]:
    if draws.uniform() >= shares.PASSPORT_SHARE:
        return ()
    number = f"{draws.index(10**9):09d}"
    return (IdentityDocument(DocumentKind.PASSPORT, facts.nationality, number),)


def completed(
    seed: int, people: People, start: int, records: Sequence[Record | None]
) -> list[Record | None]:
    """Return the records of persons from `start` on, with particulars and convictions."""
    stop = start + len(records)
    particulars = Stream(seed, Purpose.PARTICULARS, PARTICULARS_DRAWS).words(start, stop)
    convictions = Stream(seed, Purpose.CONVICTIONS, CONVICTION_DRAWS).words(start, stop)
    rows = zip(
        records,
        people.facts[start - people.start :],
        uniforms(particulars).tolist(),
        uniforms(convictions).tolist(),
        strict=False,
    )
    return [
        None if record is None else _completed(record, facts, Draws(said), Draws(done))
        for record, facts, said, done in rows
    ]


def _completed(record: Record, facts: PersonFacts, said: Draws, done: Draws) -> Record:
    details = with_particulars(record.details, facts, said)
    found = convictions_of(record.arrest_reports, details.nationalities, facts.birth_day, done)
    return replace(record, details=details, convictions=found)
