"""A day is typed as people write it, and read in one form."""

from __future__ import annotations

import pytest

from service.web.forms import Form, typed_day


@pytest.mark.parametrize(
    "text",
    ["12 3 1984", "12/3/1984", "12.03.1984", "12 March 1984", "12 mar 1984", " 12-3-1984 "],
)
def test_a_day_is_typed_as_people_write_it(text: str) -> None:
    assert typed_day(text) == "1984-03-12"
    assert str(Form({"on": text}, {}).day("on")) == "1984-03-12"


@pytest.mark.parametrize(
    ("text", "read"), [("XX 3 1984", "1984-03-XX"), ("xx xx 1984", "1984-XX-XX")]
)
def test_an_unknown_part_stays_unknown(text: str, read: str) -> None:
    assert typed_day(text) == read


@pytest.mark.parametrize(
    "text", ["", "1984-03-12", "1984-XX-XX", "12 1984", "12 Ma 1984", "yesterday", "1 2 3 1984"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert typed_day(text) == text


@pytest.mark.parametrize("text", ["31 2 1984", "12 Foo 1984", "12 ju 1984", "12 3 84", ""])
def test_a_day_that_does_not_exist_is_refused_at_its_field(text: str) -> None:
    form = Form({"on": text}, {})

    assert form.day("on") is None
    assert form.errors == {"on": "Enter a real date, such as 27 3 2026."}
