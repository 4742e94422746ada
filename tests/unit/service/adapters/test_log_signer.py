from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import LogDamagedError
from service.adapters.custody.files import FileCustody
from service.adapters.log_signer import MEMORY_NAME, FileSigner, open_signer
from service.provenance.log.checkpoints import Checkpoint, open_checkpoint

NAME = "log.example/one"


def _bytes(count: int) -> bytes:
    return b"\x09" * count


def _checkpoint(size: int, filler: int = 1) -> Checkpoint:
    return Checkpoint(NAME, size, bytes([filler]) * 32)


def _root_at(size: int) -> bytes:
    return _checkpoint(size).root


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    keys = tmp_path / "keys"
    return open_signer(keys, FileCustody(keys, _bytes).log_key(NAME))


def test_what_is_signed_verifies_and_is_remembered(signer: FileSigner, tmp_path: Path) -> None:
    with signer.alone():
        note = signer.sign(_checkpoint(3), _root_at)

    assert open_checkpoint(note, signer.verifier).checkpoint == _checkpoint(3)
    assert (tmp_path / "keys" / MEMORY_NAME).read_bytes() == note


def test_a_log_that_grew_is_signed_and_one_that_shrank_is_not(signer: FileSigner) -> None:
    signer.sign(_checkpoint(3), _root_at)
    signer.sign(_checkpoint(5), _root_at)

    with pytest.raises(LogDamagedError, match="events are missing"):
        signer.sign(_checkpoint(4), _root_at)


def test_another_history_is_not_signed_at_the_same_size_nor_later(signer: FileSigner) -> None:
    signer.sign(_checkpoint(3), _root_at)

    for forged in (_checkpoint(3, filler=2), _checkpoint(9, filler=2)):
        with pytest.raises(LogDamagedError, match="differ from the signed ones"):
            signer.sign(forged, lambda size: b"\x02" * 32)


def test_a_damaged_memory_stops_the_key(signer: FileSigner, tmp_path: Path) -> None:
    (tmp_path / "keys" / MEMORY_NAME).write_bytes(b"nonsense")

    with pytest.raises(LogDamagedError, match=r"checkpoint\.last is damaged"):
        signer.sign(_checkpoint(3), _root_at)
