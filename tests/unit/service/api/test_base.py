from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.errors import InvalidDateError, InvalidInputError
from service.api.base import Body, Reason, Text
from service.api.shapes import at


class Words(Body):
    text: Text = ""
    reason: Reason = "Because."


def test_the_place_is_put_in_front_of_the_pointer_at_every_level() -> None:
    with pytest.raises(InvalidDateError) as refused, at("/record"), at("/dates_of_birth/1"):
        raise InvalidDateError("No such day.")

    assert refused.value.pointer == "/record/dates_of_birth/1"


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), at("/field"):
        raise ZeroDivisionError


def test_an_error_outside_has_no_pointer() -> None:
    assert InvalidInputError("No.").pointer is None


@pytest.mark.parametrize("text", ["", "Zoë Łukasiewicz", "O'Brien-Smith", "李 小龍", "x" * 200])
def test_names_of_all_scripts_are_text(text: str) -> None:
    assert Words(text=text).text == text


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\x7fb", "x" * 201])
def test_control_characters_and_excess_are_no_text(text: str) -> None:
    with pytest.raises(ValidationError):
        Words(text=text)


@pytest.mark.parametrize("reason", ["", " ", "\n\t ", "x\x00"])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises(ValidationError):
        Words(reason=reason)


def test_a_reason_may_have_several_lines() -> None:
    assert Words(reason="First.\nSecond.").reason == "First.\nSecond."


def test_a_body_is_strict_and_takes_no_unknown_field() -> None:
    with pytest.raises(ValidationError):
        Words.model_validate_json('{"text": 5}')
    with pytest.raises(ValidationError):
        Words.model_validate_json('{"other": "x"}')
