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
from service.bootstrap import open_log_signer, open_store
from service.ports.surroundings import Surroundings
from service.provenance.log.note_keys import VerifierKey
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.provenance.vault.vault import Vault
from service.settings import Settings
from service.usecases.log.checkpoints import make_checkpoint
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
    """Make a store with a link and a checkpoint over all of it; `then` does more before that."""
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        world.force().get(f"/v1/searches/{linked.search_id}")
        then(linked)
    signer = open_log_signer(settings)
    with open_store(settings) as services:
        note = make_checkpoint(services, signer).note
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
            note,
            keys,
        )
    finally:
        keys.close()
