"""Keys that are missing, foreign or older than the payloads: no start, and no vault made anew."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from domain.events.log import KeysLost
from service.adapters.store_keys import VAULT_NAME
from service.bootstrap.keys import open_vault_keys
from service.bootstrap.stores import open_log
from service.cli.refusals import OUTAGE_CODES
from service.provenance.bundle.findings import FindingCode
from service.settings import Settings
from tests.integration.outages.served import served, verified
from tests.unit.service.cli.console import Console

MISSING, FOREIGN = 16, 17


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    return Console(monkeypatch, capsys)


@pytest.fixture
def given(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return where a store is, also for commands."""
    monkeypatch.setenv("IDENTLINK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("IDENTLINK_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", database_url)
    return {}


def vault_files(settings: Settings) -> list[Path]:
    return sorted(settings.keys_directory.glob(f"{VAULT_NAME}*"))


def remove_vault(settings: Settings) -> None:
    for file in vault_files(settings):
        file.unlink()


def test_a_vault_is_never_made_anew_while_payloads_exist(
    given: dict[str, Any], console: Console
) -> None:
    with served(**given) as store:
        settings = store.settings
    remove_vault(settings)

    commands = [
        ("serve", "--port", "0"),
        ("log", "verify"),
        ("index", "info"),
        ("token", "issue", "--role", "auditor"),
        ("vault", "check"),
        ("backup", settings.store / "a.backup", "--keys-to", settings.store.parent / "k"),
    ]
    for command in commands:
        finished = console(*command)
        assert finished.exit_code == MISSING, command
        assert finished.err.startswith("The file vault.sqlite")
        assert finished.err.count("\n") == 1
    assert vault_files(settings) == []


def test_a_store_without_payloads_gets_its_vault(given: dict[str, Any], console: Console) -> None:
    assert console("db", "upgrade").exit_code == 0
    assert console("token", "issue", "--role", "auditor").exit_code == 0


def test_a_vault_removed_under_a_server_is_an_outage_until_it_is_put_back(
    given: dict[str, Any], console: Console
) -> None:
    with served(**given) as store:
        files = vault_files(store.settings)
        for file in files:
            file.unlink()
        refused = [store.search(), store.enrol(2)]
        waiting = store.until_not_ready()
        figure = store.figure("keys-missing")
        rescued = _files_still_open(files)
    for name, data in rescued.items():
        (store.settings.keys_directory / name).write_bytes(data)
        (store.settings.keys_directory / name).chmod(0o600)

    assert {one.status_code for one in (*refused, waiting)} == {503}
    problems = {one.json()["type"] for one in (*refused, waiting)}
    assert problems == {"/problems/keys-missing"}
    assert figure == 1
    assert len(store.lines("outage-began")) == 1
    assert console("vault", "check", "--deep").exit_code == 0
    with served(**given) as again:
        again.acknowledged += store.acknowledged
        assert again.has_all_acknowledged()
    assert verified(store.settings).is_sound


def test_payloads_are_not_given_up_while_a_server_runs(
    given: dict[str, Any], console: Console
) -> None:
    with served(**given):
        refused = console("vault", "accept-loss", "--payloads", "0")
    allowed = console("vault", "accept-loss", "--payloads", "0")

    assert refused.exit_code == 1
    assert "stop all servers and workers" in refused.err
    assert allowed.exit_code == 0


def _files_still_open(files: list[Path]) -> dict[str, bytes]:
    """Copy removed files out of the process that has them open, as the runbook says."""
    names = {f"{file} (deleted)": file.name for file in files if not file.name.endswith("-shm")}
    found = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target in names:
            found[names[target]] = entry.read_bytes()
    return found


def test_the_vault_of_another_store_is_refused(
    given: dict[str, Any], console: Console, tmp_path: Path, sqlite_template: Path
) -> None:
    with served(**given) as store:
        settings = store.settings
    other = tmp_path / "other"
    shutil.copyfile(sqlite_template, tmp_path / "other.db")
    with served(
        store=other, keys=other / "keys", database_url=f"sqlite:///{tmp_path / 'other.db'}"
    ):
        pass
    own = settings.keys_directory / VAULT_NAME
    kept = tmp_path / "kept"
    own.rename(kept)
    shutil.copyfile(other / "keys" / VAULT_NAME, own)

    refused = console("serve", "--port", "0")
    unmarked = _without_log(own) or console("serve", "--port", "0")
    own.unlink()
    kept.rename(own)
    accepted = console("vault", "check")

    assert (refused.exit_code, unmarked.exit_code, accepted.exit_code) == (FOREIGN, FOREIGN, 0)
    assert refused.err == unmarked.err
    assert "belong to another store" in refused.err


def test_a_vault_of_an_earlier_release_opens_and_remembers_its_log(
    given: dict[str, Any], console: Console
) -> None:
    with served(**given) as store:
        settings = store.settings
    _without_log(settings.keys_directory / VAULT_NAME)

    opened = console("vault", "check", "--json")

    assert (opened.exit_code, opened.json()["damaged"]) == (0, [])
    with closing(open_vault_keys(settings)) as keys:
        assert keys.first_event() is not None


def _without_log(vault: Path) -> None:
    with closing(sqlite3.connect(vault)) as file:
        file.execute("DROP TABLE log")
        file.commit()


def test_without_any_keys_the_rows_are_backed_up_and_the_store_goes_on_without_its_payloads(
    given: dict[str, Any], console: Console, tmp_path: Path
) -> None:
    with served(**given) as store:
        settings, people = store.settings, store.world.counts()[2]
    remove_vault(settings)

    backed_up = console("backup", tmp_path / "rows.backup")
    asked = console("vault", "accept-loss", "--payloads", "0")
    made_meanwhile = vault_files(settings)
    lost = int(asked.err.rsplit(" ", maxsplit=1)[1].rstrip(".\n"))
    given_up = console("vault", "accept-loss", "--payloads", lost)
    built = console("index", "build")
    with served(**given) as again:
        counted = again.world.counts()[2]

    assert (backed_up.exit_code, asked.exit_code, given_up.exit_code) == (0, 1, 0)
    assert built.exit_code == 0
    assert made_meanwhile == []
    assert lost > people
    assert counted >= people
    assert verified(settings).log.findings == ()


def test_older_keys_are_refused_and_what_is_lost_is_given_up_on_order_alone(
    given: dict[str, Any], console: Console, tmp_path: Path
) -> None:
    with served(**given) as store:
        settings = store.settings
    vault = settings.keys_directory / VAULT_NAME
    older = tmp_path / "older"
    shutil.copyfile(vault, older)
    with served(**given) as store:
        assert store.enrol(2).status_code == 201
    shutil.copyfile(older, vault)

    refused = console("serve", "--port", "0")
    asked = console("vault", "accept-loss", "--payloads", "0")
    lost = int(asked.err.rsplit(" ", maxsplit=1)[1].rstrip(".\n"))
    given_up = console("vault", "accept-loss", "--payloads", lost)
    built = console("index", "build")
    report = verified(settings)
    with served(**given) as again:
        ready = again.ready()
    with open_log(settings) as (services, _), services.units.read() as unit:
        told = [one for one in unit.events.every() if one.event_type == KeysLost.event_type]

    assert refused.exit_code == MISSING
    assert "sampled payloads are missing" in refused.err
    assert (asked.exit_code, given_up.exit_code, built.exit_code) == (1, 0, 0)
    assert f'"payloads":{lost}'.encode() in told[0].body
    assert len(told) == 1
    assert report.log.findings == ()
    assert ready.status_code == 200


def test_nothing_is_given_up_for_another_stores_keys(
    given: dict[str, Any], console: Console, tmp_path: Path
) -> None:
    with served(**given) as store:
        settings = store.settings
    vault = settings.keys_directory / VAULT_NAME
    with closing(sqlite3.connect(vault)) as file:
        file.execute("UPDATE log SET first_event = 'another'")
        file.commit()

    assert console("vault", "accept-loss", "--payloads", "1").exit_code == FOREIGN


def test_a_single_missing_key_is_damage_that_is_named_by_row(
    given: dict[str, Any], console: Console
) -> None:
    with served(**given) as store:
        settings = store.settings
    with open_log(settings) as (services, _), services.units.read() as unit:
        first = unit.state.payloads_after(0, 1)[0]
    with closing(sqlite3.connect(settings.keys_directory / VAULT_NAME)) as file:
        file.execute("DELETE FROM item_keys WHERE ref = ?", (first.body[:16].hex(),))
        file.commit()

    for command in (("log", "verify"), ("log", "verify", "--deep"), ("vault", "check")):
        found = console(*command)
        assert found.exit_code == 1
        assert f"Row {first.payload_id} of payloads ({first.kind})" in found.out
    (finding,) = verified(settings).log.findings
    assert finding.code is FindingCode.PAYLOAD_DAMAGED


def test_every_outage_has_an_exit_code_of_its_own() -> None:
    codes = list(OUTAGE_CODES.values())

    assert len(set(codes)) == len(codes)
    assert not {0, 1, 2, 3} & set(codes)
