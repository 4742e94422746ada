"""Settled fields as details and a conviction, dates as written, and the frames behind items."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.conversion.form import Form, FormField
from domain.errors import ConflictError, InvalidDateError, InvalidIdentifierError
from domain.ids import FrameId, PersonId, RecordId, UserId
from domain.people import convictions
from domain.people.identifiers import parse_cro_number
from domain.people.partial_dates import PartialDate
from domain.people.people import Details, PersonName, Sex

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = re.compile(r"[\s./-]+")
_NOT_KNOWN = frozenset({"?", "??", "x", "xx", "--"})
_ISO = re.compile(r"\d{4}-[\dXx]{2}-[\dXx]{2}").fullmatch


def read_written_date(text: str) -> PartialDate | None:
    """Return the date that a text states, with unknown parts left out; None if it states no date.

    `12.3.62`, `12 Mar 1962`, `3/1962`, `?/3/62` and `1962-03-XX` can be read. A year of two digits
    belongs to the twentieth century, because no later forms are converted.
    """
    stripped = text.strip()
    try:
        if _ISO(stripped):
            return PartialDate.parse(stripped)
        parts = [part for part in _PARTS.split(stripped.casefold()) if part]
        return _from_parts(parts)
    except (InvalidDateError, ValueError):
        return None


def _from_parts(parts: list[str]) -> PartialDate | None:
    if not 1 <= len(parts) <= 3:
        return None
    day, month, year = ["?"] * (3 - len(parts)) + parts
    found = PartialDate(_year(year), _month(month), _number(day))
    return found if found != PartialDate() else None


def _number(part: str) -> int | None:
    if part in _NOT_KNOWN:
        return None
    digits = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", part)
    if digits is None or int(digits.group(1)) == 0:
        raise ValueError("The text is not a number.")
    return int(digits.group(1))


def _month(part: str) -> int | None:
    if part[:3] in _MONTHS:
        return _MONTHS.index(part[:3]) + 1
    return _number(part)


def _year(part: str) -> int | None:
    if part in _NOT_KNOWN:
        return None
    if not re.fullmatch(r"\d{2}|\d{4}", part):
        raise ValueError("The text is not a year.")
    return int(part) if len(part) == 4 else 1900 + int(part)


def complete_day(text: str) -> date | None:
    """Return the day that a text states completely; None if a part is missing."""
    found = read_written_date(text)
    if found is None or found.year is None or found.month is None or found.day is None:
        return None
    return date(found.year, found.month, found.day)


_SEXES = {"m": Sex.MALE, "male": Sex.MALE, "f": Sex.FEMALE, "female": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a settled form. A code is empty if there is only the text."""

    court: str = ""
    offence: str = ""
    disposal: str = ""

    def of(self, field: FormField) -> str:
        """Return the code of a field that has one."""
        return {
            FormField.COURT: self.court,
            FormField.OFFENCE: self.offence,
            FormField.DISPOSAL: self.disposal,
        }[field]


@dataclass(frozen=True, slots=True)
class Coded:
    """A settled form with its codes, and the kind of sentence of the disposal's code."""

    form: Form
    codes: Codes
    sentence: convictions.SentenceKind = convictions.SentenceKind.UNSTRUCTURED


def details_of_form(form: Form) -> Details:
    """Return the details that a form states. An invalid CRO number is kept as given."""
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
    """Return the canonical form of a CRO number, or the text as given if it fails its check."""
    try:
        return parse_cro_number(text.upper())
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
    """Return the day of the conviction; None if it is not stated completely."""
    return complete_day(form.text(FormField.CONVICTED_ON))


def is_stated(form: Form) -> bool:
    """Whether a form states a day, a court and an offence: a record can hold that conviction."""
    return (
        convicted_on(form) is not None
        and bool(form.text(FormField.COURT))
        and bool(form.text(FormField.OFFENCE))
    )


def conviction_of(coded: Coded, *, recorded_on: date) -> convictions.Conviction:
    """Return the conviction of a form for which `is_stated` is true, with texts as written.

    Raises InvalidInputError for an impossible order of dates.
    """
    form, codes = coded.form, coded.codes
    day = convicted_on(form)
    if day is None:
        raise ValueError("The form has no complete date of conviction.")
    words = form.text(FormField.DISPOSAL)
    return convictions.Conviction(
        court=convictions.Court(form.text(FormField.COURT), codes.court),
        decided_on=day,
        offences=(
            convictions.ConvictedOffence(
                national_code=codes.offence,
                title=form.text(FormField.OFFENCE),
                began_on=read_written_date(form.text(FormField.COMMITTED_ON)),
            ),
        ),
        sanctions=(convictions.Sanction(coded.sentence, words=words),) if words else (),
        source=convictions.Source(
            convictions.InformationSource.BACK_RECORD, stated_on=recorded_on
        ),
        recorded_on=recorded_on,
    )


def is_same_event(one: convictions.Conviction, other: convictions.Conviction) -> bool:
    """Whether two convictions have the same day, the same court and an offence in common."""
    if one.decided_on != other.decided_on or not _same_court(one.court, other.court):
        return False
    return any(_same_offence(a, b) for a in one.offences for b in other.offences)


def _same_court(one: convictions.Court, other: convictions.Court) -> bool:
    if one.code and other.code:
        return one.code == other.code
    return _plain(one.name) == _plain(other.name)


def _same_offence(one: convictions.ConvictedOffence, other: convictions.ConvictedOffence) -> bool:
    if one.national_code and other.national_code:
        return one.national_code == other.national_code
    return _plain(one.title) == _plain(other.title)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """An item of a record that has a frame as a source."""

    item_id: str
    is_second_source: bool
    """Whether the record already held the item before the frame was written."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The record of how a frame was written to a criminal record."""

    frame_id: FrameId
    round: int
    record_id: RecordId
    person_id: PersonId
    version: int
    is_new: bool
    written_by: UserId
    written_at: datetime
    items: tuple[WrittenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemSource:
    """A frame that is a source of an item of a record, and who keyed and settled it."""

    item_id: str
    """Id of the item, the same in every version."""
    frame_id: FrameId
    lot_label: str
    """Label of the lot."""
    number: int
    """The frame's position on the roll or in the box, from 1."""
    part: int
    """0 for the frame; 1 to 9 for one of its sheets."""
    keyers: tuple[UserId, UserId]
    """The two people who keyed the frame."""
    settled_by: UserId | None
    """The third person; None if the keyings agreed."""
    is_second_source: bool
    is_taken_back: bool
    """Whether what was written to the record was withdrawn."""


def items_without_a_frame(
    sources: Iterable[ItemSource], leaving: FrameId | None = None
) -> frozenset[str]:
    """Return the items that frames added to the record and that no frame supports any more.

    `leaving` is a frame that is being withdrawn. An item that the record held before any frame
    added it is not returned, because its frames are only second sources.
    """
    given, behind = set(), set()
    for source in sources:
        if not source.is_second_source:
            given.add(source.item_id)
        if not source.is_taken_back and source.frame_id != leaving:
            behind.add(source.item_id)
    return frozenset(given - behind)


class NotSearchableError(ConflictError):
    """Prints of too low a resolution, or too high a generation, are kept but never searched."""

    title = "These prints must not be searched"


class FoundSinceError(ConflictError):
    """After the search for a frame's person, somebody who may be that person was put on record."""

    code = "found-since-the-search"
    title = "A person was put on record after the search"
