"""The supervisor of the processes: its reaction when one ends, without starting any."""

from __future__ import annotations

import io
import json
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.cli.serving.http_server import bind, server_config
from service.cli.serving.server_group import _Supervisor
from service.logs import build_logger
from service.settings import load_settings
from tests.unit.service.cli.console import Console


@dataclass
class FakeProcess:
    """A process that lives until the test reports its end."""

    pid: int = 1
    exitcode: int | None = None
    was_ready: bool = False
    started: bool = False
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.started = True

    @property
    def process(self) -> FakeProcess:
        return self

    def is_alive(self, timeout: float = 0) -> bool:
        return self.exitcode is None

    def is_ready(self, timeout: float) -> bool:
        self.was_ready = self.exitcode is None
        return self.was_ready

    def kill(self) -> None:
        self.told.append("kill")

    def join(self) -> None:
        self.told.append("join")

    def terminate(self) -> None:
        self.told.append("terminate")


@dataclass
class Group:
    supervisor: _Supervisor
    made: list[FakeProcess]
    log: io.StringIO
    ready: list[str]

    def events(self) -> list[tuple[str, int]]:
        lines = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [(line["event"], line["status"]) for line in lines]


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    # uvicorn's supervisor takes every signal there is.
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    made: list[FakeProcess] = []
    log, ready = io.StringIO(), list[str]()

    def new_process() -> Any:
        made.append(FakeProcess())
        return made[-1]

    config = server_config("none", load_settings(processes=3))
    config.workers = 3
    with socket.socket() as listener:
        supervisor = _Supervisor(config, listener, new_process, build_logger(log))
        supervisor.on_ready = lambda: ready.append("ready")
        yield Group(supervisor, made, log, ready)
    for number, handler in before.items():
        if handler is not None and number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, handler)


def test_all_are_started_and_that_is_said_once(group: Group) -> None:
    group.supervisor.init_processes()
    group.supervisor.keep_subprocess_alive()

    assert [process.started for process in group.made] == [True, True, True]
    assert group.ready == ["ready"]
    assert not group.supervisor.should_exit.is_set()


def test_the_others_wait_until_the_first_serves(group: Group) -> None:
    def dies_at_once() -> Any:
        group.made.append(FakeProcess(exitcode=3))
        return group.made[-1]

    group.supervisor._new_process = dies_at_once

    group.supervisor.init_processes()

    assert len(group.made) == 1
    assert group.supervisor.failure
    assert group.supervisor.should_exit.is_set()
    assert not group.ready


@pytest.mark.parametrize("exit_code", [-9, 0, 1])
def test_one_that_served_and_ended_is_started_again(group: Group, exit_code: int) -> None:
    group.supervisor.init_processes()
    group.made[1].exitcode = exit_code

    group.supervisor.keep_subprocess_alive()

    assert len(group.made) == 4
    assert group.made[3].started
    assert list(map(id, group.supervisor.processes)) == [id(group.made[n]) for n in (0, 3, 2)]
    assert group.events() == [("process-ended", exit_code)]
    assert not group.supervisor.should_exit.is_set()


def test_one_that_is_killed_before_it_serves_is_started_again(group: Group) -> None:
    group.supervisor.init_processes()
    group.made[1].exitcode = -9
    group.supervisor.keep_subprocess_alive()
    group.made[3].exitcode = -9

    group.supervisor.keep_subprocess_alive()

    assert len(group.made) == 5
    assert not group.supervisor.failure


def test_one_that_cannot_start_again_ends_all(group: Group) -> None:
    group.supervisor.init_processes()
    group.made[1].exitcode = -9
    group.supervisor.keep_subprocess_alive()
    group.made[3].exitcode = 3

    group.supervisor.keep_subprocess_alive()

    assert group.supervisor.failure
    assert group.supervisor.should_exit.is_set()
    assert len(group.made) == 4


def test_whoever_comes_while_all_stop_is_refused(group: Group) -> None:
    group.supervisor.init_processes()

    group.supervisor.terminate_all()

    assert all(process.told == ["terminate"] for process in group.made)
    assert all(listener.fileno() == -1 for listener in group.supervisor.sockets)


def test_an_address_is_had_before_anybody_listens_there(tmp_path: Path) -> None:
    with (
        bind(load_settings(store=tmp_path, port=0)) as bound,
        pytest.raises(ConnectionRefusedError),
    ):
        socket.create_connection(bound.getsockname())


def test_too_few_slots_are_told_before_anything_starts(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_INDEX_SLOTS", "2")

    console("db", "upgrade", "--store", tmp_path / "store")
    finished = console("serve", "--processes", 3, "--port", 0, "--store", tmp_path / "store")

    assert finished.exit_code == 1
    assert finished.err.splitlines()[-1] == (
        "Each of the 3 processes needs a slot of the index, but only 2 of 2 are free:"
        " raise IDENTLINK_INDEX_SLOTS."
    )
