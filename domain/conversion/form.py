"""The twelve fields of a frame, their classes of error, and values as written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError

MOST_CHARACTERS = 200
"""Most characters in a field; a longer text is a keying of the wrong thing."""


class FormField(StrEnum):
    """The fields that are keyed, in the order of the form."""

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
    """How much an error in a field weighs when a lot is accepted."""

    CRITICAL = "critical"
    """Wrong person, wrong conviction, wrong date of birth, wrong identifier."""
    MAJOR = "major"
    """Offence, court or disposal, and days other than the birth."""
    MINOR = "minor"
    """Spelling of words that identify no person by themselves."""


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
"""The fields that hold a day."""

CODED = (FormField.COURT, FormField.OFFENCE, FormField.DISPOSAL)
"""The fields that historic tables code."""


@dataclass(frozen=True, slots=True)
class Written:
    """A field as written on the frame; empty when the form has nothing there.

    Raises InvalidInputError for a text that is too long, and for one that is illegible too.
    """

    text: str = ""
    is_illegible: bool = False

    def __post_init__(self) -> None:
        if len(self.text) > MOST_CHARACTERS:
            raise InvalidInputError("A field is too long: key only the contents of that field.")
        if self.is_illegible and self.text:
            raise InvalidInputError(
                "A field is either read or illegible: state only one of the two."
            )

    @property
    def match_form(self) -> str:
        """The text as two keyings are compared: spaces and capitals do not count."""
        return "?" if self.is_illegible else " ".join(self.text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Form:
    """All fields of one frame, in the order of `FormField`. Raises InvalidInputError."""

    values: tuple[Written, ...] = (Written(),) * len(FormField)

    def __post_init__(self) -> None:
        if len(self.values) != len(FormField):
            raise InvalidInputError(
                "A form has twelve fields: send all of them, even if they are empty."
            )

    def __getitem__(self, field: FormField) -> Written:
        return self.values[_PLACES[field]]

    def text(self, field: FormField) -> str:
        """Return the text of a field with single spaces; empty when illegible."""
        return " ".join(self[field].text.split())

    def with_value(self, field: FormField, value: Written) -> Form:
        """Return the form with another value in one field."""
        values = list(self.values)
        values[_PLACES[field]] = value
        return Form(tuple(values))


_PLACES = {field: place for place, field in enumerate(FormField)}


def differing(first: Form, second: Form) -> tuple[FormField, ...]:
    """Return the fields that two keyings give differently, in the order of the form."""
    return tuple(f for f in FormField if first[f].match_form != second[f].match_form)
