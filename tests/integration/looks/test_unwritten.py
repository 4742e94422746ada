"""Nothing is shown whose event cannot be written; looks at one time share a transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import event

from domain.events.looking import LookKind
from service.live.gathering import LookBook
from tests.integration.looks.test_every_address import SHOWS_NOBODY
from tests.integration.looks.walked import Walked
from tests.integration.looks.walking import SUBJECTS, Walk
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("accesses")


@contextmanager
def no_event_is_written(office: Office) -> Iterator[None]:
    """Let the database refuse every event, as a read-only disk would."""
    engine = office.world.services.units.engine

    def refuse(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO events" in statement:
            if engine.dialect.name == "postgresql":
                raise psycopg.errors.ReadOnlySqlTransaction("read-only")
            raise _read_only()

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def _read_only() -> Exception:

    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    return error


@pytest.mark.dear("asks for every address that shows something, as every role that it is shown to")
def test_no_address_shows_a_subject_whose_event_cannot_be_written(walked: Walked) -> None:
    office, ids, allowed = walked.office, walked.ids, walked.walk
    refused = Walk(office)

    with no_event_is_written(office):
        refused.again(allowed, ids)

    assert {seen.route for seen in refused.seen} <= SHOWS_NOBODY.keys()
    assert len({seen.route for seen in allowed.seen} - SHOWS_NOBODY.keys()) > 30
    assert not [name for name in SUBJECTS for seen in refused.seen if ids[name] in seen.text]


def test_the_answer_is_503_and_tells_when_to_come_back(office: Office) -> None:
    person = office.world.enrol(1, force="47")
    force, path = office.world.force("47"), f"/v1/records/{person['record_id']}"

    with no_event_is_written(office):
        answer = force.get(path)
    after = force.get(path)

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/read-only"
    assert int(answer.headers["Retry-After"]) >= 1
    assert person["person_id"] not in answer.text
    assert after.status_code == 200


def test_looks_at_one_time_are_each_on_record(office: Office) -> None:
    people = [office.world.enrol(number, force="47") for number in range(1, 4)]
    force, before = office.world.force("47"), Walk(office).size()
    statuses: list[int] = []

    def ask(encounter_id: str) -> None:
        for _ in range(5):
            answer = force.get(f"/v1/encounters/{encounter_id}")
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=ask, args=(one["encounter_id"],)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [200] * 15
    assert Walk(office).size() == before + 15


@pytest.mark.parametrize("one_in", [1, 4])
def test_looks_are_sampled_by_policy_alone_and_the_event_says_so(
    office: Office, one_in: int
) -> None:
    book = LookBook({LookKind.QUEUE: one_in})
    services = replace(office.world.services, looks=book)
    bench = replace(office.app.state.workbench, services=services)
    office.app.state.workbench = bench
    examiner = office.world.examiner()
    before = Walk(office).size()

    for _ in range(80):
        assert examiner.get("/v1/queue").status_code == 200

    with office.world.services.units.read() as unit:
        found = unit.events.entries(start=before, limit=100)
    assert len(found) == 80 if one_in == 1 else 5 < len(found) < 40
    assert all(f'"one_in":{one_in}'.encode() in one.body for one in found)
