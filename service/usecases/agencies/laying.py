"""The rules that put a matter on a record, or say why it waits for people; whose record it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.agencies.matters import Matter, MatterContent, MatterState, details_in, told_doubts
from domain.courts.results import CourtResult, Defendant, Doubt, Reason
from domain.errors import ConflictError, InvalidIdentifierError, InvalidInputError
from domain.exchange.messages import Notification
from domain.ids import PersonId, PersonRow
from domain.people.amending import amended
from domain.people.amendments import Add, Change, Correct, RecordVersion
from domain.people.claims import with_claims
from domain.people.convictions import Conviction
from domain.people.identifiers import parse_pnc_id, plain_asn
from domain.people.items import ItemKind, Items
from domain.people.people import Details, PersonName, Record
from matching.names.text import match_form
from rules.courts.entering import changes_of, charges_under
from rules.courts.judging import Judged, form_doubts, is_recordable, judged, says_nothing
from rules.courts.tables import CourtTables, court_tables
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.stating import conviction_of
from service.usecases.exchange.told import source_of, standing_beside, version_of
from service.usecases.people.amending import live_version_of
from service.usecases.people.merging import same_person
from service.usecases.people.offence_tables import offence_table
from service.usecases.services import Services

_MOST_LOOKED_AT = 60
"""At most this many records are read for one result: those with the most similar details."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person whom a result may be about, and that person's record."""

    person_id: PersonId
    record: Record
    agrees: bool
    """Whether name and birth are the same as in the result."""


def as_result(content: MatterContent) -> CourtResult:
    """Return a matter in the form used to compare results; those of States have no number."""
    if isinstance(content, CourtResult):
        return content
    said = details_in(content)
    births = [one.earliest for one in said.dates_of_birth if one.is_complete]
    name = said.names[0] if said.names else PersonName()
    who = Defendant(name, born_on=births[0] if births else None, sex=said.sex)
    return CourtResult("", "", "", None, "", "", "", who)


def likely_people(services: Services, result: CourtResult) -> tuple[PersonRow, ...]:
    """Return the people with the most similar details."""
    return _asked(services, replace(result.details, addresses=()))


def further_people(services: Services, result: CourtResult) -> tuple[PersonRow, ...]:
    """Return people with the same name, or with the same date of birth."""
    said = result.details
    names, births = Details(names=said.names), Details(dates_of_birth=said.dates_of_birth)
    return _asked(services, names) + _asked(services, births)


def _numbered(services: Services, unit: UnitOfWork, result: CourtResult) -> tuple[Holder, ...]:
    """Return the people with the most similar PNC ID, whatever their names."""
    rows = _asked(services, Details(pnc_ids=result.details.pnc_ids))
    return _with_records(unit, rows[:_MOST_LOOKED_AT], agrees=False)


def _asked(services: Services, said: Details) -> tuple[PersonRow, ...]:
    if said.is_empty:
        return ()
    return services.names.candidates(said, services.policy.scored_candidates)


def holders_among(
    unit: UnitOfWork, result: CourtResult, rows: Sequence[PersonRow]
) -> tuple[Holder, ...]:
    """Return the people whose details agree.

    If none of their records lists the number, also return the others with the most similar
    details.
    """
    held = unit.people.details_of(rows)
    near = [row for row in rows if row in held]
    said = result.defendant
    agreeing = [row for row in near if agrees_with(said, held[row])]
    found = _with_records(unit, agreeing, agrees=True)
    if any(lists_number(one.record, result.compared_asn) for one in found):
        return found
    others = [row for row in near if row not in agreeing][:_MOST_LOOKED_AT]
    return found + _with_records(unit, others, agrees=False)


def _with_records(
    unit: UnitOfWork, rows: Sequence[PersonRow], *, agrees: bool
) -> tuple[Holder, ...]:
    records = unit.people.records_of(rows)
    return tuple(Holder(one.person_id, one, agrees) for one in records.values())


