"""A value made from the fields of another value."""

from dataclasses import dataclass

import pytest

from domain.plain_values import made_from


@dataclass(frozen=True, slots=True)
class Draft:
    name: str
    pages: int
    note: str = "kept back"

    @property
    def is_long(self) -> bool:
        return self.pages > 100


@dataclass(frozen=True, slots=True)
class Report:
    number: int
    name: str
    pages: int
    is_long: bool
    reader: str = "nobody"


def test_fields_and_properties_of_the_same_names_are_taken() -> None:
    made = made_from(Report, Draft("Prints", 120), number=7, reader="nobody")

    assert made == Report(7, "Prints", 120, True)


def test_what_is_given_goes_before_what_the_value_has() -> None:
    made = made_from(Report, Draft("Prints", 120), number=7, pages=3, reader="a clerk")

    assert made == Report(7, "Prints", 3, True, "a clerk")


def test_a_field_that_nothing_gives_is_an_error() -> None:
    with pytest.raises(AttributeError, match="number"):
        made_from(Report, Draft("Prints", 120), reader="a clerk")
    with pytest.raises(AttributeError, match="reader"):  # though it has a default
        made_from(Report, Draft("Prints", 120), number=7)
    with pytest.raises(TypeError, match="colour"):
        made_from(Report, Draft("Prints", 120), number=7, reader="a clerk", colour="red")
