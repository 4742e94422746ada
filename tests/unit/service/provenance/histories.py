"""Histories of one log, a fork among them, and requests to the witness that watches it."""

from __future__ import annotations

from service.provenance.log.checkpoints import Checkpoint, sign_checkpoint
from service.provenance.log.merkle import leaf_hash
from service.provenance.log.proofs import consistency_proof
from service.provenance.log.witness import CosignRequest, Witness
from tests.unit.service.provenance.builders import SmallLog, a_log_of_leaves
from tests.unit.service.provenance.keys import LOG, WITNESS

WATCH = Witness(WITNESS, LOG.verifier)
HISTORY = a_log_of_leaves(20)


def a_fork(common: int, size: int) -> SmallLog:
    fork = a_log_of_leaves(common)
    for number in range(common, size):
        fork.add_leaf(leaf_hash(b"other %d" % number))
    return fork


def a_request(old_size: int, size: int, log: SmallLog = HISTORY) -> CosignRequest:
    note = sign_checkpoint(Checkpoint(LOG.name, size, log.root(size)), LOG)
    proof = consistency_proof(min(old_size, size), size, log.read_node)
    return CosignRequest(old_size, proof, note.encode())
