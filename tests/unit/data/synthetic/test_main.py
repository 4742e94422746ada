"""The command line of the generator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.synthetic.__main__ import EXIT_BAD_INPUT, EXIT_NOT_MET, EXIT_OK, main
from data.synthetic.files import read_chunks, read_manifest

SMALL = (
    *("--impostor-persons", "600"),
    *("--mate-persons", "400"),
    *("--detail-persons", "200"),
    *("--surname-persons", "200"),
)


def test_generate_writes_a_population(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "people"

    code = main(["generate", "--persons", "30", "--seed", "5", "--out", str(out), "--chunk", "20"])

    assert code == EXIT_OK
    assert "30 people in 8 files" in capsys.readouterr().out
    assert read_manifest(out).seed == 5
    assert sum(len(chunk.people) for chunk in read_chunks(out)) == 30


def test_generate_prints_its_manifest_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["generate", "--persons", "5", "--out", str(tmp_path / "p"), "--json"])

    printed = json.loads(capsys.readouterr().out)
    assert printed["persons"] == 5
    assert len(printed["files"]) == 4


@pytest.mark.parametrize(
    "extra",
    [("--persons", "0"), ("--persons", "5", "--seed", "-1"), ("--persons", "5", "--chunk", "0")],
)
def test_bad_numbers_end_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: tuple[str, ...]
) -> None:
    code = main(["generate", "--out", str(tmp_path / "p"), *extra])

    printed = capsys.readouterr()
    assert code == EXIT_BAD_INPUT
    assert printed.err.startswith("error: ")
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_directory_that_cannot_be_made_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    code = main(["generate", "--persons", "5", "--out", str(blocked / "p")])

    assert code == EXIT_BAD_INPUT
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["generate", "--help"], ["check", "--help"]])
def test_help_is_complete(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)

    assert stop.value.code == 0
    assert "usage: python -m data.synthetic" in capsys.readouterr().out


def test_check_prints_a_table_and_says_what_is_not_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["check", *SMALL])

    lines = capsys.readouterr().out.splitlines()
    assert code in {EXIT_OK, EXIT_NOT_MET}
    assert lines[0].split()[:2] == ["measure", "value"]
    assert (code == EXIT_NOT_MET) == any("  NO  " in line for line in lines)


def test_check_prints_json_without_infinities(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--json", *SMALL])

    measures = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    by_name = {measure["name"]: measure for measure in measures}
    assert by_name["effective dimension"]["is_met"] is True
    assert by_name["missing, sex"]["low"] is None
