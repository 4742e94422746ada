"""An erased person's bytes are nowhere: not in the database, the index, or the key store."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from sqlalchemy import event

from domain.errors import PayloadErasedError
from domain.events.people import Erased
from domain.ids import PersonId
from matching.scorer import Scorer
from prints.minutiae.iso19794_2 import encode_record
from service.adapters.store_keys import VAULT_NAME
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.vault.key_files import open_key_file
from service.provenance.vault.key_stores import MARK, NAMES_AT
from service.provenance.vault.vault import COMMITTED_BYTES, Vault
from service.settings import Settings
from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.unit_of_work import WritingUnit
from service.usecases.log.verification import verify_store
from tests.contract.builders import NOON
from tests.contract.builders import event as new_event
from tests.forking import fork
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.minutiae import a_view, with_minutiae
from tests.integration.api.prints import encounter, finger, tenprint
from tests.integration.provenance.disk import (
    files_of,
    payloads_of,
    server_files,
    settle_files,
)
from tests.integration.provenance.links import Linked, make_link, opened_world

pytestmark = pytest.mark.promise("erasure")

OF_A_CAPTURE = 2 + 10
"""Payloads: the templates, the record, and the minutiae of ten fingers."""


def _keys_of(settings: Settings, stored: list[bytes]) -> list[bytes]:
    keys = open_key_file(settings.keys_directory / VAULT_NAME)
    refs = [body[:16].hex() for body in stored]
    found = list(keys.get_many(refs).values())
    keys.close()
    return found


@pytest.mark.dear("verifies a whole store many times")
def test_no_name_and_no_template_lies_open_in_any_file(world: World, settings: Settings) -> None:
    world.enrol(1)
    world.search(1)
    template = finger(1, 3).astype("<f2").tobytes()[:64]
    probe = finger(1, 3, capture=3).astype("<f4").tobytes()[:64]

    found = [
        name
        for name, data in (*files_of(settings), *server_files(settings))
        for secret in (b"Surname1", b"Placetown1", template, probe)
        if secret in data
    ]

    assert found == []


def test_minutiae_lie_open_in_no_file_and_the_log_knows_them_until_they_go(
    settings: Settings, scorer: Scorer
) -> None:
    # A seed of this test alone: the server's files hold unsealed data of the contract tests.
    body = encounter(1) | {"impressions": with_minutiae(tenprint(1), seed=23)}
    plain = encode_record((a_view(3, seed=23),))[-20:]
    with opened_world(settings, scorer) as world:
        person_id = world.force().post("/v1/encounters", body).json()["person_id"]
        before = payloads_of(settings)
    files = (*files_of(settings), *server_files(settings))
    sound = [_sound(settings)]
    with opened_world(settings, scorer) as world:
        have_erased(world, person_id)
    sound.append(_sound(settings))

    assert len(before) == 12  # templates, record, and the minutiae of ten fingers
    assert [name for name, data in files if plain in data] == []
    assert payloads_of(settings).keys().isdisjoint(before)
    assert sound == [True, True]


def test_what_was_erased_is_in_no_file_after_upkeep(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        before = payloads_of(settings)
        held = world.services.gallery.index
        gone_rows = held.snapshot.held_rows()
        have_erased(world, linked.person_id)
        after = payloads_of(settings)
        gone = [body for number, body in before.items() if number not in after]
        held.compact()
        left_rows = held.snapshot.held_rows()
        kept = [body for number, body in before.items() if number in after]
        keys_kept = _keys_of(settings, kept)
    settle_files(settings)

    # Record, two captures (one enrolled by the link), probe, evidence, words of the examiners.
    assert len(gone) >= 8
    assert len(gone_rows) - len(left_rows) == 2
    files = dict(files_of(settings))
    assert all(any(key in data for data in files.values()) for key in keys_kept)
    assert [
        name
        for name, data in files.items()
        for body in gone
        if _sealed(body)[:32] in data or _sealed(body)[-32:] in data
    ] == []


def _sealed(body: bytes) -> bytes:
    """Return nonce, ciphertext and tag, without what names the payload and its row."""
    assert body.startswith(MARK, COMMITTED_BYTES)
    end = COMMITTED_BYTES + NAMES_AT
    return body[end + int.from_bytes(body[end - 2 : end]) :]


def test_the_keys_of_what_was_erased_are_in_no_file(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        person_id = world.enrol(1)["person_id"]
        keys = _keys_of(settings, list(payloads_of(settings).values()))
        have_erased(world, person_id)

    files = dict((*files_of(settings), *server_files(settings)))

    assert len(keys) == OF_A_CAPTURE
    assert [name for name, data in files.items() for key in keys if key[:16] in data] == []


def test_the_erasure_is_an_event_with_its_basis_and_everything_verifies(
    linked: Linked, settings: Settings
) -> None:
    world = linked.world

    have_erased(world, linked.person_id)
    entry = world.auditor().get("/v1/log/search?type=erased").json()["entries"][0]

    assert '"authority":"order-7"' in entry["body"]
    assert '"basis":"court order"' in entry["body"]
    assert '"items":' in entry["body"]
    assert _sound(settings)


def _sound(settings: Settings) -> bool:
    keys = TrustedKeys(open_log_signer(settings).verifier)
    with open_store(settings) as services:
        return verify_store(services, keys).is_sound


@pytest.mark.parametrize("point", ["before the commit", "after the commit"])
def test_an_erasure_cut_short_is_wholly_done_or_wholly_undone_after_the_next_start(
    settings: Settings, scorer: Scorer, point: str
) -> None:
    with opened_world(settings, scorer) as world:
        person_id = world.enrol(1)["person_id"]
        stored = list(payloads_of(settings).values())

    status = _run_and_die(settings, PersonId(person_id), is_committed=point == "after the commit")
    keys = open_key_file(settings.keys_directory / VAULT_NAME)
    doomed = len(keys.doomed())
    with opened_world(settings, scorer) as world:
        left = len(keys.doomed())
        with world.services.units.read() as unit:
            people = unit.people.count()

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (doomed, left) == (OF_A_CAPTURE, 0)
    if point == "after the commit":
        assert people == 0
        with pytest.raises(PayloadErasedError):
            keys.get_many([stored[0][:16].hex()])
    else:
        assert people == 1
        assert len(keys.get_many([body[:16].hex() for body in stored])) == OF_A_CAPTURE
    keys.close()


def _run_and_die(settings: Settings, person_id: PersonId, *, is_committed: bool) -> int:
    """Erase a person in a process that dies on one side of the commit."""
    child = fork()
    if child == 0:
        try:
            engine = open_engine(settings.database_address, DatabaseSettings())
            keys = open_key_file(settings.keys_directory / VAULT_NAME)
            vault = Vault(keys, os.urandom, lambda: NOON, keys)
            event.listen(engine, "commit", lambda c: _commit_and_die(c, is_committed=is_committed))
            with WritingUnit(lambda: write_connection(engine), FORMAT.codec, vault) as unit:
                unit.people.erase_person(person_id)
                unit.events.append(new_event("erased", event_type=Erased.event_type))
                unit.commit()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _commit_and_die(connection_: Any, *, is_committed: bool) -> None:
    if is_committed:
        driver = connection_.connection.dbapi_connection
        driver.execute("COMMIT") if connection_.dialect.name == "sqlite" else driver.commit()
    os.kill(os.getpid(), signal.SIGKILL)
