"""Several processes behind one port serve one store as one service."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain.access.access import Purpose, Role
from domain.ids import SearchId
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings, load_settings
from service.usecases.log.verification import verify_store
from tests.integration.api.prints import encounter, tenprint
from tests.integration.api.test_names_enquiry import said
from tests.integration.together.group import (
    FORCE,
    Caller,
    Group,
    launched,
    secret_of,
    servers_of,
    serving,
    wait_for,
)

SEARCHES = "/v1/searches"
ENQUIRIES = "/v1/names-enquiries"


def together(tmp_path: Path, database_url: str, processes: int = 2) -> Settings:
    return load_settings(
        store=tmp_path / "store", database_url=database_url, processes=processes, port=0
    )


def search_body(person: int) -> dict[str, object]:
    return {"search_type": "TP/TP", "impressions": tenprint(person, capture=3)}


def found(group: Group, search_id: str) -> set[str]:
    """Return the persons a search found, which forces cannot see before an examination."""
    with open_store(group.settings) as services, services.units.read() as unit:
        return {str(one.person_id) for one in unit.searches.candidates(SearchId(search_id))}


def searched(caller: Caller, person: int) -> str:
    answer = caller.post(SEARCHES, search_body(person))
    assert answer.status == 201, answer.content
    return str(answer.json()["search_id"])


def check_as_one(group: Group) -> None:
    """Check that each process serves the other's commits at once, above all an erasure."""
    force = secret_of(group.settings, Role.FORCE, "custody")
    supervisor, other_supervisor = (
        secret_of(group.settings, Role.SUPERVISOR, name) for name in ("sue", "tom")
    )
    with group.to_each() as (here, there):
        enrolled = here.of(force, Role.FORCE).post("/v1/encounters", encounter(1, force=FORCE))
        person = enrolled.json()["person_id"]
        ids = [searched(caller.of(force, Role.FORCE), 1) for caller in (there, here)]
        asked = there.of(supervisor, Role.SUPERVISOR).post(
            f"/v1/people/{person}/erasure",
            {"basis": "court order", "authority": "order-1"},
            Purpose.DELETION,
        )
        # From its confirmation on the person is hidden from every process.
        erased = there.of(other_supervisor, Role.SUPERVISOR).post(
            f"/v1/erasures/{asked.json()['erasure_id']}/confirmation", {}, Purpose.DELETION
        )
        after = [searched(caller.of(force, Role.FORCE), 1) for caller in (here, there)]

    assert (enrolled.status, asked.status, erased.status) == (201, 202, 200)
    assert [found(group, search_id) for search_id in ids] == [{person}, {person}]
    assert [found(group, search_id) for search_id in after] == [set(), set()]


def has_started(group: Group, times: int) -> bool:
    return group.events().count("started") == times


def check_figures(group: Group) -> None:
    """Check that each process reports the figures of all."""
    with group.to_each() as callers:
        texts = [caller.get("/metrics").content.decode() for caller in callers]
    for text in texts:
        for pid in group.pids():
            assert f'identlink_index_lag_changes{{pid="{pid}"}} 0.0' in text
        assert 'identlink_stage_seconds_count{stage="candidate_search"} 4.0' in text


def check_comes_back(group: Group) -> None:
    """Check that a killed process is restarted while the other serves."""
    victim, other = group.pids()
    os.kill(victim, signal.SIGKILL)
    with closing(group.connection()) as connection:
        assert Caller(connection).get("/readyz").status == 200
    wait_for(lambda: len(set(group.pids()) - {victim, other}) == 1, "another process")
    wait_for(partial(has_started, group, 3), "one that serves")
    assert "process-ended" in group.events()
    check_figures_without(group, victim)


def check_figures_without(group: Group, victim: int) -> None:
    with group.to_each() as callers:
        text = callers[0].get("/metrics").content.decode()
    assert f'pid="{victim}"' not in text
    # Its counts from before the kill are kept.
    assert 'identlink_stage_seconds_count{stage="candidate_search"} 4.0' in text


def check_names(group: Group) -> None:
    """Check that both processes ask one for names, which comes back when it is killed."""
    force = secret_of(group.settings, Role.FORCE, "custody")
    asked = said(2)
    with group.to_each() as callers:
        here = callers[0].of(force, Role.FORCE)
        enrolled = here.post("/v1/encounters", encounter(2, force=FORCE)).json()
        before = [enquired(caller.of(force, Role.FORCE), asked) for caller in callers]
        victim = group.names_pid()
        os.kill(victim, signal.SIGKILL)
        meanwhile = here.post(ENQUIRIES, asked).status
    wait_for(partial(is_answered, group, force, asked), "an answer about names")
    # Connections that are idle for long are closed.
    with group.to_each() as callers:
        after = [enquired(caller.of(force, Role.FORCE), asked) for caller in callers]

    assert before == after == [[enrolled["record_id"]]] * 2
    assert meanwhile in {201, 503}
    assert group.names_pid() != victim


def is_answered(group: Group, force: str, asked: dict[str, Any]) -> bool:
    with closing(group.connection()) as connection:
        caller = Caller(connection).of(force, Role.FORCE)
        return caller.post(ENQUIRIES, asked).status == 201


def enquired(caller: Caller, asked: dict[str, Any]) -> list[str]:
    answer = caller.post(ENQUIRIES, asked)
    assert answer.status == 201, answer.content
    return [str(one["record_id"]) for one in answer.json()["candidates"]]


