"""`identlink rules`: answers as a case officer reads them, and refusals that say what to mend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.service.cli.console import Console

RECORD = [
    {
        "reference": "A",
        "convicted_on": "2017-01-25",
        "was_under_18": False,
        "sentences": [{"kind": "relevant order", "length": "P2Y"}],
    },
    {
        "reference": "B",
        "convicted_on": "2018-12-10",
        "was_under_18": False,
        "sentences": [{"kind": "community order", "length": "P12M"}],
    },
]


def test_a_due_day_in_words(console: Console) -> None:
    finished = console("rules", "due", "exchange-reply", "2026-12-14")
    assert "Wednesday 13 January 2027" in finished.out


def test_a_pause_moves_the_due_day(console: Console) -> None:
    pause = ("--pause", "2026-08-20..2026-08-24")
    finished = console("rules", "due", "subject-access", "2026-08-15", *pause, "--json")
    assert json.loads(finished.out)["due"] == "2026-09-19"


@pytest.mark.parametrize("command", ["spent", "explain"])
def test_a_day_that_does_not_exist_is_refused_in_words(
    console: Console, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD))
    finished = console("rules", command, file, "--on", "2026-02-30")
    assert finished.exit_code != 0
    assert "Write a real date as YYYY-MM-DD." in finished.err


def test_a_record_row_by_row(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD))
    finished = console("rules", "spent", file, "--on", "2019-06-01", "--json")
    first, second = json.loads(finished.out)["convictions"]
    assert (first["standing"], first["last_unspent_day"]) == ("unspent", "2020-12-08")
    assert first["extended_by"] == ["B"]
    assert first["rules"] == second["rules"] == "roa-2014/2"
    table = console("rules", "spent", file, "--on", "2026-06-01").out
    assert "(extended by" in table


def test_an_explanation_in_sentences(console: Console, tmp_path: Path) -> None:
    event = {
        "reference": "A1",
        "on": "2024-05-10",
        "offences": [{"code": "OF61016", "result": "charged, not convicted"}],
    }
    file = tmp_path / "matters.json"
    file.write_text(json.dumps({"events": [event], "convictions": RECORD[:1]}))

    told = console("rules", "explain", file, "--on", "2027-05-10").out.replace("\n", " ")
    (prints,) = json.loads(console("rules", "explain", file, "--json").out)["prints"]

    assert "until 9 May 2027, the last lawful day" in told
    assert "s63F(4), (6)" in told
    assert "That day has passed: destroy them." in told
    assert "its last unspent day is 24 January 2019" in told.replace("Its", "its")
    assert (prints["keep"], prints["last_day"]) == ("until", "2027-05-09")
    assert "Casework: group 2, by event A1" in told
    assert "Next review: 10 May 2034" in told


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("nonsense", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "does not have the form"),
        ('[{"reference": "A"}]', "0.convicted_on"),
        (json.dumps([{**RECORD[0], "sentence": "4 months"}]), "0.sentence"),
        (json.dumps([{**RECORD[0], "sentences": []}]), "needs a sentence"),
    ],
)
def test_a_file_of_something_else_is_refused(
    console: Console, tmp_path: Path, content: str, fault: str
) -> None:
    file = tmp_path / "record.json"
    file.write_text(content)
    finished = console("rules", "spent", file)
    assert finished.exit_code != 0
    assert fault in finished.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("exchange-never", "2026-01-01"), "no rule for due days"),
        (("exchange-reply", "2030-12-20"), "install a newer version"),
        (("exchange-reply", "2026-01-01", "--pause", "tomorrow"), "FIRST..LAST"),
        (("exchange-reply", "2026-01-01", "--extended"), "not allow an extension"),
        (("exchange-reply", "31 December"), "YYYY-MM-DD"),
        (("exchange-reply", "2026-02-30"), "YYYY-MM-DD"),
    ],
)
def test_a_question_that_no_rule_answers_is_refused(
    console: Console, arguments: tuple[str, ...], fault: str
) -> None:
    finished = console("rules", "due", *arguments)
    assert finished.exit_code != 0
    assert fault in finished.err
