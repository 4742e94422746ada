from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.names.text import match_form, without_honorifics


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "OBRIEN"),
        ("Smith-Jones", "SMITH JONES"),
        ("Żółć", "ZOLC"),
        ("ﬁnn", "FINN"),
        ("  St.  John ", "ST JOHN"),
        ("", ""),
        ("--", ""),
    ],
)
def test_match_form_keeps_letters_and_single_spaces(given_text: str, expected: str) -> None:
    assert match_form(given_text) == expected


@pytest.mark.parametrize("name", ["Null", "None", "True", "NA", "Nan", "False", "undefined"])
def test_names_that_look_like_missing_values_survive(name: str) -> None:
    assert match_form(name) == name.upper()


@given(st.text(max_size=30))
def test_match_form_of_a_match_form_changes_nothing(text: str) -> None:
    once = match_form(text)
    assert match_form(once) == once


@given(st.text(max_size=30))
def test_match_form_is_plain_capitals(text: str) -> None:
    form = match_form(text)
    assert form.isascii()
    assert form == form.upper() == " ".join(form.split())


def test_titles_are_taken_off_the_front() -> None:
    assert without_honorifics(["DR", "MRS", "ANN"]) == ["ANN"]


def test_a_title_that_is_all_there_is_stays() -> None:
    assert without_honorifics(["MR"]) == ["MR"]
