"""Keys in a transit engine: what it signs verifies, what it wraps opens, its silence is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import ConfigurationError, StoreUnavailableError
from domain.outages import ForeignKeysError, KeysMissingError
from domain.store_secrets import StoreSecret
from service.adapters.custody.files import FileCustody
from service.adapters.custody.guard import GuardLimits
from service.adapters.custody.module_custody import ModuleCustody
from service.adapters.custody.transit import Transit, parse_transit
from tests.transit_engine import FIRST_TOKEN, RENEWED_TOKEN, Engine, transit_engine

SIGNING = [one for one in StoreSecret if one.signs]
WRAPPED = [one for one in StoreSecret if not one.signs and one is not StoreSecret.VAULT]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Serve one engine for all tests: its key for imports takes a second to make."""
    with transit_engine() as engine:
        yield engine


@pytest.fixture
def token(tmp_path: Path, engine: Engine) -> Path:
    """Return the file of a token that the engine knows."""
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text(f"{engine.token}\n")
    return file


@pytest.fixture
def transit(engine: Engine, token: Path, tmp_path: Path) -> Transit:
    address = f"transit:{engine.url}?token-source=file:{token}&object={tmp_path.name}"
    return Transit(parse_transit(address), GuardLimits(seconds=5.0, pause_s=0.2))


@pytest.fixture
def custody(transit: Transit, tmp_path: Path) -> ModuleCustody:
    return ModuleCustody(transit, tmp_path / "keys")


@pytest.mark.parametrize("secret", SIGNING)
def test_what_it_signs_verifies_and_no_key_leaves_it(
    custody: ModuleCustody, secret: StoreSecret
) -> None:
    assert not custody.holds(secret)

    signing = custody.signing(secret)

    assert custody.holds(secret)
    public = Ed25519PublicKey.from_public_bytes(signing.public_key)
    public.verify(signing.sign(b"a statement"), b"a statement")
    assert not any(custody.directory.iterdir() if custody.directory.exists() else ())


@pytest.mark.parametrize("secret", WRAPPED)
def test_what_it_wraps_opens_in_another_process_and_under_a_later_key(
    custody: ModuleCustody, secret: StoreSecret
) -> None:
    digest = custody.mac(secret)(b"content")
    before = (custody.directory / f"{secret.value}.wrapped").read_bytes()

    by, count = custody.rotate()

    again = ModuleCustody(custody.module, custody.directory)
    assert (by, count) == ("wrap-2", 1)
    assert again.mac(secret)(b"content") == digest
    (custody.directory / f"{secret.value}.wrapped").write_bytes(before)
    with pytest.raises(KeysMissingError):
        ModuleCustody(custody.module, custody.directory).mac(secret)


def test_a_secret_under_the_name_of_another_does_not_open(custody: ModuleCustody) -> None:
    first, second = WRAPPED[:2]
    custody.mac(first)
    custody.mac(second)
    place = custody.directory
    (place / f"{first.value}.wrapped").replace(place / f"{second.value}.wrapped")

    with pytest.raises(KeysMissingError):
        ModuleCustody(custody.module, place).mac(second)


def test_key_files_move_into_it_and_sign_as_before(custody: ModuleCustody, tmp_path: Path) -> None:
    files = FileCustody(tmp_path / "files")
    for secret in StoreSecret:
        files.make(secret)
    log_key = files.log_key("office.example/log")

    custody.take_over_log_key(files, "office.example/log")
    taken = custody.take_over(files)

    assert set(taken) == set(StoreSecret)
    assert custody.log_key("office.example/log").verifier == log_key.verifier
    for secret in SIGNING:
        assert custody.signing(secret).public_key == files.signing(secret).public_key
    for secret in WRAPPED:
        assert custody.mac(secret)(b"content") == files.mac(secret)(b"content")
    with pytest.raises(ForeignKeysError, match="a different key with this name"):
        custody.take_over_log_key(FileCustody(tmp_path / "others"), "office.example/log")


def test_a_key_that_is_lost_is_named_and_none_is_made_in_its_place(
    custody: ModuleCustody, engine: Engine
) -> None:
    secret = WRAPPED[0]
    custody.mac(secret)
    custody.module.destroy("wrap-1")
    there = set(engine.keys)

    with pytest.raises(KeysMissingError, match="wrap-1 is not in the transit engine"):
        ModuleCustody(custody.module, custody.directory).mac(secret)
    with pytest.raises(KeysMissingError, match="wrap-1"):
        custody.module.wrap("wrap-1", b"secret", "label")
    with pytest.raises(KeysMissingError, match="nobody"):
        custody.module.sign("nobody", b"text")

    assert set(engine.keys) == there


def test_a_token_that_an_agent_renewed_is_read_again(
    transit: Transit, engine: Engine, token: Path
) -> None:
    transit.make_signing("log")
    engine.token = RENEWED_TOKEN
    token.write_text(RENEWED_TOKEN)
    try:
        assert len(transit.sign("log", b"text")) == 64
    finally:
        engine.token = FIRST_TOKEN


@pytest.mark.parametrize("why", ["sealed", "token refused", "silent"])
def test_while_it_cannot_be_used_calls_say_so_and_it_recovers_by_itself(
    engine: Engine, token: Path, why: str
) -> None:
    address = parse_transit(f"transit:{engine.url}?token-source=file:{token}&object={why[0]}")
    transit = Transit(address, GuardLimits(seconds=0.5, failures=2, pause_s=0.2))
    transit.make_signing("log")
    engine.is_sealed, engine.token = (
        why == "sealed",
        RENEWED_TOKEN if why.startswith("t") else FIRST_TOKEN,
    )
    if why == "silent":
        engine.free.clear()

    for _ in range(4):
        with pytest.raises(StoreUnavailableError, match="security module that holds the keys"):
            transit.sign("log", b"text")
    asked = len(engine.asked)
    with pytest.raises(StoreUnavailableError, match="not answered recently"):
        transit.sign("log", b"text")
    assert len(engine.asked) == asked

    engine.is_sealed, engine.token = False, FIRST_TOKEN
    engine.free.set()
    transit._guard._closed_until = 0.0
    assert len(transit.sign("log", b"text")) == 64


def test_a_token_that_other_accounts_can_read_is_refused(transit: Transit, token: Path) -> None:
    token.chmod(0o640)

    with pytest.raises(ConfigurationError, match="set its mode to 0600"):
        transit.holds("log")


def test_an_address_is_read_with_all_its_parts() -> None:
    address = parse_transit(
        "transit:https://keys.example:8200/v1/office/transit?token-source=file:///run/token"
        "&object=north&namespace=police&ca-source=file:/etc/ca.pem"
    )

    assert address.url == "https://keys.example:8200/v1/office/transit"
    assert (address.token_file, address.authorities) == (Path("/run/token"), Path("/etc/ca.pem"))
    assert (address.prefix, address.namespace) == ("north", "police")


@pytest.mark.parametrize(
    "text",
    [
        "transit:http://keys.example/transit?token-source=file:/t",
        "transit:https://keys.example?token-source=file:/t",
        "transit:https://keys.example/transit",
        "transit:https://keys.example/transit?token-source=s.secret",
        "transit:https://keys.example/transit?token-source=file:/t&tokens=2",
        "transit:ftp://localhost/transit?token-source=file:/t",
        "transit:keys",
    ],
)
def test_a_malformed_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="not the address of a transit engine") as refused:
        parse_transit(text)
    assert "s.secret" not in str(refused.value)
