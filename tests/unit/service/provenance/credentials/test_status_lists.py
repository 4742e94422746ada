"""Status lists: every place by itself, small when empty, refused when they are none."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidCertificateError
from service.provenance.credentials.checking import PLACES, encoded_list, is_set


@given(st.sets(st.integers(0, PLACES - 1), max_size=50), st.integers(0, PLACES - 1))
def test_a_place_is_set_where_it_was_put(places: set[int], other: int) -> None:
    encoded = encoded_list(places)

    assert all(is_set(encoded, place) for place in places)
    assert is_set(encoded, other) is (other in places)


def test_the_first_place_is_the_highest_bit() -> None:
    packed = base64.urlsafe_b64decode(encoded_list([0, 9])[1:] + "==")
    assert gzip.decompress(packed)[:2] == b"\x80\x40"


def test_an_empty_list_is_small() -> None:
    assert len(encoded_list(())) < 200


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "zAAAA",
        encoded_list(())[:-9],
        "u" + base64.urlsafe_b64encode(gzip.compress(b"\0", mtime=0)).decode(),
    ],
)
def test_what_is_no_list_is_refused(encoded: str) -> None:
    with pytest.raises(InvalidCertificateError):
        is_set(encoded, 1)
