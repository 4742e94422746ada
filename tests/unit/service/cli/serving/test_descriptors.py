"""The connections of a process follow from the descriptors that it may open."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from service.cli.serving.http_server import connections_within, descriptors, needed
from service.logs import build_logger
from service.settings import Settings, load_settings

SQLITE = load_settings(connections=500, request_threads=16, database_pool_size=8)


def told(settings: Settings, *, limit: int, open_now: int = 20) -> tuple[int, str]:
    log = io.StringIO()
    room = connections_within(settings, build_logger(log), limit=limit, open_now=open_now)
    return room, log.getvalue()


@pytest.mark.parametrize("limit", [648, 1_024, 65_536])
def test_all_connections_are_held_where_there_are_descriptors_enough(limit: int) -> None:
    assert told(SQLITE, limit=limit) == (500, "")


def test_fewer_are_held_where_there_are_not_and_the_line_says_how_many_it_takes() -> None:
    room, log = told(SQLITE, limit=256)

    line = json.loads(log)
    assert room == 108
    assert (line["event"], line["level"]) == ("descriptors-low", "warning")
    assert (line["connections"], line["descriptors"]) == (108, 256)
    assert "LimitNOFILE (ulimit -n) to 648" in line["message_template"]


def test_some_are_held_in_any_case() -> None:
    assert told(SQLITE, limit=64)[0] == 8


def test_a_connection_to_sqlite_takes_three_and_one_to_postgresql_one() -> None:
    address = "postgresql://nowhere.example/identlink"
    postgres = load_settings(connections=500, database_url=address)

    assert needed(SQLITE, 0) - needed(postgres, 0) == 2 * 32


def test_the_limit_and_the_open_descriptors_are_those_of_this_process(tmp_path: Path) -> None:
    limit, before = descriptors()
    with (tmp_path / "one").open("w"), (tmp_path / "two").open("w"):
        after = descriptors()

    assert after == (limit, before + 2)
