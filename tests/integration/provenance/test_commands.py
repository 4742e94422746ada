"""The commands about a link, over a store that holds one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.provenance.stores import LinkedStore
from tests.unit.service.cli.console import Console

EXACT = {"verdict": "exact", "difference": "", "captures": 3, "erased": 0}
_FINGERS = "fingers of the link: identified right thumb; compared right thumb"


@pytest.fixture
def console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], store: LinkedStore
) -> Console:
    monkeypatch.setenv("IDENTLINK_STORE", str(store.settings.store))
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", store.database_url)
    return Console(monkeypatch, capsys)


def test_a_link_is_shown_told_and_replayed(console: Console, store: LinkedStore) -> None:
    shown = console("link", "show", store.link_id, "--json").json()
    told = console("link", "provenance", store.link_id)
    replayed = console("link", "replay", store.link_id)

    assert (shown["person_id"], shown["record_id"]) == (store.person_id, store.record_id)
    assert "Verification by examiner-b: identified" in told.out
    assert replayed.out.splitlines() == [
        "exact (3 candidates)",
        _FINGERS,
        "look-up exact (3 captures, read from the database)",
    ]
    assert replayed.exit_code == 0


def test_a_link_is_replayed_for_a_program_and_without_the_look_up(
    console: Console, store: LinkedStore
) -> None:
    whole = console("link", "replay", store.link_id, "--json").json()
    quick = console("link", "replay", store.link_id, "--without-look-up")

    assert whole["fingers"] == {"identified": [1], "compared": [1]}
    assert whole["look_up"] == EXACT | {"source": "gallery"}
    assert quick.out.splitlines() == ["exact (3 candidates)", _FINGERS]


def test_a_link_is_replayed_by_the_index_which_is_said(
    console: Console, store: LinkedStore
) -> None:
    told = console("link", "replay", store.link_id, "--look-up", "index")
    as_json = console("link", "replay", store.link_id, "--look-up", "index", "--json").json()

    assert told.exit_code == 0
    assert told.out.splitlines() == [
        "exact (3 candidates)",
        _FINGERS,
        "look-up exact (3 captures, compared by the index)",
    ]
    assert as_json["look_up"] == EXACT | {"source": "index"}


def test_a_look_up_is_asked_for_or_left_out(console: Console, store: LinkedStore) -> None:
    both = console("link", "replay", store.link_id, "--look-up", "index", "--without-look-up")

    assert both.exit_code == 2


def test_the_provenance_is_told_in_each_form(
    console: Console, store: LinkedStore, tmp_path: Path
) -> None:
    as_json = console("link", "provenance", store.link_id, "--format", "json").json()
    as_provn = console("link", "provenance", store.link_id, "--format", "provn")
    for form, magic in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        console("link", "provenance", store.link_id, "--format", form, "--out", tmp_path / form)
        assert (tmp_path / form).read_bytes().startswith(magic)
    without_file = console("link", "provenance", store.link_id, "--format", "png")

    assert any("commitment" in json.dumps(entity) for entity in as_json["entity"].values())
    assert as_provn.out.startswith("document")
    assert without_file.exit_code == 2


def test_a_link_that_is_not_there_is_refused(console: Console) -> None:
    assert console("link", "replay", "0" * 32).exit_code == 1


def test_the_store_verifies_by_command(console: Console, store: LinkedStore) -> None:
    report = console("log", "verify", "--json").json()

    assert (report["sound"], report["links"], report["decisions"]) == (True, 1, 2)
