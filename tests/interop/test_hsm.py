"""A security module holds the keys: what it signs verifies, and its loss and silence are told.

SoftHSM2 itself, and a transit engine as its documentation describes it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import LogDamagedError, StoreUnavailableError
from domain.exchange.codes import StateCode
from domain.outages import ForeignKeysError, KeysMissingError
from domain.store_secrets import StoreSecret
from service.adapters.custody.files import FileCustody
from service.adapters.custody.module_custody import ModuleCustody
from service.bootstrap.desks import open_certificates, open_exchange
from service.bootstrap.keys import open_log_signer, open_module_custody, open_vault_keys
from service.bootstrap.runtime import open_runtime
from service.bootstrap.stores import open_store
from service.ports.exchange import Head
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.credentials.data_integrity import verify_proof
from service.settings import Settings, load_settings
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.verification import verify_store
from tests.integration.outages.served import served
from tests.interop.counterparts import program
from tests.transit_engine import Engine, transit_engine
from tests.unit.service.cli.console import Console

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "9471"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Serve one transit engine for all tests."""
    with transit_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make a token, and return the file of its PIN: the module reads its place once a process."""
    place = tmp_path_factory.mktemp("hsm")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(
        f"directories.tokendir = {place / 'tokens'}\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    words = [program("softhsm2-util"), "--init-token", "--free", "--label", "office"]
    words += ["--pin", PIN, "--so-pin", "5678"]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own words
    pin = place / "pin"
    pin.touch(mode=0o600)
    pin.write_text(f"{PIN}\n")
    yield pin
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture(params=["token", "transit"])
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Return the settings of a store whose keys have names of their own in the module."""
    named = f"s{uuid4().hex[:8]}"
    if request.param == "token":
        pin = request.getfixturevalue("token")
        custody = f"pkcs11:token=office;object={named}?module-path={MODULE}&pin-source=file:{pin}"
    else:
        engine, secret = request.getfixturevalue("engine"), tmp_path / "token"
        secret.touch(mode=0o600)
        secret.write_text(engine.token)
        custody = f"transit:{engine.url}?token-source=file:{secret}&object={named}"
    given = {"store": tmp_path / "store", "custody": custody, "exchange_state": "GBR"}
    monkeypatch.setenv("IDENTLINK_STORE", str(given["store"]))
    monkeypatch.setenv("IDENTLINK_CUSTODY", custody)
    monkeypatch.setenv("IDENTLINK_EXCHANGE_STATE", "GBR")
    return load_settings(**given)


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


@pytest.fixture
def used(settings: Settings, console: Console) -> Settings:
    """Return the settings of a store that was used."""
    assert console("db", "upgrade").exit_code == 0
    with served(**_given(settings)):
        pass
    return settings


def _given(settings: Settings) -> dict[str, object]:
    names = ("store", "custody", "exchange_state", "custody_seconds")
    return {name: getattr(settings, name) for name in names}


def test_all_signatures_are_made_in_it_and_verify(used: Settings, console: Console) -> None:
    verified = console("log", "verify")
    certificate = open_certificates(used).signer
    document = certificate.signed({"@context": [], "x": 1}, datetime.now(UTC))
    exchange = open_exchange(used)
    assert exchange is not None
    signatures = exchange.signatures
    head = Head(StateCode("GBR"), StateCode("POL"), "key", "n", datetime.now(UTC))

    assert verified.exit_code == 0, verified.out
    public = Ed25519PublicKey.from_public_bytes(_custody(used).module.public_key("certificates"))
    verify_proof(document, public)
    assert signatures.opened(signatures.sign(b"body", head), signatures.public_key) == b"body"
    kept = {path.name for path in used.keys_directory.iterdir()}
    assert {name for name in kept if name.endswith(".key")} == {"index.key"}
    assert "references.wrapped" in kept


def test_a_lost_key_stops_the_start_and_is_not_made_anew(used: Settings, console: Console) -> None:
    _custody(used).module.destroy("certificates")

    with pytest.raises(KeysMissingError, match="certificates of the t"), open_runtime(used):
        pass

    assert not _custody(used).holds(StoreSecret.CERTIFICATES)
    assert console("vault", "accept-key", "certificates").exit_code == 0
    with open_runtime(used):
        pass


def test_another_key_of_the_same_name_stops_the_start(used: Settings) -> None:
    module = _custody(used).module
    module.destroy("exchange")
    module.make_signing("exchange")

    with pytest.raises(ForeignKeysError, match="exchange of the t"), open_runtime(used):
        pass


