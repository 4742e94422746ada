"""The fields of a frame, their positions on the form, and the comparison of its two keyings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import UserId
from domain.plain_text import folded

MOST_CHARACTERS = 200
"""The most characters of a field. A longer text was not keyed from that field."""


class FormField(StrEnum):
    """Field of the form that is keyed; in the order of the form."""

    SURNAME = "surname"
    FORENAMES = "forenames"
    BORN_ON = "born-on"
    SEX = "sex"
    BORN_AT = "born-at"
    CRO_NUMBER = "cro-number"
    ALIAS = "alias"
    COURT = "court"
    CONVICTED_ON = "convicted-on"
    OFFENCE = "offence"
    COMMITTED_ON = "committed-on"
    DISPOSAL = "disposal"


class ErrorClass(StrEnum):
    """The weight of an error in a field when a lot is accepted or rejected."""

    CRITICAL = "critical"
    """Wrong person, conviction, date of birth or identifier."""
    MAJOR = "major"
    """Offence, court or disposal, and dates other than the date of birth."""
    MINOR = "minor"
    """Spelling of words that do not identify a person by themselves."""


CLASS_OF: dict[FormField, ErrorClass] = {
    FormField.SURNAME: ErrorClass.CRITICAL,
    FormField.FORENAMES: ErrorClass.CRITICAL,
    FormField.BORN_ON: ErrorClass.CRITICAL,
    FormField.SEX: ErrorClass.MAJOR,
    FormField.BORN_AT: ErrorClass.MINOR,
    FormField.CRO_NUMBER: ErrorClass.CRITICAL,
    FormField.ALIAS: ErrorClass.MINOR,
    FormField.COURT: ErrorClass.MAJOR,
    FormField.CONVICTED_ON: ErrorClass.MAJOR,
    FormField.OFFENCE: ErrorClass.MAJOR,
    FormField.COMMITTED_ON: ErrorClass.MAJOR,
    FormField.DISPOSAL: ErrorClass.MAJOR,
}
"""The class of an error in each field."""

DATES = frozenset({FormField.BORN_ON, FormField.CONVICTED_ON, FormField.COMMITTED_ON})
"""The fields that hold a date."""

CODED = (FormField.COURT, FormField.OFFENCE, FormField.DISPOSAL)
"""The fields for which historic tables have codes."""


@dataclass(frozen=True, slots=True)
class Written:
    """A field as written on the frame; empty if the form has nothing in that field.

    Raises InvalidInputError for a text that is too long, or that is marked illegible.
    """

    text: str = ""
    is_illegible: bool = False

    def __post_init__(self) -> None:
        if len(self.text) > MOST_CHARACTERS:
            raise InvalidInputError(
                "A field is too long: key only what the record shows in that field."
            )
        if self.is_illegible and self.text:
            raise InvalidInputError(
                "A field that is marked as illegible also contains text: leave out one of the two."
            )

    @property
    def match_form(self) -> str:
        """The text in which keyings are compared. Spaces and letter case are ignored."""
        return "?" if self.is_illegible else " ".join(folded(self.text).split())


@dataclass(frozen=True, slots=True)
class Form:
    """All fields of one frame, in the order of `FormField`. Raises InvalidInputError."""

    values: tuple[Written, ...] = (Written(),) * len(FormField)

    def __post_init__(self) -> None:
        if len(self.values) != len(FormField):
            raise InvalidInputError(
                "The form for a film frame has twelve fields: send all of them, even if they "
                "are empty."
            )

    def __getitem__(self, field: FormField) -> Written:
        return self.values[_PLACES[field]]

    def text(self, field: FormField) -> str:
        """Return the text of a field with single spaces; empty if the field is illegible."""
        return " ".join(self[field].text.split())

    def with_value(self, field: FormField, value: Written) -> Form:
        """Return the form with another value in one field."""
        values = list(self.values)
        values[_PLACES[field]] = value
        return Form(tuple(values))


_PLACES = {field: place for place, field in enumerate(FormField)}


def differing(first: Form, second: Form) -> tuple[FormField, ...]:
    """Return the fields in which two keyings differ, in the order of the form."""
    return tuple(f for f in FormField if first[f].match_form != second[f].match_form)


# While a field is keyed, the keyers' page shows this part of the picture with a margin, so that a
# frame scanned at an angle can still be read. A form with another layout is shown whole.


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture: left, top, width and height as fractions of the whole."""

    left: float
    top: float
    width: float
    height: float


