from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import parse_verifier_key
from tests.disks import made_read_only
from tests.unit.service.cli.console import Console


@pytest.fixture
def log(console: Console) -> Console:
    """Return a terminal at a store whose log holds one event."""
    console("token", "issue", "--role", "auditor")
    return console


def test_a_store_verifies_before_and_after_its_first_checkpoint(log: Console) -> None:
    before = log("log", "verify", "--json")
    log("log", "checkpoint")
    after = log("log", "verify")

    assert (before.exit_code, before.json()["unsigned_events"]) == (0, 1)
    assert after.exit_code == 0
    assert "1 checkpoints" in after.out
    assert "not signed yet" not in after.out


def test_a_checkpoint_is_signed_by_the_key_that_is_published(log: Console, tmp_path: Path) -> None:
    key = parse_verifier_key(log("log", "key").out.strip())

    made = log("log", "checkpoint", "--out", tmp_path / "note", "--json").json()

    signed = open_checkpoint((tmp_path / "note").read_bytes(), key)
    assert (signed.checkpoint.size, made["size"]) == (1, 1)
    assert made["note"].encode() == (tmp_path / "note").read_bytes()


def test_a_bundle_verifies_with_its_own_keys_and_says_so(log: Console, tmp_path: Path) -> None:
    bundle = tmp_path / "b.zip"
    exported = log("log", "export", bundle)
    key = log("log", "key").out.strip()

    own, given = log("log", "verify", bundle), log("log", "verify", bundle, "--log-key", key)

    assert exported.out.startswith("2 events")
    assert (own.exit_code, given.exit_code) == (0, 0)
    assert "The keys come from the bundle itself" in own.out
    assert "The keys come from the bundle itself" not in given.out


def test_a_changed_bundle_does_not_verify_and_names_what_is_wrong(
    log: Console, tmp_path: Path
) -> None:
    bundle = tmp_path / "b.zip"
    log("log", "export", bundle)
    with zipfile.ZipFile(bundle) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["events.ndjson"] = parts["events.ndjson"].replace(b"auditor", b"visitor")
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    finished = log("log", "verify", bundle)

    assert finished.exit_code == 1
    assert "does NOT verify" in finished.out
    assert "root-differs (event 0)" in finished.out


def test_a_held_checkpoint_shows_that_the_log_was_begun_again(
    log: Console, tmp_path: Path
) -> None:
    log("token", "issue", "--role", "auditor")
    log("log", "checkpoint", "--out", tmp_path / "held")
    (tmp_path / "var" / "store" / "identlink.sqlite3").rename(tmp_path / "old")
    for file in (tmp_path / "var" / "store").glob("identlink.sqlite3-*"):
        file.unlink()
    log("token", "issue", "--role", "auditor")

    verified = log("log", "verify", "--held", tmp_path / "held", "--json")
    signed = log("log", "checkpoint")

    assert verified.exit_code == 1
    assert "log-shortened" in {found["code"] for found in verified.json()["findings"]}
    assert signed.exit_code == 1
    assert "events are missing" in signed.err


@pytest.mark.parametrize(
    "arguments", [("verify", "nowhere.zip"), ("verify", "--held", "nowhere"), ("export",)]
)
def test_wrong_usage_has_its_own_exit_code(log: Console, arguments: tuple[str, ...]) -> None:
    assert log("log", *arguments).exit_code == 2


def test_keys_of_witnesses_alone_are_refused(log: Console) -> None:
    key = log("log", "key").out.strip()

    assert log("log", "verify", "--witness-key", key).exit_code == 1


