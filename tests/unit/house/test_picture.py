from __future__ import annotations

from collections import Counter

import pytest

from tests.house.picture import committed_picture, drawn
from tests.house.rooms import BEGIN, DOCUMENT, END, Floor, committed_tables

pytestmark = pytest.mark.shares("parsed sources")

HOUSE = (
    Floor("api", (("links", 3), ("operations", 1)), 5, "The edge."),
    Floor("domain", (), 2, "Words & values."),
)


def test_picture_and_tables_are_those_of_the_code() -> None:
    stale = committed_picture().is_stale or committed_tables().is_stale

    assert not stale, "run `python -m tests.house picture`"


@pytest.mark.dear("reads all code")
def test_tables_stand_between_their_marks_and_the_rest_stays() -> None:
    text = committed_tables().text

    assert text.startswith("# Architecture\n")
    assert BEGIN in text.partition(END)[0]
    assert text.endswith("\n")
    assert str(DOCUMENT) == "docs/architecture.md"


def test_floors_rooms_and_counts_are_drawn() -> None:
    svg = drawn(HOUSE, Counter({("api", "domain"): 17}))

    assert ">links</text>" in svg
    assert ">Words &amp; values.</text>" in svg
    assert ">17</text>" in svg
    assert "No import points up." in svg


def test_an_import_that_points_up_is_red() -> None:
    svg = drawn(HOUSE, Counter({("domain", "api"): 1}))

    assert "1 import points up (red)." in svg
    assert '<circle class="w"' in svg
