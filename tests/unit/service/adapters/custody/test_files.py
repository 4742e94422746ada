from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.store_secrets import StoreSecret
from service.adapters.custody.files import LOG_KEY_NAME, FileCustody, read_key
from service.provenance.log.note_keys import SignatureType, SigningKey

NAME = "log.example/one"


def _bytes(count: int) -> bytes:
    return b"\x09" * count


def test_a_key_is_made_once_and_readable_by_its_owner_alone(
    tmp_path: Path,
) -> None:
    first = FileCustody(tmp_path / "keys", _bytes).log_key(NAME)
    again = FileCustody(tmp_path / "keys", lambda count: b"\x01" * count).log_key(NAME)

    assert again.verifier == first.verifier
    assert (tmp_path / "keys" / LOG_KEY_NAME).stat().st_mode & 0o777 == 0o600


def test_a_key_of_another_log_or_of_a_witness_is_refused(tmp_path: Path) -> None:
    FileCustody(tmp_path, _bytes).log_key(NAME)
    with pytest.raises(ConfigurationError, match="log with another name"):
        FileCustody(tmp_path, _bytes).log_key("log.example/two")
    witness = tmp_path / "witness"
    read_key(
        witness / LOG_KEY_NAME,
        make=lambda: SigningKey(NAME, _bytes(32), SignatureType.COSIGNATURE),
    )
    with pytest.raises(ConfigurationError):
        FileCustody(witness, _bytes).log_key(NAME)


@pytest.mark.parametrize("content", ["", "PRIVATE+KEY+x", "é"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / LOG_KEY_NAME).write_text(content, encoding="utf-8")
    (tmp_path / LOG_KEY_NAME).chmod(0o600)

    with pytest.raises(ConfigurationError, match="contains no signing key"):
        FileCustody(tmp_path, _bytes).log_key(NAME)


def test_a_dropped_key_leaves_no_copy_of_a_killed_writer(tmp_path: Path) -> None:
    custody = FileCustody(tmp_path)
    for secret in (StoreSecret.VAULT, StoreSecret.WEBHOOK):
        custody.make(secret)
    left = tmp_path / f"vault.key.next.{'0a' * 16}"
    left.write_bytes(custody.secret(StoreSecret.VAULT))

    custody.drop(StoreSecret.VAULT)

    assert [one.name for one in tmp_path.iterdir()] == ["webhook.key"]
