"""Calls whose statements PostgreSQL plans once: each finds its rows by an index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from service.ports.surroundings import planned_once
from tests.integration.api.driver import World
from tests.integration.api.prints import mark, record
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.databases

OF_ONE_ROW = {"log_head"}
"""Tables that have one row, which no index finds sooner."""


def _mode(world: World) -> str:
    with world.services.units.read() as unit:
        found = unit.transaction.connection.exec_driver_sql("SHOW plan_cache_mode").scalar()
    return str(found)


def test_the_work_that_asks_for_it_alone_keeps_plans(postgres_world: World) -> None:
    before = _mode(postgres_world)
    with planned_once():
        within = _mode(postgres_world)

    assert (before, within, _mode(postgres_world)) == ("auto", "force_generic_plan", "auto")


@pytest.fixture
def told(postgres_world: World) -> Iterator[list[tuple[str, bool]]]:
    """Yield the statements sent, each with whether its plan is kept."""
    sent: list[tuple[str, bool]] = []
    engine = postgres_world.services.units.engine

    def _hear(connected: Any, _cursor: Any, statement: str, *_: Any) -> None:
        driver = connected.connection.driver_connection
        found = driver.pgconn.exec_(b"SHOW plan_cache_mode").get_value(0, 0)
        sent.append((statement, found == b"force_generic_plan"))

    event.listen(engine, "before_cursor_execute", _hear)
    yield sent
    event.remove(engine, "before_cursor_execute", _hear)


def test_each_kept_plan_reads_by_an_index(
    postgres_world: World, postgres_url: str, told: list[tuple[str, bool]]
) -> None:
    world = postgres_world
    world.enrol(1)
    world.search(1, details={"names": record(1)["names"]})
    world.search(1, search_type="LT/TP", impressions=mark(1, 2))
    details = {"names": record(1)["names"], "dates_of_birth": record(1)["dates_of_birth"]}
    answer = world.force().post("/v1/names-enquiries", {"details": details})
    assert answer.status_code == 201, answer.text

    kept = {statement for statement, is_kept in told if is_kept}
    assert len(kept) > 25
    assert {word.split()[0] for word in kept} == {"SELECT", "WITH"}
    with connection(postgres_url) as connected:
        connected.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        connected.exec_driver_sql("SET enable_seqscan = off")
        scanned = {one: _scanned(connected, one) for one in kept}

    assert not {one: tables for one, tables in scanned.items() if tables - OF_ONE_ROW}
    assert set().union(*scanned.values()) >= OF_ONE_ROW, "a scan is seen where there is one"


def _scanned(connected: Any, statement: str) -> set[str]:
    """Return the tables that a statement, whatever its values, reads from end to end."""
    names: dict[str, str] = {}

    def _number(found: re.Match[str]) -> str:
        return names.setdefault(found.group(1) or str(len(names)), f"${len(names) + 1}")

    text = re.sub(r"%\((\w+)\)s|%[sb]", _number, statement)
    connected.exec_driver_sql(f"PREPARE kept AS {text}".replace("%", "%%"))
    values = f"({', '.join(['NULL'] * len(names))})" if names else ""
    plan = connected.exec_driver_sql(f"EXPLAIN EXECUTE kept{values}").scalars().all()
    connected.exec_driver_sql("DEALLOCATE kept")
    return set(re.findall(r"Seq Scan on (\w+)", "\n".join(plan)))
