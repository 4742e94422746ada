from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.errors import InvalidNoteError, WitnessRefusedError
from service.provenance.log.note_keys import SignatureType, SigningKey
from service.provenance.log.witness import Witness, cosign_first, cosign_next, last_seen
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.histories import WATCH, a_fork, a_request
from tests.unit.service.provenance.keys import LOG, WITNESS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "witness.note"


def test_what_was_cosigned_is_remembered(path: Path) -> None:
    cosign_first(path, WATCH, a_request(0, 7), at=START)

    note = cosign_next(path, WATCH, a_request(7, 12), at=START)

    assert last_seen(path, WATCH).checkpoint.size == 12
    assert path.read_bytes() == note.encode()


def test_a_refusal_leaves_the_memory_as_it_was(path: Path) -> None:
    cosign_first(path, WATCH, a_request(0, 7), at=START)
    before = path.read_bytes()

    with pytest.raises(WitnessRefusedError):
        cosign_next(path, WATCH, a_request(7, 20, a_fork(6, 20)), at=START)

    assert path.read_bytes() == before


def test_a_witness_without_memory_does_not_begin_by_itself(path: Path) -> None:
    with pytest.raises(WitnessRefusedError, match="not seen this log"):
        cosign_next(path, WATCH, a_request(0, 7), at=START)

    assert not path.exists()


def test_a_witness_is_not_started_twice(path: Path) -> None:
    cosign_first(path, WATCH, a_request(0, 7), at=START)

    with pytest.raises(WitnessRefusedError, match="already been started"):
        cosign_first(path, WATCH, a_request(0, 3), at=START)


def test_every_flipped_byte_of_the_memory_is_found(path: Path) -> None:
    cosign_first(path, WATCH, a_request(0, 7), at=START)
    whole = path.read_bytes()

    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1
        path.write_bytes(changed)
        with pytest.raises(InvalidNoteError):
            cosign_next(path, WATCH, a_request(7, 12), at=START)


def test_the_memory_of_another_witness_is_refused(path: Path) -> None:
    other = SigningKey(WITNESS.name, bytes(32), SignatureType.COSIGNATURE)
    cosign_first(path, Witness(other, LOG.verifier), a_request(0, 7), at=START)

    with pytest.raises(InvalidNoteError):
        last_seen(path, WATCH)


def test_two_requests_at_once_never_take_the_memory_back(path: Path) -> None:
    cosign_first(path, WATCH, a_request(0, 7), at=START)

    def cosign(size: int) -> int:
        try:
            cosign_next(path, WATCH, a_request(7, size), at=START)
        except WitnessRefusedError:
            return 0
        return size

    with ThreadPoolExecutor(4) as pool:
        cosigned = list(pool.map(cosign, range(8, 16)))

    assert [size for size in cosigned if size] == [last_seen(path, WATCH).checkpoint.size]
