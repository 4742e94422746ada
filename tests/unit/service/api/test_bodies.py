"""A repeated name is found wherever it stands, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.bodies import repeated_name

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"a": 1, "a": 1}', "/a"),
        ('{"a": 1, "b": {"c": 1, "d": [], "c": 2}}', "/b/c"),
        ('[{"a": 1}, {"a": [{"b": 1, "b": 2}]}]', "/1/a/0/b"),
        ('{"a/~": 1, "a/~": 2}', "/a~1~0"),
        ('{"a": 1, "\\u0061": 2}', "/a"),
        ('{"": 1, "": 2}', "/"),
        ('{"a": {"b": 1}, "b": {"a": {"b": 1}}}', None),
        ('[{"a": 1}, {"a": 1}]', None),
        (f'{{"a": {"9" * 5_000}}}', None),
        ('"a"', None),
    ],
)
def test_the_first_repeated_name_is_located(text: str, pointer: str | None) -> None:
    assert repeated_name(text) == pointer


@given(VALUES)
def test_no_text_of_distinct_names_is_refused(value: Any) -> None:
    assert repeated_name(json.dumps(value)) is None


@given(st.dictionaries(st.text(max_size=3), VALUES, min_size=1), st.data())
def test_a_name_written_again_is_found(value: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    text = f"[1, {json.dumps(value)[:-1]}, {json.dumps(name)}: null}}]"

    found = repeated_name(text)

    assert found == f"/1/{name.replace('~', '~0').replace('/', '~1')}"