def test_a_lost_log_key_signs_no_log_that_another_key_signed(used: Settings) -> None:
    _custody(used).module.destroy("log")
    _custody(used)._signings.clear()

    with pytest.raises(LogDamagedError), open_runtime(used):
        pass


def test_rotation_leaves_earlier_copies_of_wrapped_secrets_dead(
    used: Settings, console: Console
) -> None:
    file = used.keys_directory / "references.wrapped"
    before = file.read_bytes()
    mac = _custody(used).mac(StoreSecret.REFERENCES)(b"x")

    assert console("vault", "rotate").exit_code == 0

    fresh = ModuleCustody(_custody(used).module, used.keys_directory)
    assert fresh.mac(StoreSecret.REFERENCES)(b"x") == mac
    assert json.loads(file.read_bytes())["by"] == "wrap-2"
    file.write_bytes(before)
    with pytest.raises(KeysMissingError):
        ModuleCustody(fresh.module, used.keys_directory).mac(StoreSecret.REFERENCES)


def test_after_wrapping_anew_an_earlier_copy_of_all_keys_opens_nothing(
    used: Settings, console: Console, tmp_path: Path
) -> None:
    assert console("vault", "wrap").exit_code == 0
    copied = shutil.copytree(used.keys_directory, tmp_path / "copy")

    assert [console("vault", word).exit_code for word in ("wrap", "rotate")] == [0, 0]

    assert console("vault", "check", "--deep").exit_code == 0
    _custody(used)._held.clear()
    earlier = used.model_copy(update={"keys": copied})
    with pytest.raises(KeysMissingError), closing(open_vault_keys(earlier)):
        pass


def test_a_wrapping_that_was_cut_short_is_finished_before_its_key_is_destroyed(
    used: Settings, console: Console
) -> None:
    assert console("vault", "wrap").exit_code == 0
    wrapping, _ = _custody(used).next_wrapping()
    with closing(open_vault_keys(used)) as keys:
        keys.wrap_all(wrapping)

    refused = console("vault", "rotate")

    assert refused.exit_code == 1
    assert "vault wrap" in refused.err
    assert [console("vault", word).exit_code for word in ("wrap", "rotate")] == [0, 0]
    assert console("vault", "check", "--deep").exit_code == 0
    with open_runtime(used):
        pass


def test_key_files_move_into_the_module_and_go(
    settings: Settings, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IDENTLINK_CUSTODY")
    assert console("db", "upgrade").exit_code == 0
    with served(store=settings.store, exchange_state="GBR"):
        pass
    files = FileCustody(settings.keys_directory)
    before = (files.log_key(settings.log_name).verifier, files.mac(StoreSecret.WEBHOOK)(b"x"))
    office = files.signing(StoreSecret.CERTIFICATES).public_key
    monkeypatch.setenv("IDENTLINK_CUSTODY", settings.custody or "")

    moved = console("vault", "move")

    assert moved.exit_code == 0, moved.err
    custody = _custody(settings)
    after = (custody.log_key(settings.log_name).verifier, custody.mac(StoreSecret.WEBHOOK)(b"x"))
    assert after == before
    assert custody.signing(StoreSecret.CERTIFICATES).public_key == office
    assert {path.name for path in settings.keys_directory.glob("*.key")} == {"index.key"}
    assert console("log", "verify").exit_code == 0
    with open_runtime(settings):
        pass


def test_while_the_module_is_silent_searches_go_on_and_the_log_waits(settings: Settings) -> None:
    slow = settings.model_copy(update={"custody_seconds": 2.0})
    with served(**_given(slow)) as store:
        custody, free = _custody(slow), threading.Event()
        for _ in range(custody.module.limits.threads):
            threading.Thread(target=_hang, args=(custody, free), daemon=True).start()
        begun = time.monotonic()
        assert store.search().status_code == 201
        with pytest.raises(StoreUnavailableError, match="security"):
            make_checkpoint(store.world.services, open_log_signer(slow))
        took_s = time.monotonic() - begun
        free.set()
        time.sleep(custody.module.limits.pause_s)
        with open_store(slow) as services:
            make_checkpoint(services, open_log_signer(slow))
            assert verify_store(services, TrustedKeys(open_log_signer(slow).verifier, ())).is_sound
    assert took_s < 10


def _hang(custody: ModuleCustody, free: threading.Event) -> None:
    with pytest.raises(StoreUnavailableError):
        custody.module._guard.call(lambda _: free.wait())


def _custody(settings: Settings) -> ModuleCustody:
    return open_module_custody(settings)
