"""Converting records into messages to other States, and their messages into convictions.

Details that are not recorded are left out: a missing detail never holds a message back. Text that
is not allowed in a message (control and invisible characters and direction marks) is also left
out, and text that is too long is cut: the other State can ask for it. What a message states is
checked first.
"""

import re
from collections.abc import Iterator
from datetime import date

from domain.errors import InvalidInputError
from domain.exchange.codes import FaultCode, MessageFaultError, StateCode
from domain.exchange.contents import (
    StatedAmount,
    StatedConviction,
    StatedCourt,
    StatedDecision,
    StatedDocument,
    StatedName,
    StatedOffence,
    StatedPerson,
    StatedRestrictions,
    StatedSanction,
)
from domain.exchange.messages import Message, Notification, Reply, Request, Update
from domain.exchange.shapes import FORBIDDEN, plain
from domain.people.convictions import (
    Amount,
    ConvictedOffence,
    Conviction,
    Court,
    InformationSource,
    LaterDecision,
    Sanction,
    Source,
)
from domain.people.partial_dates import PartialDate
from domain.people.people import Details, PersonName
from domain.plain_text import TableCode, pointer_to_unseen, without_unseen
from domain.plain_values import made_from
from domain.restrictions import Restrictions
from rules.code_tables import TABLES, Standing, code_table

_FORBIDDEN = re.compile(f"[{FORBIDDEN}]+")
_LINE, _WORDS = 200, 2000


def person_stated(details: Details, *, has_prints: bool, reference: str) -> StatedPerson:
    """Return a person in the format of an exchange message.

    It always includes the names, the date and place of birth, and every nationality.
    """
    names = [_name(one) for one in details.names] or [StatedName()]
    return StatedPerson(
        name=names[0],
        nationalities=tuple(
            dict.fromkeys(one.country for one in details.nationalities if one.country)
        ),
        born_on=str(details.dates_of_birth[0]) if details.dates_of_birth else None,
        born_in=_line(details.place_of_birth),
        sex=details.sex and details.sex.value,
        previous_names=tuple(_name(one.name) for one in details.previous_names),
        other_names=tuple(names[1:]),
        parents=tuple(_name(one.name) for one in details.parents),
        documents=tuple(
            StatedDocument(one.kind.value, _line(one.number) or "?", one.country or None)
            for one in details.documents
        ),
        has_prints=has_prints,
        reference=reference,
    )


def conviction_stated(
    conviction: Conviction, *, conviction_id: str, version: int
) -> StatedConviction:
    """Return a conviction in the form of a message."""
    return made_from(
        StatedConviction,
        conviction,
        conviction_id=conviction_id,
        version=version,
        country=conviction.court.country,
        court=_court_stated(conviction.court),
        offences=tuple(map(_offence_stated, conviction.offences)),
        sanctions=tuple(map(_sanction_stated, conviction.sanctions)),
        decisions=tuple(map(_decision_stated, conviction.decisions)),
        reference=_line(conviction.reference),
        proceedings=_line(conviction.proceedings),
        restrictions=_restrictions_stated(conviction.restrictions),
    )


def conviction_of(stated: StatedConviction, source: Source) -> Conviction:
    """Return the conviction that another country told, with its source.

    Raises InvalidInputError if dates are in an impossible order or other facts are impossible.
    """
    return made_from(
        Conviction,
        stated,
        court=_court_of(stated.court, stated.country),
        offences=tuple(map(_offence_of, stated.offences)),
        sanctions=tuple(map(_sanction_of, stated.sanctions)),
        source=source,
        restrictions=restrictions_of(stated.restrictions),
        decisions=tuple(_decision_of(one, stated.country) for one in stated.decisions),
        reference=stated.reference or "",
        proceedings=stated.proceedings or "",
        asn="",
    )


def restrictions_of(stated: StatedRestrictions) -> Restrictions:
    """Return the restrictions that a State set. Anything it did not state is unknown."""
    return made_from(Restrictions, stated, purposes=frozenset(stated.purposes))


def _restrictions_stated(held: Restrictions) -> StatedRestrictions:
    return StatedRestrictions(
        held.transmittable, tuple(sorted(held.purposes)), held.retention_end, held.needs_leave
    )


def _name(name: PersonName) -> StatedName:
    forenames = " ".join(part for part in (name.forename, name.middle_names) if part)
    return StatedName(_line(name.surname), _line(forenames))


def _line(text: str, longest: int = _LINE) -> str | None:
    return without_unseen(_FORBIDDEN.sub(" ", text)).strip()[:longest].strip() or None


def _words(text: str) -> str | None:
    return _line(text, _WORDS)


def _court_stated(court: Court) -> StatedCourt:
    return StatedCourt(_line(court.name), _line(court.code), court.country)


def _court_of(stated: StatedCourt, country: str) -> Court:
    return Court(stated.name or "", stated.code or "", stated.country or country)


def _offence_stated(held: ConvictedOffence) -> StatedOffence:
    return made_from(
        StatedOffence,
        held,
        national_code=_line(held.national_code) or "?",
        title=_line(held.title),
        common_table=held.common_code.table if held.common_code else None,
        common_code=held.common_code.code if held.common_code else None,
        began_on=str(held.began_on) if held.began_on else None,
        ended_on=str(held.ended_on) if held.ended_on else None,
        place=_line(held.place),
        country=held.country or None,
        provisions=tuple(said for one in held.provisions if (said := _words(one))),
    )


