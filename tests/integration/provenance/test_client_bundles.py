"""Court bundles by the client: what holds, what was changed, and what is no bundle."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from identlink_client import court_verify, verify_bundle
from service.bootstrap.keys import open_log_signer
from service.provenance.court import verify
from service.settings import Settings
from tests.integration.provenance.links import Linked
from tests.integration.provenance.test_court_bundle import made, unpacked

pytestmark = pytest.mark.promise("bundles")


def test_the_client_holds_the_program_of_the_bundle() -> None:
    ours, theirs = (Path(str(module.__file__)).read_bytes() for module in (court_verify, verify))

    assert ours == theirs


def test_a_bundle_holds_by_the_published_key_alone(
    linked: Linked, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "link.zip").write_bytes(made(linked, settings))
    folder = unpacked((tmp_path / "link.zip").read_bytes(), tmp_path / "folder")
    key = str(open_log_signer(settings).verifier)

    found = verify_bundle(tmp_path / "link.zip", log_key=key)
    again = verify_bundle(folder, log_key=key)
    (folder / "verify.py").write_text("raise SystemExit('of the bundle, never run')\n")
    changed = verify_bundle(folder, log_key=key)

    assert found == again
    assert found.holds
    assert found.statements[-1] == "Every statement holds."
    assert not changed.holds
    assert any("verify.py" in one for one in changed.statements if one.startswith("FAILED"))


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    key = "name+00000000+" + "A" * 44
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no archive")

    assert not verify_bundle(tmp_path / "empty", log_key=key).holds
    with pytest.raises(zipfile.BadZipFile):
        verify_bundle(tmp_path / "text.zip", log_key=key)
    with pytest.raises(FileNotFoundError):
        verify_bundle(tmp_path / "missing.zip", log_key=key)
    with pytest.raises(ValueError, match="publishes"):
        verify_bundle(tmp_path / "empty", log_key="")