def agrees_with(said: Defendant, details: Details) -> bool:
    """Whether surname, first forename, birth date and sex agree with a person on record."""
    born = said.born_on
    births = {one.earliest for one in details.dates_of_birth if one.is_complete}
    if born is None or born not in births:
        return False
    if said.sex is not None and details.sex is not None and said.sex is not details.sex:
        return False
    return any(_is_named(said.name, one) for one in details.names)


def _is_named(said: PersonName, held: PersonName) -> bool:
    """Whether two names agree: equal surnames, and given names that start alike.

    The shorter list of given names must be the start of the longer list.
    """
    surnames = {match_form(said.surname), match_form(held.surname)}
    given = [match_form(f"{one.forename} {one.middle_names}").split() for one in (said, held)]
    shorter = min(map(len, given))
    is_equal = given[0][:shorter] == given[1][:shorter]
    return len(surnames) == 1 and "" not in surnames and shorter > 0 and is_equal


def lists_number(held: Record, asn: str) -> bool:
    """Whether an arrest report of a record has this ASN."""
    return any(plain_asn(report.asn) == asn for report in held.arrest_reports if asn)


def live_version(unit: UnitOfWork, held: Record) -> RecordVersion:
    """Return the live version of a record. Raises ConflictError if it has just changed."""
    version = live_version_of(unit, held.record_id)
    if version is None:
        raise ConflictError("The record has just changed: send the result again.")
    return version


def without_one(agreeing: Sequence[Holder], named: Sequence[Holder]) -> tuple[Reason, ...]:
    """Return the reason why not exactly one person with this number agrees."""
    if agreeing:
        return (Reason(Doubt.NAMESAKE, "/asn"),)
    doubt = Doubt.OTHER_PERSON if named else Doubt.ASN_UNKNOWN
    return (Reason(doubt, "/defendant" if named else "/asn"),)


def person_doubts(
    services: Services,
    unit: UnitOfWork,
    result: CourtResult,
    holder: Holder,
    holders: Sequence[Holder],
) -> tuple[Reason, ...]:
    """Return the reasons why the person with this number may not be the defendant."""
    off = (one.result for one in unit.matters.taken_off(holder.person_id))
    if any(one is not None and one.compared_asn == result.compared_asn for one in off):
        return (Reason(Doubt.TAKEN_OFF, "/asn"),)
    given = _canonical(result.details.pnc_ids, result)
    if given:
        own = _canonical(holder.record.details.pnc_ids, result)
        if own & given:
            return ()
        theirs = (
            one
            for one in _numbered(services, unit, result)
            if _canonical(one.record.details.pnc_ids, result) & given
        )
        if own or _is_another(unit, holder, theirs):
            return (Reason(Doubt.OTHER_PNC_ID, "/defendant/pnc_id"),)
    if _is_another(unit, holder, (one for one in holders if one.agrees)):
        return (Reason(Doubt.NAMESAKE, "/defendant"),)
    return ()


def _is_another(unit: UnitOfWork, holder: Holder, found: Iterable[Holder]) -> bool:
    """Whether any of these people is another human being than the holder."""
    others = {one.person_id for one in found} - {holder.person_id}
    return bool(others) and not others <= set(same_person(unit, holder.person_id))


def _canonical(numbers: Sequence[str], result: CourtResult) -> set[str]:
    found = set()
    for one in numbers:
        try:
            day = result.heard_on
            if day is not None:
                found.add(parse_pnc_id(one.upper(), reference_date=day))
        except InvalidIdentifierError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Laid:
    """The outcome of the rules for a result: its state, the reasons, and its changes to a
    record.
    """

    state: MatterState
    reasons: tuple[Reason, ...] = ()
    on: RecordVersion | None = None
    after: Items | None = None
    """The items of the record with the result; None if the result changes no items."""
    changes: tuple[Change, ...] = ()
    laid: tuple[tuple[int, str], ...] = ()
    """The items of the record that the parts of the message are, where a person laid them."""


def lay(
    services: Services,
    unit: UnitOfWork,
    content: MatterContent,
    rows: Sequence[PersonRow],
    doubts: Sequence[Reason] = (),
) -> Laid:
    """Apply the rules to a matter and return the outcome. `rows` are people whose details may
    match it.
    """
    if isinstance(content, CourtResult):
        return _laid(services, unit, content, rows, doubts)
    is_anybody = any(one.agrees for one in holders_among(unit, as_result(content), rows))
    # People decide on each conviction of another country.
    return Laid(MatterState.DOUBTFUL if is_anybody else MatterState.NOBODY, told_doubts(content))


