"""A gateway's drop folder between two installations: files instead of calls."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.exchange.codes import StateCode, Transport
from service.channels.exchange.signed_http import DropFolder
from service.usecases.exchange.desk import RegisterPartner, end_partner, partners, register_partner
from service.usecases.exchange.receiving import collect
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import GBR, POL, ROOT, Office, conviction


def moved(two: Two, root: Path) -> int:
    """Carry files from each side's `out` to the other's `in`, as a gateway does."""
    count = 0
    for sender, receiver in ((GBR, POL), (POL, GBR)):
        target = root / sender.lower() / ".." / receiver.lower() / sender / "in"
        target.mkdir(parents=True, exist_ok=True)
        for path in (root / sender.lower() / receiver / "out").glob("*.xml"):
            shutil.move(path, target / path.name)
            count += 1
    return count


def on_folders(two: Two, root: Path) -> None:
    for office, other in ((two.ours, two.theirs), (two.theirs, two.ours)):
        office.desk = replace(office.desk, folder=DropFolder(root / office.state.lower()))
        _move_to_folder(office, other.state)


def _move_to_folder(office: Office, state: StateCode) -> None:
    (signed,) = partners(office.services)
    end_partner(office.services, ROOT, signed.partner_id)
    command = RegisterPartner(state, Transport.DROP_FOLDER, "")
    register_partner(office.services, office.desk, ROOT, command)


def test_a_notification_travels_as_a_file_and_is_acknowledged_by_one(
    two: Two, tmp_path: Path
) -> None:
    on_folders(two, tmp_path)
    two.ours.record(1, ("POL",), conviction())

    assert two.ours.work().handed == 1
    assert two.ours.reconcile().figures.total.sent == 1
    assert moved(two, tmp_path) == 1
    assert collect(two.theirs.services, two.theirs.desk) == 1
    assert moved(two, tmp_path) == 1
    assert collect(two.ours.services, two.ours.desk) == 1
    assert two.ours.reconcile().figures.total.acknowledged == 1
    with two.theirs.services.units.read() as unit:
        assert unit.inbox.held(GBR, "record-1.conviction-1") is not None


def test_a_file_that_cannot_be_read_is_a_fault_and_is_moved_aside(
    two: Two, tmp_path: Path
) -> None:
    on_folders(two, tmp_path)
    box = tmp_path / "pol" / GBR / "in"
    box.mkdir(parents=True)
    (box / "truncated.xml").write_bytes(b"<message")

    assert collect(two.theirs.services, two.theirs.desk) == 1

    assert [path.name for path in (tmp_path / "pol" / GBR / "refused").iterdir()] == [
        "truncated.xml"
    ]
    (answer,) = (tmp_path / "pol" / GBR / "out").iterdir()
    assert "<fault>malformed</fault>" in answer.read_text(encoding="utf-8")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        # The address of a socket is short.
        made.bind(os.path.relpath(path))


@pytest.mark.parametrize(
    "put",
    [
        os.mkfifo,
        _socket,
        Path.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.with_name("nothing")),
        lambda path: path.symlink_to(path.with_name("whole.xml")),
    ],
    ids=["pipe", "socket", "directory", "device", "nowhere", "another message"],
)
def test_what_is_no_file_is_moved_aside_and_stops_nobody(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path], object]
) -> None:
    """Twice under one name: what was moved aside before does not stand in its way."""
    monkeypatch.chdir(tmp_path)
    on_folders(two, tmp_path)
    two.ours.record(1, ("POL",), conviction())
    two.ours.work()
    moved(two, tmp_path)
    box = tmp_path / "pol" / GBR / "in"
    next(box.iterdir()).rename(box / "whole.xml")
    put(box / "a.xml")
    refused = box.with_name("refused") / "a.xml"
    (refused / "within").mkdir(parents=True)

    assert collect(two.theirs.services, two.theirs.desk) == 2
    assert collect(two.theirs.services, two.theirs.desk) == 0

    assert list(box.iterdir()) == []
    assert len(list(refused.parent.iterdir())) == 2
    with two.theirs.services.units.read() as unit:
        assert unit.inbox.held(GBR, "record-1.conviction-1") is not None


def _failing(*_: object) -> int:
    raise OSError(errno.EIO, "Input/output error")


def test_a_message_that_cannot_be_opened_now_is_read_later(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_folders(two, tmp_path)
    two.ours.record(1, ("POL",), conviction())
    two.ours.work()
    moved(two, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", _failing)
        assert collect(two.theirs.services, two.theirs.desk) == 0

    assert collect(two.theirs.services, two.theirs.desk) == 1
    assert not (tmp_path / "pol" / GBR / "refused").exists()
