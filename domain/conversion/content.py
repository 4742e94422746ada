"""Settled fields as details and a conviction; whether two convictions are one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.conversion.form import Form, FormField
from domain.conversion.written_dates import complete_day, read_written_date
from domain.convictions import (
    ConvictedOffence,
    Conviction,
    Court,
    InformationSource,
    Sanction,
    Source,
)
from domain.errors import InvalidIdentifierError
from domain.identifiers import parse_cro_number
from domain.people import Details, PersonName, Sex
from domain.sentences import SentenceKind

_SEXES = {"m": Sex.MALE, "male": Sex.MALE, "f": Sex.FEMALE, "female": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a settled form; empty if there is only the text."""

    court: str = ""
    offence: str = ""
    disposal: str = ""

    def of(self, field: FormField) -> str:
        """Return the code of a coded field."""
        return {
            FormField.COURT: self.court,
            FormField.OFFENCE: self.offence,
            FormField.DISPOSAL: self.disposal,
        }[field]


@dataclass(frozen=True, slots=True)
class Coded:
    """A settled form with its codes, and the sentence that the disposal's code means."""

    form: Form
    codes: Codes
    sentence: SentenceKind = SentenceKind.UNSTRUCTURED


def details_of_form(form: Form) -> Details:
    """Return the details that a form states; a number that fails its check is kept as given."""
    born = read_written_date(form.text(FormField.BORN_ON))
    number = form.text(FormField.CRO_NUMBER)
    return Details(
        names=_names(form),
        dates_of_birth=() if born is None else (born,),
        sex=_SEXES.get(form.text(FormField.SEX).casefold()),
        place_of_birth=form.text(FormField.BORN_AT),
        cro_numbers=(canonical_cro(number),) if number else (),
    )


def canonical_cro(text: str) -> str:
    """Return the canonical form of a CRO number, or the text as given when it fails its check."""
    try:
        return parse_cro_number(text.upper()).canonical
    except InvalidIdentifierError:
        return text


def _names(form: Form) -> tuple[PersonName, ...]:
    given = form.text(FormField.FORENAMES).split(" ", 1)
    name = PersonName(given[0], form.text(FormField.SURNAME), given[1] if given[1:] else "")
    alias = form.text(FormField.ALIAS)
    found = (name, *((_alias(alias),) if alias else ()))
    return tuple(one for one in found if one != PersonName())


def _alias(text: str) -> PersonName:
    forename, _, surname = text.rpartition(" ")
    return PersonName(forename, surname)


def convicted_on(form: Form) -> date | None:
    """Return the day of the conviction; None when it is not stated whole."""
    return complete_day(form.text(FormField.CONVICTED_ON))


def is_stated(form: Form) -> bool:
    """Whether a form states a conviction that a record can hold: a day, a court, an offence."""
    return (
        convicted_on(form) is not None
        and bool(form.text(FormField.COURT))
        and bool(form.text(FormField.OFFENCE))
    )


def conviction_of(coded: Coded, *, recorded_on: date) -> Conviction:
    """Return the conviction of a form for which `is_stated` is true.

    Its texts stay as written beside the codes. Raises InvalidInputError for days in an impossible
    order.
    """
    form, codes = coded.form, coded.codes
    day = convicted_on(form)
    if day is None:
        raise ValueError("The form states no whole day.")
    words = form.text(FormField.DISPOSAL)
    return Conviction(
        court=Court(form.text(FormField.COURT), codes.court),
        decided_on=day,
        offences=(
            ConvictedOffence(
                national_code=codes.offence,
                title=form.text(FormField.OFFENCE),
                began_on=read_written_date(form.text(FormField.COMMITTED_ON)),
            ),
        ),
        sanctions=(Sanction(coded.sentence, words=words),) if words else (),
        source=Source(InformationSource.BACK_RECORD, stated_on=recorded_on),
        recorded_on=recorded_on,
    )


def is_same_event(one: Conviction, other: Conviction) -> bool:
    """Whether two convictions are one event: same day, same court, an offence in common."""
    if one.decided_on != other.decided_on or not _same_court(one.court, other.court):
        return False
    return any(_same_offence(a, b) for a in one.offences for b in other.offences)


def _same_court(one: Court, other: Court) -> bool:
    if one.code and other.code:
        return one.code == other.code
    return _plain(one.name) == _plain(other.name)


def _same_offence(one: ConvictedOffence, other: ConvictedOffence) -> bool:
    if one.national_code and other.national_code:
        return one.national_code == other.national_code
    return _plain(one.title) == _plain(other.title)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
