"""Numbers and codes as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.requests.certificates import (
    CODE_BYTES,
    check_printable,
    code_digest,
    code_of,
    plain_code,
)


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_a_code_is_read_however_it_is_typed(drawn: bytes) -> None:
    code = code_of(drawn)
    misread = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert len(plain_code(code)) == 26
    assert code_digest("A1", misread) == code_digest("a1", code)


@given(st.sets(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES), min_size=2, max_size=2))
def test_two_codes_have_two_digests(drawn: set[bytes]) -> None:
    first, second = map(code_of, drawn)
    assert code_digest("A1", first) != code_digest("A1", second)


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u200f", "\u2066", "\u0000", "\n", "\u200b", "\ufeff"]
)
def test_marks_that_print_nothing_are_refused_in_names(mark: str) -> None:
    with pytest.raises(InvalidInputError, match="control character"):
        check_printable(f"Ada{mark} Example")


@pytest.mark.parametrize("name", ["Żółć", "Ελένη", "محمد", "王小明", "अमित", "O'Brien-Núñez"])
def test_names_of_every_script_are_taken_up_to_their_length(name: str) -> None:
    check_printable((name * 200)[:200])
    with pytest.raises(InvalidInputError, match="200"):
        check_printable((name * 201)[:201])
