"""Certificates checked offline: every byte counts, and the statement that fails says so."""

from __future__ import annotations

import json
import time
from functools import cache

import pytest
from typer.testing import CliRunner

from service.main import app
from service.provenance.credentials import pdf_seals
from service.provenance.credentials.checking import CheckedFile, TrustedKeys, check_file
from service.provenance.credentials.pdf_seals import embedded_files
from tests.integration.api.driver import World
from tests.integration.certificates.applying import (
    document_of,
    enrolled,
    issued,
    keys_of,
    released,
)
from tests.integration.certificates.test_certificates import LIVE
from tests.integration.requests.working import add_convictions

pytestmark = pytest.mark.promise("bundles")

VERIFY_MS_MOST = 300


@pytest.fixture
def certified(sqlite_world: World) -> tuple[bytes, TrustedKeys]:
    _, record_id = enrolled(sqlite_world)
    add_convictions(sqlite_world, record_id, LIVE)
    request = released(sqlite_world)
    return document_of(request, issued(request)), keys_of(sqlite_world)


def failing(found: CheckedFile) -> set[str]:
    return {one.name for one in found.statements if not one.holds}


@pytest.mark.dear("makes and checks sealed documents")
def test_a_changed_byte_anywhere_in_the_document_is_found(
    certified: tuple[bytes, TrustedKeys], monkeypatch: pytest.MonkeyPatch
) -> None:
    document, keys = certified
    # Most changes leave the text of the seal as it was: it is read once then.
    monkeypatch.setattr(pdf_seals, "_signed_data", cache(pdf_seals._signed_data))
    assert check_file(document, keys).holds

    for at in range(0, len(document), 211):
        changed = bytearray(document)
        changed[at] ^= 1
        assert not check_file(bytes(changed), keys).holds, at
    assert failing(check_file(document + b"\n", keys)) == {"document"}
    assert failing(check_file(document[:-1], keys)) >= {"document"}
    assert check_file(document, keys).holds


def test_each_statement_fails_by_itself(certified: tuple[bytes, TrustedKeys]) -> None:
    document, keys = certified
    (credential,) = embedded_files(document)
    assert check_file(credential, keys).holds

    content = json.loads(credential)
    content["credentialSubject"]["certificate"]["outcome"] = "No Trace"
    assert failing(check_file(json.dumps(content).encode(), keys)) == {"signature"}
    for receipt in ("nothing", "\ud800", 7, None):
        content = json.loads(credential)
        content["evidence"][0]["receipt"] = receipt
        assert failing(check_file(json.dumps(content).encode(), keys)) == {"signature", "log"}
    other = TrustedKeys("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", keys.log)
    assert failing(check_file(document, other)) == {"signature"}
    for nonsense in (b"", b"%PDF-1.7\n", b"{}x", b"[" * 100_000, b"null", document[:4_000]):
        assert failing(check_file(nonsense, keys)) == {"content"}


def test_the_check_takes_less_than_a_third_of_a_second(
    certified: tuple[bytes, TrustedKeys],
) -> None:
    document, keys = certified
    check_file(document, keys)
    spent = []
    for _ in range(5):
        began = time.process_time()
        check_file(document, keys)
        spent.append((time.process_time() - began) * 1000)
    assert min(spent) < VERIFY_MS_MOST


def test_the_command_says_which_statement_fails(
    certified: tuple[bytes, TrustedKeys], tmp_path_factory: pytest.TempPathFactory
) -> None:
    document, keys = certified
    file = tmp_path_factory.mktemp("certificate") / "certificate.pdf"
    file.write_bytes(document)
    asked = ["certificate", "verify", str(file), "--key", keys.office, "--log-key", keys.log]

    whole = CliRunner().invoke(app, asked)
    file.write_bytes(document[:1_000] + bytes([document[1_000] ^ 1]) + document[1_001:])
    changed = CliRunner().invoke(app, asked)

    assert whole.exit_code == 0, whole.output
    assert whole.output.count("holds  ") == 4
    assert changed.exit_code == 1
    assert "FAILS" in changed.output
