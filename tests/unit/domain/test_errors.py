"""The tree of errors: each has a stable code of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from domain import errors
from domain.errors import LinkingError


def _tree(root: type[LinkingError]) -> Iterator[type[LinkingError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child)


EVERY = list(_tree(LinkingError))


def test_codes_are_stable_words_and_each_is_used_once() -> None:
    codes = [error.code for error in EVERY]

    assert len(set(codes)) == len(codes) > 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("error", EVERY)
def test_detail_is_the_title_unless_one_is_given(error: type[LinkingError]) -> None:
    assert error().detail == error.title
    assert str(error("A sentence.")) == error("A sentence.").detail == "A sentence."
    assert error(pointer="/a/0").pointer == "/a/0"
