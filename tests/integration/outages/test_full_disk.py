"""A full disk: refused while it lasts, named everywhere, over by itself; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.access.access import Purpose, Role
from domain.jobs import OUTAGE_DELAY, JobKind
from domain.outages import DiskFullError
from tests.disks import SmallDisk, kinds_of_disk, small_disk
from tests.integration.api.driver import headers
from tests.integration.api.erasing import asked as have_asked
from tests.integration.api.workers import (
    later,
    lines_of,
    ndjson,
    search_line,
    searcher,
    submit,
    work_all,
)
from tests.integration.outages.served import Served, served, verified
from tests.postgres import PostgresDatabase

pytestmark = pytest.mark.databases


@pytest.fixture(params=kinds_of_disk())
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    """Return a small disk: mounted, or limited where this process may not mount."""
    with small_disk(tmp_path / "small") as made:
        assert made.is_mounted == (request.param == "mounted")
        yield made


def begin_and_end(store: Served, disk: SmallDisk) -> None:
    """Fill the disk and free it again, and hold all that is told to what happens."""
    disk.fill()
    refused = store.search_until_refused()
    again = [store.search() for _ in range(5)]
    waiting = store.ready()

    assert {one.status_code for one in (refused, *again, waiting)} == {503}
    problems = {one.json()["type"] for one in (refused, *again, waiting)}
    assert problems == {"/problems/disk-full"}
    assert all(1 <= int(one.headers["Retry-After"]) <= 300 for one in (refused, *again, waiting))
    assert store.figure("disk-full") == 1
    began = store.lines("outage-began")
    assert {line["level"] for line in began} == {"error"}
    assert len(began) == len({(line["problem"], line["part"]) for line in began})

    disk.free()
    ready = store.until_ready()

    assert ready.status_code == 200
    assert store.figure("disk-full") == 0
    assert len(store.lines("outage-ended")) == len(store.lines("outage-began"))
    assert store.lines("request-failed", "checkpoint-failed", "index-failed") == []
    assert store.search().status_code == 201
    assert store.enrol(2).status_code == 201
    assert store.has_all_acknowledged()


def test_a_full_disk_of_the_database(disk: SmallDisk, tmp_path: Path) -> None:
    url = f"sqlite:///{disk.root / 'identlink.db'}"
    with served(store=tmp_path / "store", database_url=url) as store:
        begin_and_end(store, disk)

    assert verified(store.settings).is_sound


def test_a_full_disk_of_the_keys(disk: SmallDisk, tmp_path: Path, database_url: str) -> None:
    keys = disk.root / "keys"
    with served(store=tmp_path / "store", keys=keys, database_url=database_url) as store:
        begin_and_end(store, disk)

    report = verified(store.settings)
    assert report.is_sound
    assert report.payloads.opened > len(store.acknowledged)


def test_a_full_disk_of_the_index(disk: SmallDisk, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "index").symlink_to(disk.root, target_is_directory=True)
    with served(store=tmp_path / "store") as store:
        enrolled = store.enrol(2).json()
        confirmer = headers(store.world.secret(Role.SUPERVISOR, "eraser"), Purpose.DELETION)
        erasure_id = have_asked(store.world, enrolled["person_id"])
        disk.fill()
        # The confirmation is the step that takes a person out of the index.
        erased = store.world.client.post(
            f"/v1/erasures/{erasure_id}/confirmation", headers=confirmer
        )
        waiting = store.until_not_ready()
        disk.free()
        store.until_ready()
        found = store.world.search(2)
        with store.world.services.units.read() as unit:
            proposed = unit.searches.candidates(found)  # type: ignore[arg-type]

    assert erased.status_code in {200, 503}
    assert waiting.json()["type"] == "/problems/disk-full"
    if erased.status_code == 200 or disk.is_mounted:
        assert enrolled["person_id"] not in {one.person_id for one in proposed}
    assert verified(store.settings).is_sound


def test_a_server_stops_in_good_order_while_the_disk_of_the_index_is_full(
    disk: SmallDisk, tmp_path: Path
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "index").symlink_to(disk.root, target_is_directory=True)
    with served(store=tmp_path / "store") as store:
        enrolled = store.enrol(2).json()
        disk.fill()
    disk.free()

    assert store.lines("stopped")
    with served(store=tmp_path / "store") as again:
        found = again.world.search(2)
        with again.world.services.units.read() as unit:
            best = unit.searches.candidates(found)[0]  # type: ignore[arg-type]
    assert best.person_id == enrolled["person_id"]


def test_a_full_disk_uses_up_no_attempt_of_a_line(disk: SmallDisk, tmp_path: Path) -> None:
    keys = disk.root / "keys"
    with served(store=tmp_path / "store", keys=keys) as store:
        batch = submit(store.world, ndjson(search_line(1))).json()["batch_id"]
        disk.fill()
        store.search_until_refused()
        with suppress(DiskFullError):
            # Where the database is full as well, a line is not even leased.
            work_all(searcher(store.world.services))
        with store.world.services.units.read() as unit:
            waiting = unit.jobs.waiting(JobKind.SEARCH)
        disk.free()
        store.until_ready()
        # The line is due again a moment after the outage.
        work_all(searcher(later(store.world.services, 2 * OUTAGE_DELAY)))
        lines = lines_of(store.world, batch)

    assert waiting == 1
    assert [line["state"] for line in lines] == ["done"]


@pytest.fixture
def failing_postgres(postgres: PostgresDatabase, postgres_url: str) -> Iterator[Any]:
    """Return a switch by which a real PostgreSQL refuses events with an error of its own."""

    def switch(state: str | None) -> None:
        with psycopg.connect(postgres.server_url, autocommit=True) as connection:
            connection.execute("DROP TRIGGER IF EXISTS failing ON payloads")
            if state is not None:
                connection.execute(_FAILING % state)  # type: ignore[arg-type]
                connection.execute(
                    "CREATE TRIGGER failing BEFORE INSERT ON payloads"
                    " FOR EACH STATEMENT EXECUTE FUNCTION failing()"
                )

    yield switch
    switch(None)


_FAILING = (
    "CREATE OR REPLACE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '%s'; END $$"
)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", "disk-full"),
        ("53200", "store-unavailable"),
        ("57P01", "store-unavailable"),
        ("58030", "io-error"),
        ("25006", "read-only"),
    ],
)
def test_what_postgresql_says_of_itself_is_the_outage(
    failing_postgres: Any, postgres_url: str, tmp_path: Path, state: str, kind: str
) -> None:
    with served(store=tmp_path / "store", database_url=postgres_url) as store:
        failing_postgres(state)
        refused = store.search()
        waiting = store.ready()
        told = store.figure(kind)
        failing_postgres(None)
        store.until_ready()

        assert (refused.status_code, waiting.status_code, told) == (503, 503, 1)
        assert refused.json()["type"] == waiting.json()["type"] == f"/problems/{kind}"
        assert store.search().status_code == 201
        assert store.has_all_acknowledged()
    assert verified(store.settings).is_sound
