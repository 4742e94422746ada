from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.errors import InvalidInputError, NotFoundError, StoreUnavailableError
from domain.outages import OUTAGES
from service.cli.refusals import OUTAGE_CODES, refusal_of
from tests.disks import files_limited_to
from tests.unit.service.cli.console import Console

OPERATIONS = Path(__file__).parents[4] / "docs" / "operations.md"


def test_every_outage_has_a_code_of_its_own_and_stands_in_the_document() -> None:
    rows = re.findall(r"^\| (\d+) \| `([a-z-]+)` \|", OPERATIONS.read_text("utf-8"), re.MULTILINE)

    assert set(OUTAGE_CODES) == set(OUTAGES)
    assert {(str(code), kind.code) for kind, code in OUTAGE_CODES.items()} == set(rows)
    assert len(set(OUTAGE_CODES.values()) | {0, 1, 2}) == len(OUTAGES) + 3


def test_other_refusals_have_the_code_of_a_refusal() -> None:
    assert refusal_of(InvalidInputError("No.")) == ("No.", 1)
    assert refusal_of(NotADirectoryError(20, "Not a directory", "keys")) == (
        "Not a directory: keys. Check the path.",
        1,
    )
    assert refusal_of(NotFoundError()) == (
        "The store has nothing of this name or id: check it, and --store.",
        1,
    )
    assert refusal_of(ValueError("a fault of the program")) is None


@pytest.mark.parametrize("unit", ["identlink.service", "identlink-worker@.service"])
def test_a_unit_is_not_started_again_without_its_keys(unit: str) -> None:
    text = (OPERATIONS.parents[1] / "deploy" / unit).read_text("utf-8")

    assert "RestartPreventExitStatus=16 17\n" in text


def test_a_command_on_a_full_disk_is_one_sentence_and_the_code_of_the_outage(
    console: Console,
) -> None:
    assert console("token", "issue", "--role", "auditor").exit_code == 0

    with files_limited_to(1):
        finished = console("token", "issue", "--role", "auditor")

    assert finished.exit_code == 12
    assert finished.err.startswith("The disk of the ")
    assert finished.err.count("\n") == 1


def test_a_command_without_a_database_has_the_code_of_that(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTLINK_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")

    for command in (("db", "upgrade"), ("token", "issue", "--role", "auditor")):
        finished = console(*command)
        assert finished.exit_code == OUTAGE_CODES[StoreUnavailableError]
        assert finished.err == "The database cannot be reached at the moment: start it.\n"


def test_an_error_of_the_system_that_no_use_case_met_is_an_outage_too(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("service.adapters.store_keys.open_key_file", refuse)

    finished = console("token", "issue", "--role", "auditor")

    assert finished.exit_code == 14
    assert "input/output errors" in finished.err
