from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import InvalidInputError, InvalidNoteError
from service.provenance.bundle.bundle import (
    PART_NAMES,
    TrustedKeys,
    key_lines,
    parse_key_lines,
    write_bundle,
)
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS
from tests.unit.service.provenance.stories import a_bundle, a_log, a_story, parts_of


def test_a_bundle_holds_its_parts_and_nothing_secret(tmp_path: Path) -> None:
    path = a_bundle(tmp_path / "log.zip")

    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}

    notes = {"checkpoints/000000000002.note", "checkpoints/000000000006.note"}
    assert set(contents) == {*PART_NAMES, *notes}
    assert contents["events.ndjson"].splitlines() == a_log(a_story()).bodies
    assert contents["bundle.json"] == (
        b'{"format":"identlink-log-bundle/1","origin":"log.example/one"}'
    )
    assert all(LOG.seed not in content for content in contents.values())


def test_the_same_log_gives_the_same_file(tmp_path: Path) -> None:
    first = a_bundle(tmp_path / "first.zip").read_bytes()

    assert a_bundle(tmp_path / "second.zip").read_bytes() == first


def test_an_export_that_fails_leaves_the_old_bundle_and_no_rest(tmp_path: Path) -> None:
    path = a_bundle(tmp_path / "log.zip")
    before = path.read_bytes()

    with pytest.raises(InvalidInputError):
        a_bundle(path, lambda parts: replace(parts, bodies=[b"a\nb"]))

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_or_a_device_is_not_replaced_by_a_bundle(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InvalidInputError, match="name of a file"):
        a_bundle(tmp_path / "pipe")

    assert (tmp_path / "pipe").is_fifo()


def test_a_checkpoint_of_another_log_is_not_exported(tmp_path: Path) -> None:
    parts = parts_of(a_log(a_story()), keys=TrustedKeys(OTHER.verifier))

    with pytest.raises(InvalidNoteError):
        write_bundle(tmp_path / "log.zip", parts)

    assert not list(tmp_path.iterdir())


def test_a_checkpoint_with_a_signature_by_nobody_named_is_not_exported(tmp_path: Path) -> None:
    parts = parts_of(a_log(a_story()), keys=TrustedKeys(LOG.verifier))

    with pytest.raises(InvalidNoteError, match="not in the bundle"):
        write_bundle(tmp_path / "log.zip", parts)


def test_keys_are_read_as_they_were_written() -> None:
    keys = (LOG.verifier, WITNESS.verifier)

    assert parse_key_lines(key_lines(keys)) == keys
    assert parse_key_lines(b"") == ()
    with pytest.raises(InvalidNoteError):
        parse_key_lines(b"\xff")
