"""The picture of the tables is drawn from their declarations."""

from __future__ import annotations

import pytest

from service.storage.tables.metadata import METADATA
from tests.house.data_model import Entity, committed_data_model, drawn, entities

pytestmark = pytest.mark.shares("parsed sources")


def test_the_picture_is_that_of_the_code() -> None:
    assert not committed_data_model().is_stale, "run `python -m tests.house picture`"


def test_every_table_is_in_one_room() -> None:
    drawn_once = sorted(table.name for _, tables in entities() for table in tables)

    assert drawn_once == sorted(METADATA.tables)


def test_a_table_is_marked_by_whom_it_is_about_and_whether_it_is_sealed() -> None:
    plain, sealed = Entity("hosts", False, False, ()), Entity("links", True, True, ("cases",))

    svg = drawn({"log": (plain,), "links": (sealed,)})

    assert svg.count("<circle") == 2  # one of them in the legend
    assert svg.count('class="o"') == 1
    assert svg.count('class="p"') == 1
    assert ">links → cases</text>" in svg


def test_a_line_that_does_not_fit_ends_in_a_number() -> None:
    many = Entity(
        "a_table_with_a_long_name", True, False, tuple(f"table_{n:02}" for n in range(9))
    )

    assert many.words == "a_table_with_a_long_name → table_00, table_01, 7 more"