def _offence_of(stated: StatedOffence) -> ConvictedOffence:
    return made_from(
        ConvictedOffence,
        stated,
        title=stated.title or "",
        common_code=_table_code(stated.common_table, stated.common_code),
        began_on=_partial(stated.began_on),
        ended_on=_partial(stated.ended_on),
        place=stated.place or "",
        country=stated.country or "",
    )


def _sanction_stated(held: Sanction) -> StatedSanction:
    return made_from(
        StatedSanction,
        held,
        common_table=held.code.table if held.code else None,
        common_code=held.code.code if held.code else None,
        duration=held.duration or None,
        suspended_for=held.suspended_for or None,
        amounts=tuple(StatedAmount(a.hundredths, a.currency, a.times) for a in held.amounts),
        words=_words(held.words),
    )


def _sanction_of(stated: StatedSanction) -> Sanction:
    return made_from(
        Sanction,
        stated,
        code=_table_code(stated.common_table, stated.common_code),
        duration=stated.duration or "",
        suspended_for=stated.suspended_for or "",
        amounts=tuple(Amount(a.hundredths, a.currency, a.times) for a in stated.amounts),
        words=stated.words or "",
    )


def _decision_stated(held: LaterDecision) -> StatedDecision:
    return made_from(
        StatedDecision, held, court=_court_stated(held.court), words=_words(held.words)
    )


def _decision_of(stated: StatedDecision, country: str) -> LaterDecision:
    return made_from(
        LaterDecision, stated, court=_court_of(stated.court, country), words=stated.words or ""
    )


def _table_code(table: str | None, code: str | None) -> TableCode | None:
    return TableCode(table, code) if table and code else None


def _partial(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def demand_sense(message: Message, own: StateCode, today: date) -> None:
    """Raise MessageFaultError for impossible codes, dates or nationalities, or unseen characters.

    A code whose table is not held here, or is only a sample, is kept as received without a check.
    """
    content = message.content
    unseen = pointer_to_unseen(plain(content), "/content")
    if unseen is not None:
        raise MessageFaultError(fault=FaultCode.MALFORMED, pointer=unseen)
    if isinstance(content, Notification | Update):
        if own not in content.person.nationalities:
            raise MessageFaultError(fault=FaultCode.NOT_A_NATIONAL)
        _demand_person(content.person, today)
        _demand_conviction(content.conviction, message.sender, today)
        _demand_born_before(content.person, content.conviction)
        # What comes at second hand is kept in quarantine, where people read it: it is possible.
        if content.conviction.country != message.sender:
            raise MessageFaultError(
                fault=FaultCode.SECOND_HAND, pointer="/content/conviction/country"
            )
        _demand_codes(content.conviction)
    elif isinstance(content, Request):
        _demand_person(content.person, today)
    elif isinstance(content, Reply):
        for conviction in content.convictions:
            _demand_conviction(conviction, message.sender, today)
            _demand_codes(conviction)


def demand_possible(told: Notification, today: date) -> None:
    """Raise InvalidInputError if the conviction is later than today, or its dates contradict."""
    if told.conviction.decided_on > today:
        raise InvalidInputError("The decision is later than today.", pointer="/heard_on")
    conviction_of(told.conviction, Source(InformationSource.INTERPOL))


def _demand_person(person: StatedPerson, today: date) -> None:
    for text in (person.born_on, person.died_on):
        day = _possible(text)
        if day is not None and day.earliest is not None and day.earliest > today:
            raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)


def _demand_conviction(stated: StatedConviction, sender: StateCode, today: date) -> None:
    for offence in stated.offences:
        for text in (offence.began_on, offence.ended_on):
            _possible(text)
    try:
        conviction_of(stated, Source(InformationSource.OTHER_STATE, sender))
    except MessageFaultError:
        raise
    except InvalidInputError as error:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES) from error
    if stated.decided_on > today:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)


def _demand_codes(stated: StatedConviction) -> None:
    for table, code in _codes(stated):
        _demand_code(table, code, stated.decided_on)


def _codes(stated: StatedConviction) -> Iterator[tuple[str, str]]:
    offences = ((one.common_table, one.common_code) for one in stated.offences)
    sanctions = ((one.common_table, one.common_code) for one in stated.sanctions)
    for table, code in (*offences, *sanctions):
        if table and code:
            yield table, code


def _demand_code(table: str, code: str, on: date) -> None:
    if table not in TABLES:
        return
    match code_table(table).standing(code, on):
        case Standing.UNKNOWN:
            raise MessageFaultError(fault=FaultCode.UNKNOWN_CODE)
        case Standing.EXPIRED:
            raise MessageFaultError(fault=FaultCode.EXPIRED_CODE)
        case _:
            return


def _demand_born_before(person: StatedPerson, stated: StatedConviction) -> None:
    born = _possible(person.born_on)
    if born is not None and born.earliest is not None and born.earliest > stated.decided_on:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)


def _possible(text: str | None) -> PartialDate | None:
    """Return a partial date. Raises MessageFaultError for a date that does not exist."""
    if text is None:
        return None
    try:
        return PartialDate.parse(text)
    except InvalidInputError as error:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES) from error
