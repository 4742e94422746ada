from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import InvalidNoteError, WitnessRefusedError
from service.provenance.log.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    sign_checkpoint,
    verify_note,
)
from service.provenance.log.witness import CosignRequest, parse_request
from tests.unit.service.provenance.builders import START
from tests.unit.service.provenance.histories import HISTORY, WATCH, a_fork, a_request
from tests.unit.service.provenance.keys import LOG, OTHER, WITNESS


def a_memory(size: int) -> SignedCheckpoint:
    return WATCH.open(WATCH.cosign(None, a_request(0, size), START).encode())


def test_the_first_checkpoint_is_cosigned() -> None:
    note = WATCH.cosign(None, a_request(0, 7), START)

    endorsements = verify_note(note, [LOG.verifier, WITNESS.verifier])

    assert [found.at for found in endorsements] == [None, START]


@pytest.mark.parametrize("size", range(7, 21))
def test_growth_is_cosigned(size: int) -> None:
    note = WATCH.cosign(a_memory(7), a_request(7, size), START)

    assert WATCH.open(note.encode()).checkpoint.size == size


def test_a_fork_is_refused() -> None:
    fork = a_fork(6, 20)

    with pytest.raises(WitnessRefusedError, match="does not continue"):
        WATCH.cosign(a_memory(7), a_request(7, 20, fork), START)


def test_another_history_of_the_same_size_is_refused() -> None:
    with pytest.raises(WitnessRefusedError):
        WATCH.cosign(a_memory(7), a_request(7, 7, a_fork(6, 7)), START)


def test_a_log_taken_back_to_an_older_backup_is_refused() -> None:
    with pytest.raises(WitnessRefusedError):
        WATCH.cosign(a_memory(7), a_request(5, 5), START)
    with pytest.raises(WitnessRefusedError):
        WATCH.cosign(a_memory(7), a_request(7, 5), START)


def test_a_log_begun_anew_is_refused() -> None:
    with pytest.raises(WitnessRefusedError, match="saw last"):
        WATCH.cosign(a_memory(7), a_request(0, 20, a_fork(0, 20)), START)


def test_a_truncated_or_padded_proof_is_refused() -> None:
    request = a_request(7, 20)

    for proof in (request.proof[:-1], request.proof[1:], (*request.proof, bytes(32))):
        with pytest.raises(WitnessRefusedError):
            WATCH.cosign(a_memory(7), CosignRequest(7, proof, request.checkpoint), START)


def test_a_checkpoint_that_the_log_did_not_sign_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(OTHER.name, 7, HISTORY.root(7)), OTHER)

    with pytest.raises(InvalidNoteError):
        WATCH.cosign(None, CosignRequest(0, (), note.encode()), START)


def test_a_clock_that_went_back_is_refused() -> None:
    with pytest.raises(WitnessRefusedError, match="clock"):
        WATCH.cosign(a_memory(7), a_request(7, 20), START - timedelta(seconds=1))


def test_a_memory_that_the_witness_did_not_cosign_is_refused() -> None:
    with pytest.raises(InvalidNoteError, match="not signed by the witness"):
        WATCH.open(a_request(0, 7).checkpoint)


@pytest.mark.parametrize("sizes", [(0, 7), (7, 20), (20, 20)])
def test_a_request_is_read_as_it_was_written(sizes: tuple[int, int]) -> None:
    request = a_request(*sizes)

    assert parse_request(request.encode()) == request


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 5\n",
        b"old 05\n\nnote",
        b"old -1\n\nnote",
        b"new 5\n\nnote",
        b"old 5\nnot base64\n\nnote",
        b"\xff\n\nnote",
        b"old 5\n" + b"QQ==\n" * 64 + b"\nnote",
    ],
)
def test_malformed_requests_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidNoteError):
        parse_request(data)
