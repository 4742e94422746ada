from __future__ import annotations

import pytest

from tests.house.messages import committed_messages, messages
from tests.unit.house.builders import source

pytestmark = pytest.mark.shares("parsed sources")

TEXT = """
WORDS = "There is no such thing."

class LostError(Exception):
    code = "lost"
    title = "It is lost"

def find(n):
    if n:
        raise LostError(f"Give at most {n} things:" " no more.")
    if n is None:
        return LostError(WORDS, pointer="/things")
    raise errors.Exit("Give one. " if n else "Give two.")
"""


def test_the_list_of_messages_is_that_of_the_code() -> None:
    stale = committed_messages().is_stale

    assert not stale, "run `make golden-messages` and read what changed"


def test_literal_messages_titles_and_constants_are_found() -> None:
    assert sorted(messages([source("service.x", TEXT)])) == [
        "Exit: Give one.",
        "Exit: Give two.",
        "LostError: Give at most {n} things: no more.",
        "LostError: It is lost",
        "LostError: There is no such thing.",
    ]
