"""The bundle of a real store, as an outsider checks it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import EVENTS_NAME, TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.usecases.log.administration import export_log
from tests.integration.provenance.stores import LinkedStore

pytestmark = pytest.mark.promise("bundles")


@pytest.fixture
def bundle(store: LinkedStore, tmp_path: Path) -> Path:
    path = tmp_path / "log.zip"
    with open_store(store.settings) as services:
        export_log(services, open_log_signer(store.settings), path, ())
    return path


def test_a_bundle_of_a_store_with_a_link_verifies(store: LinkedStore, bundle: Path) -> None:
    report = verify_bundle(bundle, TrustedKeys(store.log_key), held=[store.checkpoint])

    assert report.findings == ()
    assert (report.log.links, report.log.decisions) == (1, 2)
    assert report.is_key_given


def test_a_bundle_holds_no_name_and_no_secret(store: LinkedStore, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())

    assert b"Surname1" not in content
    assert b"PRIVATE" not in content


def test_any_byte_of_the_events_that_is_changed_is_found(
    store: LinkedStore, bundle: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    events = parts[EVENTS_NAME]

    for at in range(3, len(events), len(events) // 40):
        changed = events[:at] + bytes([events[at] ^ 1]) + events[at + 1 :]
        forged = tmp_path / "forged.zip"
        with zipfile.ZipFile(forged, "w") as archive:
            for name, content in {**parts, EVENTS_NAME: changed}.items():
                archive.writestr(name, content)
        report = verify_bundle(forged, TrustedKeys(store.log_key))
        codes = {found.code for found in report.findings}

        assert codes & {"root-differs", "log-shortened", "unsigned-tail"}, at


def test_the_report_is_plain_json(store: LinkedStore, bundle: Path) -> None:
    report = verify_bundle(bundle, TrustedKeys(store.log_key))

    assert json.loads(json.dumps(report.fields()))["sound"] is True