_LEFT, _RIGHT = 0.05, 0.52
_WIDE, _HALF, _HIGH = 0.90, 0.43, 0.055

REGIONS: dict[FormField, Region] = {
    FormField.SURNAME: Region(_LEFT, 0.10, _HALF, _HIGH),
    FormField.FORENAMES: Region(_RIGHT, 0.10, _HALF, _HIGH),
    FormField.BORN_ON: Region(_LEFT, 0.16, _HALF, _HIGH),
    FormField.SEX: Region(_RIGHT, 0.16, _HALF, _HIGH),
    FormField.BORN_AT: Region(_LEFT, 0.22, _HALF, _HIGH),
    FormField.CRO_NUMBER: Region(_RIGHT, 0.22, _HALF, _HIGH),
    FormField.ALIAS: Region(_LEFT, 0.28, _WIDE, _HIGH),
    FormField.COURT: Region(_LEFT, 0.34, _HALF, _HIGH),
    FormField.CONVICTED_ON: Region(_RIGHT, 0.34, _HALF, _HIGH),
    FormField.OFFENCE: Region(_LEFT, 0.40, _HALF, _HIGH),
    FormField.COMMITTED_ON: Region(_RIGHT, 0.40, _HALF, _HIGH),
    FormField.DISPOSAL: Region(_LEFT, 0.46, _WIDE, _HIGH),
}
"""The fields' regions. The prints are below 0.55: right above left hand, thumbs first."""

PRINTS_TOP = 0.56
PRINTS_ROW = 0.20
"""The top and the height of a row of five prints."""


class FrameFault(StrEnum):
    """Why a frame cannot be keyed as it is."""

    NONE = "none"
    UNREADABLE = "unreadable"
    TWO_SHEETS = "two sheets"
    """The sheets must be scanned separately. They return as frames with the same number."""
    WRONG_SHEET = "wrong sheet"
    """The sheet belongs to another person than the header."""


@dataclass(frozen=True, slots=True)
class Keying:
    """One keying of a frame."""

    form: Form
    fault: FrameFault = FrameFault.NONE

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing of the frame."""
        return self.fault is FrameFault.NONE and not differing(self.form, Form())


@dataclass(frozen=True, slots=True)
class KeptKeying:
    """A keying as stored."""

    place: int
    """1 for the first keying, 2 for the second."""
    keyed_by: UserId
    keying: Keying | None
    """None after its content was destroyed."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The differences between two keyings."""

    fields: tuple[FormField, ...]
    fault: bool

    @property
    def is_none(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.fields and not self.fault


def disagreement(first: Keying, second: Keying) -> Disagreement:
    """Return how two keyings differ. Fields are not compared if both state the same fault."""
    if first.fault is not second.fault:
        return Disagreement(differing(first.form, second.form), fault=True)
    if first.fault is not FrameFault.NONE:
        return Disagreement((), fault=False)
    return Disagreement(differing(first.form, second.form), fault=False)


def left_out(keyings: Iterable[Keying], settled: Keying) -> tuple[FormField, ...]:
    """Return the fields that are empty in the settled form although every keying filled them."""
    if settled.fault is not FrameFault.NONE:
        return ()
    forms = [one.form for one in keyings]
    return tuple(
        field
        for field in FormField
        if not settled.form[field].match_form and all(form[field].match_form for form in forms)
    )


def overruled(keying: Keying, settled: Keying) -> tuple[FormField, ...]:
    """Return the fields in which the settled form differs from a keying."""
    if settled.fault is not FrameFault.NONE:
        return ()
    return differing(keying.form, settled.form)