def check_drains(group: Group) -> None:
    assert len(list(group.shared().glob("identlink-*"))) == 1
    group.parent.send_signal(signal.SIGTERM)
    assert group.parent.wait(60) == 0
    assert group.events().count("stopped") == 2
    assert not list(group.shared().glob("identlink-*"))


# One test for all, because processes take seconds to start.
@pytest.mark.parametrize(
    "kind", ["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.slow)]
)
@pytest.mark.dear("starts two servers as processes of their own")
def test_two_processes_serve_as_one(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with serving(together(tmp_path, str(request.getfixturevalue(kind)))) as group:
        check_as_one(group)
        check_figures(group)
        check_comes_back(group)
        check_names(group)
        check_drains(group)


@pytest.mark.slow
def test_a_caller_has_one_limit_whichever_process_counts(sqlite_url: str, tmp_path: Path) -> None:
    with serving(together(tmp_path, sqlite_url), IDENTLINK_REQUESTS_PER_MINUTE="30") as group:
        secret = secret_of(group.settings, Role.FORCE, "custody")
        with group.to_each() as callers:
            turns = itertools.cycle([caller.of(secret, Role.FORCE) for caller in callers])
            begun = time.monotonic()
            statuses = [next(turns).get(SEARCHES).status for _ in range(60)]
            refilled = (time.monotonic() - begun) * 30 / 60

    assert set(statuses) == {200, 429}
    assert 30 <= statuses.count(200) <= 31 + refilled


@pytest.fixture
def busy(database_url: str, tmp_path: Path) -> Iterator[tuple[Group, Load]]:
    """Yield two processes under load, on both kinds of database."""
    with serving(together(tmp_path, database_url), IDENTLINK_REQUESTS_PER_MINUTE="0") as group:
        load = Load(group, secret_of(group.settings, Role.FORCE, "custody"))
        load.begin()
        try:
            yield group, load
        finally:
            load.end()


class Load:
    """Callers that search without a pause and repeat interrupted calls."""

    def __init__(self, group: Group, secret: str, callers: int = 4) -> None:
        self._group, self._secret = group, secret
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(callers)]
        self.acknowledged: list[str] = []
        self.cut_off = 0
        self.refused: list[int] = []

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            connection = self._group.connection()
            caller = Caller(connection).of(self._secret, Role.FORCE)
            try:
                while not self._stopping.is_set():
                    answer = caller.post(SEARCHES, search_body(1))
                    if answer.status == 201:
                        self.acknowledged.append(answer.json()["search_id"])
                    else:
                        self.refused.append(answer.status)
            except (OSError, HTTPException):
                self.cut_off += 1
                self._stopping.wait(0.05)
            finally:
                connection.close()

    def more(self, searches: int) -> None:
        """Wait until so many more are acknowledged."""
        wanted = len(self.acknowledged) + searches
        wait_for(lambda: len(self.acknowledged) >= wanted, "more searches")


def assert_kept(group: Group, load: Load) -> None:
    with open_store(group.settings) as services, services.units.read() as unit:
        lost = [one for one in load.acknowledged if unit.searches.get(SearchId(one)) is None]
        stored = len(unit.searches.page(FORCE, before=None, limit=100_000).items)
    assert not lost
    # Whether an interrupted call was stored is unknown.
    assert 0 <= stored - len(load.acknowledged) <= load.cut_off
    assert load.acknowledged
    assert not load.refused


@pytest.mark.slow
def test_one_killed_under_load_is_started_again_and_nothing_is_lost(
    busy: tuple[Group, Load],
) -> None:
    group, load = busy
    for number in range(4):
        load.more(20)
        victim = group.pids()[number % 2]
        os.kill(victim, signal.SIGKILL)
        # The other serves on while this one starts.
        load.more(20)
        wait_for(partial(has_started, group, 3 + number), "a new process")

    load.end()

    assert load.cut_off
    assert_kept(group, load)
    with open_store(group.settings) as services:
        keys = TrustedKeys(open_log_signer(group.settings).verifier)
        assert not verify_store(services, keys).log.findings
    assert len(group.pids()) == 2


@pytest.mark.slow
def test_all_finish_what_they_have_in_hand(busy: tuple[Group, Load]) -> None:
    group, load = busy
    load.more(20)

    group.parent.send_signal(signal.SIGTERM)
    status = group.parent.wait(60)
    load.end()

    assert status == 0
    assert group.events().count("stopped") == 2
    assert_kept(group, load)


@pytest.mark.slow
def test_nobody_serves_on_when_the_parent_is_killed(busy: tuple[Group, Load]) -> None:
    group, load = busy
    load.more(20)
    pids = group.pids()

    group.parent.kill()
    group.parent.wait()
    wait_for(lambda: not any(map(lives, pids)), "an end of all")
    load.end()

    place = urlsplit(group.address)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((place.hostname or "", place.port or 0))
    assert group.events().count("stopped") == 2
    assert_kept(group, load)
    assert not list(group.shared().glob("identlink-*"))


def lives(pid: int) -> bool:
    """Whether a process is alive; in a container a zombie may never be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [("index/manifest.json", "manifest.json"), ("keys/index.key", "index.key")],
)
def test_what_cannot_start_says_why_and_ends_all(
    sqlite_url: str, tmp_path: Path, spoilt: str, sentence: str
) -> None:
    settings = together(tmp_path, sqlite_url)
    path = settings.store / spoilt
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    log = tmp_path / "group.log"

    process = launched(settings, log)
    out, _ = process.communicate(timeout=90)

    assert process.returncode == 1
    assert not out
    *_, why, end = log.read_text().splitlines()
    assert sentence in why
    assert end == "A process could not start, so all processes were stopped: see the error above."
    assert not servers_of(process.pid)