def test_a_witness_cosigns_growth_and_its_cosignature_is_kept(
    log: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = log("log", "key").out.strip()
    witness = ("log", "witness", "--state", tmp_path / "w", "--key", tmp_path / "w.key")
    witness = (*witness, "--log-key", key, "--checkpoint", tmp_path / "request")
    log("log", "checkpoint", "--request-from", 0, "--out", tmp_path / "request")
    unstarted = log(*witness)
    first = log(*witness, "--start", "--json").json()
    log("token", "issue", "--role", "auditor")
    log("log", "checkpoint", "--request-from", 1, "--out", tmp_path / "request")
    second = log(*witness, "--out", tmp_path / "cosigned", "--json").json()
    repeated = log(*witness)

    monkeypatch.setenv("IDENTLINK_WITNESS_KEYS", f'["{second["witness_key"]}"]')
    kept = log("log", "checkpoint", "--cosigned", tmp_path / "cosigned", "--json").json()
    log("log", "export", tmp_path / "b.zip")
    report = log("log", "verify", tmp_path / "b.zip")

    assert (unstarted.exit_code, repeated.exit_code) == (1, 1)
    assert (first["size"], second["size"]) == (1, 2)
    assert kept == {"witnesses": ["witness.example"]}
    assert "witness.example vouches for the first 2 events" in report.out


def test_a_cosignature_by_nobody_known_is_not_kept(log: Console, tmp_path: Path) -> None:
    log("log", "checkpoint", "--out", tmp_path / "note")

    finished = log("log", "checkpoint", "--cosigned", tmp_path / "note")

    assert finished.exit_code == 1
    assert "no cosignature from a known witness" in finished.err


def test_a_witness_needs_one_source_and_a_key_of_its_own_kind(
    log: Console, tmp_path: Path
) -> None:
    key = log("log", "key").out.strip()
    log("log", "checkpoint", "--request-from", 0, "--out", tmp_path / "request")
    common = ("log", "witness", "--state", tmp_path / "w", "--log-key", key, "--start")
    logs_key = tmp_path / "var" / "store" / "keys" / "checkpoint.key"

    without = log(*common, "--key", tmp_path / "w.key")
    foreign = log(*common, "--key", logs_key, "--checkpoint", tmp_path / "request")

    assert without.exit_code == 2
    assert foreign.exit_code == 1
    assert "key of a log" in foreign.err


def test_options_of_which_one_would_do_nothing_are_refused(log: Console, tmp_path: Path) -> None:
    log("log", "checkpoint", "--out", tmp_path / "note")
    log("log", "export", tmp_path / "b.zip")

    kept = log("log", "checkpoint", "--cosigned", tmp_path / "note", "--out", tmp_path / "out")
    deep = log("log", "verify", tmp_path / "b.zip", "--deep")

    assert (kept.exit_code, deep.exit_code) == (2, 2)
    assert not (tmp_path / "out").exists()


def test_an_export_that_has_no_place_is_refused_before_it_is_recorded(
    log: Console, tmp_path: Path
) -> None:
    refused = log("log", "export", tmp_path / "nowhere" / "b.zip")

    assert (refused.exit_code, "create it first" in refused.err) == (1, True)
    assert log("log", "verify", "--json").json()["events"] == 1


@pytest.mark.parametrize(
    "command",
    [
        ("log", "export", "{}/b.zip"),
        ("log", "checkpoint", "--out", "{}/note"),
        ("audit", "pack", "{}", "--seed", "1"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_is_refused_before_it_is_recorded(
    log: Console, tmp_path: Path, command: tuple[str, ...]
) -> None:
    place = tmp_path / "place"
    place.mkdir()

    with made_read_only(place):
        refused = log(*(word.format(place) for word in command))

    told = log("log", "verify", "--json").json()
    assert (refused.exit_code, "can be read but not written" in refused.err) == (15, True)
    assert (told["events"], told["checkpoints"]) == (1, 0)


def test_the_seed_of_a_pack_is_at_most_what_an_event_states(log: Console, tmp_path: Path) -> None:
    refused = log("audit", "pack", tmp_path / "pack", "--seed", 2**53)

    assert (refused.exit_code, "'--seed'" in refused.err) == (2, True)


def _run_in_database(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "var" / "store" / "identlink.sqlite3")) as database:
        database.execute(statement)
        database.commit()


def test_a_store_without_a_trigger_does_not_verify_and_the_doctor_says_so(
    log: Console, tmp_path: Path
) -> None:
    _run_in_database(tmp_path, "DROP TRIGGER events_no_update")

    verified, asked = log("log", "verify"), log("doctor")

    assert verified.exit_code == 1
    assert "schema-altered: In the database, the trigger events_no_update is missing." in (
        verified.out
    )
    assert "Checked: the schema of the database;" in verified.out
    assert "identlink log verify" in asked.out


def test_nothing_else_of_a_store_without_a_table_is_verified(log: Console, tmp_path: Path) -> None:
    _run_in_database(tmp_path, "ALTER TABLE links RENAME TO kept_links")

    verified = log("log", "verify")

    assert verified.exit_code == 1
    assert "the table links is missing" in verified.out
    assert "Nothing else was compared: restore what is missing" in verified.out
