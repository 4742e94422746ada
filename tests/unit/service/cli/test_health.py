from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.unit.service.cli.console import Console


@pytest.fixture(autouse=True)
def any_port(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of somebody else on this machine is no fault of the store."""
    monkeypatch.setenv("IDENTLINK_PORT", "0")


def found(told: dict[str, Any]) -> dict[str, str | None]:
    return {check["name"]: check["remedy"] for check in told["checks"]}


def test_a_new_store_is_well(console: Console) -> None:
    console("db", "upgrade")

    status, doctor = console("status", "--json"), console("doctor", "--json")

    assert (status.exit_code, doctor.exit_code) == (0, 0)
    assert status.json()["is_well"]
    assert set(found(status.json()).values()) == set(found(doctor.json()).values()) == {None}
    assert {"log", "checkpoint", "queue of search", "webhooks"} <= found(status.json()).keys()


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_the_fields_for_programs_are_those_that_the_document_names(
    console: Console, command: str
) -> None:
    console("db", "upgrade")
    told = console(command, "--json").json()

    document = (Path(__file__).parents[4] / "docs/operations.md").read_text("utf-8")
    (sentence,) = re.findall(r"With `--json` both give ([^.]+)\.", document)
    assert set(re.findall(r"`(\w+)`", sentence)) - {"null"} == {*told, *told["checks"][0]}


def test_before_there_is_a_store_the_doctor_says_how_one_is_made(console: Console) -> None:
    finished = console("doctor")

    assert finished.exit_code == 0
    assert "identlink db upgrade" in finished.out
    assert finished.out.endswith("All is well.\n")


def test_a_faulty_setting_is_named_with_what_mends_it(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_PORT", "many")

    finished = console("doctor")

    assert finished.exit_code == 1
    assert "WRONG settings: IDENTLINK_PORT" in finished.out


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("TEMPLATE_FORMAT", "nobodys/1", "template format"),
        ("MODEL_DIRECTORY", "/nowhere", "model"),
        ("OIDC_ISSUER", "https://id.example", "sign-in"),
        ("HOST", "0.0.0.0", "proxy"),  # noqa: S104 - under test
    ],
)
def test_what_would_stop_a_start_is_found_beforehand(
    console: Console, monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str
) -> None:
    monkeypatch.setenv(f"IDENTLINK_{name}", value)

    finished = console("doctor", "--json")

    assert finished.exit_code == 1
    assert [name for name, remedy in found(finished.json()).items() if remedy] == [check]


def test_keys_that_others_can_read_are_found(console: Console, tmp_path: Path) -> None:
    console("db", "upgrade")
    (tmp_path / "var/store/keys").chmod(0o755)

    finished = console("doctor", "--json")

    assert found(finished.json())["keys directory"] == "chmod 700 var/store/keys"


def test_the_status_of_a_store_without_its_keys_is_a_sentence(
    console: Console, tmp_path: Path
) -> None:
    console("db", "upgrade")
    console("client", "add", "custody-suite", "--force", "47")
    for key in (tmp_path / "var/store/keys").glob("checkpoint.last*"):
        key.unlink()

    finished = console("status")

    assert finished.exit_code in {0, 1}
    assert "Traceback" not in finished.err
