"""`identlink exchange`: partners, work and the reconciliation at the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.exchange.codes import StateCode
from service.bootstrap.stores import open_store
from service.settings import load_settings
from tests.integration.exchange.offices import GBR, Clock, Office, Wire, conviction, office
from tests.unit.service.cli.console import Console


@pytest.fixture(autouse=True)
def _our_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, console: Console) -> None:
    monkeypatch.setenv("IDENTLINK_EXCHANGE_STATE", "GBR")
    monkeypatch.setenv("IDENTLINK_EXCHANGE_FOLDER", str(tmp_path / "folders"))
    assert console("db", "upgrade").exit_code == 0


def recorded(tmp_path: Path) -> None:
    """Put a conviction of years ago on record, whose last day is long over."""
    with open_store(load_settings(store=tmp_path / "var" / "store")) as services:
        made: Office = office(services.units, GBR, Wire(), Clock())
        made.record(1, ("POL",), conviction())


def test_a_state_is_registered_listed_and_ended(console: Console, tmp_path: Path) -> None:
    key = console("exchange", "key", "--json").json()["public_key"]
    path = tmp_path / "pol.jwk"
    path.write_text(key, encoding="utf-8")
    address = ("--address", "https://pol.example/v1/exchange/messages")

    made = console("exchange", "register", "POL", *address, "--key", path, "--json").json()
    assert console("exchange", "list", "--json").json()["state"] == "POL"
    again = console("exchange", "register", "POL", *address, "--key", path)
    assert "This country is already registered" in again.err
    path.write_bytes(b"caf\xe9")
    assert (
        "not text in UTF-8" in console("exchange", "register", "FRA", *address, "--key", path).err
    )
    assert console("exchange", "end", made["partner_id"]).exit_code == 0
    assert console("exchange", "list").out == ""


def test_what_is_not_told_in_time_is_an_alarm_and_then_is_told(
    console: Console, tmp_path: Path
) -> None:
    recorded(tmp_path)
    alarm = console("exchange", "reconcile", "--json")
    assert (alarm.exit_code, alarm.json()["alarms"][0]) == (1, "all")
    assert alarm.json()["oldest_pending"][0]["state"] == StateCode("POL")

    assert console("exchange", "register", "POL").exit_code == 0
    worked = console("exchange", "work", "--json").json()
    assert (worked["surveyed"], worked["handed"]) == (1, 1)
    told = console("exchange", "reconcile")
    assert (told.exit_code, "No alarm." in told.out) == (0, True)
    assert [path.suffix for path in (tmp_path / "folders" / "POL" / "out").iterdir()] == [".xml"]


def test_without_a_state_the_command_says_what_to_set(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IDENTLINK_EXCHANGE_STATE")

    assert "set IDENTLINK_EXCHANGE_STATE" in console("exchange", "reconcile").err


def test_an_exemption_takes_a_duty_out_of_the_alarm(console: Console, tmp_path: Path) -> None:
    recorded(tmp_path)
    duty = ("record-1", "conviction-1", "1", "POL")
    why = ("--code", "the law forbids it", "--words", "By order of the court.")

    assert console("exchange", "exempt", *duty, *why).exit_code == 0

    figures = console("exchange", "reconcile", "--json").json()["strata"][0]
    assert (figures["due"], figures["exempt"]) == (0, 1)
    assert console("exchange", "dead-letters").out == ""
