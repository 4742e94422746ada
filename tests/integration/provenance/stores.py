"""A store with a link in it, made once for many tests that only read or undo their changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matching.scorer import Scorer
from service.adapters.store_keys import VAULT_NAME
from service.adapters.surroundings import surroundings
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.ports.surroundings import Surroundings
from service.provenance.log.note_keys import SignatureType, SigningKey, VerifierKey
from service.provenance.log.witness import CosignRequest, Witness
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.vault import Vault
from service.settings import Settings
from service.usecases.log.checkpoints import keep_cosigned, make_checkpoint
from service.usecases.services import StoreServices
from tests.integration.provenance.links import Linked, make_link, opened_world


@dataclass(frozen=True, slots=True)
class LinkedStore:
    """A closed store that holds a link, with its means of opening."""

    settings: Settings
    link_id: str
    search_id: str
    case_id: str
    person_id: str
    record_id: str
    log_key: VerifierKey
    witness_keys: tuple[VerifierKey, ...]
    checkpoint: bytes
    keys: FileKeyStore

    @property
    def database_url(self) -> str:
        return self.settings.database_address

    @property
    def surroundings(self) -> Surroundings:
        return surroundings()

    @property
    def vault(self) -> Vault:
        return Vault(self.keys, secrets.token_bytes, lambda: datetime.now(UTC), self.keys)


@contextmanager
def linked_store(
    settings: Settings, scorer: Scorer, then: Callable[[Linked], None] = lambda _: None
) -> Iterator[LinkedStore]:
    """Make a store with a link and a checkpoint over all of it, which two witnesses cosigned.

    `then` does more before that.
    """
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        world.force().get(f"/v1/searches/{linked.search_id}")
        then(linked)
    signer = open_log_signer(settings)
    witnesses = tuple(
        Witness(SigningKey(name, byte * 32, SignatureType.COSIGNATURE), signer.verifier)
        for name, byte in (("one.example", b"\x05"), ("two.example", b"\x06"))
    )
    with open_store(settings) as services:
        note = make_checkpoint(services, signer).note
        for witness in witnesses:
            _cosign(services, witness, note)
    keys = open_key_file(Path(settings.keys_directory) / VAULT_NAME)
    try:
        yield LinkedStore(
            settings,
            linked.link_id,
            linked.search_id,
            linked.case_id,
            linked.person_id,
            linked.record_id,
            signer.verifier,
            tuple(witness.key.verifier for witness in witnesses),
            note,
            keys,
        )
    finally:
        keys.close()


def _cosign(services: StoreServices, witness: Witness, note: bytes) -> None:
    """Have a witness that sees the log for the first time cosign a checkpoint, and keep that."""
    cosigned = witness.cosign(None, CosignRequest(0, (), note), datetime.now(UTC))
    keep_cosigned(services, cosigned.encode(), witness.log_key, (witness.key.verifier,))
