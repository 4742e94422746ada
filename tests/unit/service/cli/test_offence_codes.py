"""`identlink codes`: a table is installed whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from tests.unit.service.cli.console import Console

GOOD = "code,title\nTH68010,Theft from a shop\n"


def test_versions_are_installed_and_listed(console: Console, tmp_path: Path) -> None:
    store, file = tmp_path / "store", tmp_path / "codes.csv"
    console("db", "upgrade", "--store", store)
    assert "titles are as recorded" in console("codes", "list", "--store", store).out

    file.write_text(GOOD, "utf-8")
    first = console("codes", "install", file, "--store", store, "--json").json()
    again = console("codes", "install", file, "--store", store, "--json").json()
    file.write_text(GOOD + "TH68011,Theft\n", "utf-8")
    second = console("codes", "install", file, "--store", store, "--json").json()
    file.write_text(GOOD + "TH68010,Once more\nbad,\n", "utf-8")
    refused = console("codes", "install", file, "--store", store)

    assert (first["version"], first["codes"], again) == (1, 1, first)
    assert (second["version"], second["codes"]) == (2, 2)
    assert refused.exit_code != 0
    assert "Line 3: its days overlap with those of 2." in refused.err
    assert "Line 4: the code must be" in refused.err
    listed = console("codes", "list", "--store", store, "--json").json()["tables"]
    assert listed == [second, first]


def test_a_missing_file_is_refused(console: Console, tmp_path: Path) -> None:
    missing = console("codes", "install", tmp_path / "none.csv", "--store", tmp_path)
    assert missing.exit_code == 2
