"""Checks of a message from another State that its schema cannot make."""

from collections.abc import Iterator
from datetime import date

from domain.errors import InvalidInputError
from domain.exchange.codes import FaultCode, MessageFaultError, StateCode
from domain.exchange.contents import StatedConviction, StatedPerson
from domain.exchange.messages import Message, Notification, Reply, Request, Update
from domain.people.convictions import InformationSource, Source
from domain.people.partial_dates import PartialDate
from rules.code_tables import TABLES, Standing, code_table
from service.usecases.exchange.stating import conviction_of


def demand_sense(message: Message, own: StateCode, today: date) -> None:
    """Raise MessageFaultError for impossible codes, dates or nationalities.

    A code whose table is not held here, or is only a sample, is kept as received without a check.
    """
    content = message.content
    if isinstance(content, Notification | Update):
        if own not in content.person.nationalities:
            raise MessageFaultError(fault=FaultCode.NOT_A_NATIONAL)
        if content.conviction.country != message.sender:
            raise MessageFaultError(
                fault=FaultCode.SECOND_HAND, pointer="/content/conviction/country"
            )
        _demand_person(content.person, today)
        _demand_conviction(content.conviction, message.sender, today)
        _demand_born_before(content.person, content.conviction)
    elif isinstance(content, Request):
        _demand_person(content.person, today)
    elif isinstance(content, Reply):
        for conviction in content.convictions:
            _demand_conviction(conviction, message.sender, today)


def demand_possible(told: Notification, today: date) -> None:
    """Raise InvalidInputError if the conviction is later than today, or its dates contradict."""
    if told.conviction.decided_on > today:
        raise InvalidInputError("The decision is later than today.", pointer="/heard_on")
    conviction_of(told.conviction, Source(InformationSource.INTERPOL))


def _demand_person(person: StatedPerson, today: date) -> None:
    for text in (person.born_on, person.died_on):
        day = _partial(text)
        if day is not None and day.earliest is not None and day.earliest > today:
            raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)


def _demand_conviction(stated: StatedConviction, sender: StateCode, today: date) -> None:
    for offence in stated.offences:
        for text in (offence.began_on, offence.ended_on):
            _partial(text)
    try:
        conviction_of(stated, Source(InformationSource.OTHER_STATE, sender))
    except MessageFaultError:
        raise
    except InvalidInputError as error:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES) from error
    if stated.decided_on > today:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)
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
    born = _partial(person.born_on)
    if born is not None and born.earliest is not None and born.earliest > stated.decided_on:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES)


def _partial(text: str | None) -> PartialDate | None:
    """Return a partial date. Raises MessageFaultError for a date that does not exist."""
    if text is None:
        return None
    try:
        return PartialDate.parse(text)
    except InvalidInputError as error:
        raise MessageFaultError(fault=FaultCode.IMPOSSIBLE_DATES) from error
