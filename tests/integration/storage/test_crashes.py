"""A writer that dies anywhere leaves either all of its work or none of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from domain.ids import PersonId
from service.provenance.log.merkle import EMPTY, append_many, leaf_hash
from service.storage.database import Database, UnitsOfWork
from service.storage.engine.engines import open_engine, read_connection, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.loading.bulk import BulkWriter, LoadedChunk
from tests.contract.batches import batch
from tests.contract.builders import decide_by_two, enrol, link, open_case
from tests.contract.builders import event as new_event
from tests.forking import fork
from tests.formats import FORMAT
from tests.integration.storage.raw import connection, opened

pytestmark = pytest.mark.promise("kills")

Work = Callable[[Engine], None]

COUNTED = (
    "payloads",
    "persons",
    "person_erasures",
    "records",
    "live_records",
    "encounters",
    "gallery_changes",
    "decisions",
    "links",
    "events",
    "event_subjects",
    "log_nodes",
    "loads",
)


def _whole_story(engine: Engine) -> None:
    """Write to nearly every table in one unit of work."""
    with UnitsOfWork(engine, FORMAT.codec, None).write() as unit:
        open_case(unit)
        decide_by_two(unit)
        unit.links.add(link())
        enrol(unit, 2)
        unit.events.append(new_event("first", subject_refs=("person-1",)))
        unit.events.append(new_event("second"))
        unit.commit()


def _erasure(engine: Engine) -> None:
    with UnitsOfWork(engine, FORMAT.codec, None).write() as unit:
        unit.people.erase_person(PersonId("person-70"))
        unit.events.append(new_event("erased", subject_refs=("person-70",)))
        unit.commit()


def _load(engine: Engine) -> None:
    writer = BulkWriter(
        partial(read_connection, engine), partial(write_connection, engine), FORMAT.codec, None
    )
    writer.add_many(batch(), new_event("loaded"), chunk=LoadedChunk("source", 0))


WORKS = [_whole_story, _erasure, _load]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_before_any_statement_leaves_nothing(database_url: str, work: Work) -> None:
    _begin(database_url)
    before = _state(database_url)
    statements = _count_statements(database_url, work)

    for killed_at in _some(range(statements)):
        status = _run_and_die(database_url, work, partial(_kill_at_statement, killed_at))
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert _state(database_url) == before


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_before_each_statement_leaves_nothing(database_url: str, work: Work) -> None:
    _begin(database_url)
    before = _state(database_url)

    for killed_at in range(_count_statements(database_url, work)):
        status = _run_and_die(database_url, work, partial(_kill_at_statement, killed_at))
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert _state(database_url) == before


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_before_the_commit_leaves_nothing(database_url: str, work: Work) -> None:
    _begin(database_url)
    before = _state(database_url)

    status = _run_and_die(database_url, work, _kill_at_commit)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert _state(database_url) == before


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_after_the_commit_leaves_everything(database_url: str, work: Work) -> None:
    _begin(database_url)
    before = _state(database_url)

    status = _run_and_die(database_url, work, lambda _engine: None)

    after = _state(database_url)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert after != before
    with opened(database_url) as engine:
        _assert_log_holds(UnitsOfWork(engine, FORMAT.codec, None))


def test_a_load_goes_on_where_it_was_killed(database_url: str) -> None:
    _run_and_die(database_url, _load, _kill_at_commit)
    database = Database(database_url, codec=FORMAT.codec)
    writer = database.bulk_writer()

    done = [
        writer.add_many(batch(), new_event("loaded"), chunk=LoadedChunk("source", 0))
        for _ in range(2)
    ]

    with database.units_of_work().read() as unit:
        assert (unit.people.count(), unit.events.size()) == (3, 1)
    assert done == [True, False]
    database.close()


def test_a_commit_that_fails_applies_nothing_and_loses_no_number(database_url: str) -> None:
    _begin(database_url)
    before = _state(database_url)
    with opened(database_url) as engine:
        event.listen(engine, "commit", _fail)
        with pytest.raises(OSError, match="no space"):
            _whole_story(engine)
        after = _state(database_url)
        event.remove(engine, "commit", _fail)
        _whole_story(engine)

        assert after == before
        _assert_log_holds(UnitsOfWork(engine, FORMAT.codec, None))


def _fail(_connection: Any) -> None:
    raise OSError("no space left on device")


def _begin(url: str) -> None:
    """Store data for the erasure to remove, so that each work has something to do."""
    database = Database(url, codec=FORMAT.codec)
    with database.units_of_work().write() as unit:
        enrol(unit, 70)
        unit.events.append(new_event("before"))
        unit.commit()
    database.close()


def _state(url: str) -> tuple[Any, ...]:
    """Return a summary of the log, the feed, the payloads and the persons."""
    with connection(url) as raw:
        head = tuple(raw.execute(text("SELECT size, frontier, change_seq FROM log_head")).one())
        counts = tuple(
            raw.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in COUNTED
        )
    return (head, counts)


def _assert_log_holds(units: UnitsOfWork) -> None:
    with units.read() as unit:
        entries = list(unit.events.every())
        expected, _ = append_many(EMPTY, [leaf_hash(entry.body) for entry in entries])
        assert [entry.seq for entry in entries] == list(range(unit.events.size()))
        assert unit.events.root() == expected.root


def _count_statements(url: str, work: Work) -> int:
    """Return the number of statements of the work, by doing it without its commit."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with opened(url) as engine:
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", _fail)
        with pytest.raises(OSError, match="no space"):
            work(engine)
    return len(seen)


def _some(points: range) -> list[int]:
    """Return the first, the last and some points between."""
    return sorted({*points[:: max(1, len(points) // 6)], points[-1]})


def _run_and_die(url: str, work: Work, arm: Callable[[Engine], None]) -> int:
    """Do the work in a forked process that dies where it was armed to, or at the end."""
    child = fork()
    if child == 0:
        try:
            engine = open_engine(url, DatabaseSettings())
            arm(engine)
            work(engine)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _kill_at_statement(number: int, engine: Engine) -> None:
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    event.listen(engine, "before_cursor_execute", count)


def _kill_at_commit(engine: Engine) -> None:
    event.listen(engine, "commit", lambda _connection: os.kill(os.getpid(), signal.SIGKILL))