def _laid(
    services: Services,
    unit: UnitOfWork,
    result: CourtResult,
    rows: Sequence[PersonRow],
    doubts: Sequence[Reason],
) -> Laid:
    tables = court_tables().with_office(offence_table(unit), result.heard_on)
    if says_nothing(tables, result):
        return Laid(MatterState.NOTED)
    today = services.today()
    reasons = [*doubts, *form_doubts(tables, result, today)]
    holders = holders_among(unit, result, rows)
    if not any(lists_number(one.record, result.compared_asn) for one in holders):
        everybody = dict.fromkeys((*rows, *further_people(services, result)))
        holders = holders_among(unit, result, tuple(everybody))
    named = [one for one in holders if lists_number(one.record, result.compared_asn)]
    if not named and not is_recordable(tables, result):
        return Laid(MatterState.NOTED)
    agreeing = [one for one in named if one.agrees]
    if len(agreeing) != 1:
        reasons += without_one(agreeing, named)
        is_anybody = any(one.agrees for one in holders) or bool(named)
        return Laid(MatterState.DOUBTFUL if is_anybody else MatterState.NOBODY, _once(reasons))
    (holder,) = agreeing
    reasons += person_doubts(services, unit, result, holder, holders)
    version = live_version(unit, holder.record)
    found = Judged()
    if not any(one.doubt is Doubt.TOO_MANY_OFFENCES for one in reasons):
        found = judged(tables, result, charges_under(version.items.held, result.compared_asn))
        reasons += found.doubts
    if reasons:
        return Laid(MatterState.DOUBTFUL, _once(reasons))
    return _tried(tables, result, version, found, today)


def _once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _tried(
    tables: CourtTables, result: CourtResult, version: RecordVersion, found: Judged, today: date
) -> Laid:
    """Return the changes that a result makes to the record, or the doubt that prevents them."""
    held = (version.items.held, version.head.force)
    try:
        changes = with_claims(
            changes_of(tables, result, found, held, today), version.items, result.details
        )
        after = amended(version.items, changes, today=today) if changes else None
    except (InvalidInputError, ConflictError):
        return Laid(MatterState.DOUBTFUL, (Reason(Doubt.RECORD_REFUSES),))
    return Laid(MatterState.ATTACHED, (), version, after, changes)


def change_by(unit: UnitOfWork, matter: Matter, told: Notification, on: RecordVersion) -> Change:
    """Return the change that a conviction makes to a record: it is added, or corrects an earlier
    version.

    Raises ConflictError if another version is on another record, a later version is on this one,
    or another source told the conviction. Raises InvalidInputError for impossible facts.
    """
    conviction = conviction_of(told.conviction, source_of(matter))
    standing = standing_beside(unit, matter)
    if standing is None or standing.item_id is None:
        _demand_new(conviction, on)
        return Add(ItemKind.CONVICTION, conviction)
    if standing.step.record_id != on.head.record_id:
        raise ConflictError(
            "Another version of this conviction is on another record: remove it from "
            "that record first."
        )
    if version_of(standing.matter) > version_of(matter):
        raise ConflictError("A later version of this conviction is already on the record.")
    return Correct(standing.item_id, ItemKind.CONVICTION, conviction)


def _demand_new(conviction: Conviction, on: RecordVersion) -> None:
    """Raise ConflictError if the record has this conviction from another source already."""
    for item in on.items.held:
        held = item.value
        if (
            isinstance(held, Conviction)
            and held.source.kind.is_told
            and _decision(held) == _decision(conviction)
            and len({held.reference, conviction.reference} - {""}) < 2
        ):
            raise ConflictError(
                "The record already has this conviction from another source: send it back."
            )


def _decision(conviction: Conviction) -> tuple[object, ...]:
    codes = sorted(one.national_code for one in conviction.offences)
    return conviction.court.country, conviction.decided_on, codes
