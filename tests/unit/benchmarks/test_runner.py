"""The runner: options come from a dataclass, a result states them, a verdict is the exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest

from benchmarks.runner import Benchmark, Column, Options, figures_table


@dataclass(frozen=True, kw_only=True)
class Size(Options):
    persons: Annotated[int, "people"] = 20
    address: Annotated[str, "of a database", {"instead_of": "place"}] = ""
    here: Annotated[bool, "in this process", {"instead_of": "place"}] = False


def counted(options: Size) -> dict[str, int]:
    return {"found": options.persons // 2}


COUNT = Benchmark(
    kind="count",
    measure=counted,
    is_met=lambda result: result["found"] < 10,
)


def test_a_result_is_printed_written_and_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "made" / "count.json"

    code = COUNT.main(["--persons", "8", "--address", "db://a:b@c", "--json", str(path)])

    result = json.loads(path.read_text())
    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"found": 4}
    assert result["benchmark"] == "count"
    assert result["command"].startswith("python -m benchmarks test-runner --persons 8")
    assert result["options"] == {"persons": 8, "here": False}
    assert result["found"] == 4
    assert COUNT.main([]) == 1


def test_an_option_chooses_what_is_measured_instead(capsys: pytest.CaptureFixture[str]) -> None:
    other = replace(
        COUNT, measure=lambda _: {"found": 0}, show=lambda result: str(result["found"])
    )

    assert replace(COUNT, modes={"here": other}).main(["--here"]) == 0

    assert capsys.readouterr().out == "0\n"


def test_two_options_that_choose_what_is_measured_are_refused() -> None:
    benchmark = replace(COUNT, modes={"here": COUNT, "persons": COUNT})

    with pytest.raises(SystemExit, match="only one of --here or --persons"):
        benchmark.main(["--here", "--persons", "8"])


def test_of_two_options_for_one_place_only_one_is_taken() -> None:
    with pytest.raises(SystemExit):
        COUNT.main(["--here", "--address", "x"])


ROW = {
    "share": 0.5,
    "share_interval": [0.25, 0.75],
    "triple": [0.5, 0.25, 0.75],
    "none": [None, None, None],
    "honest": {"share": 0.5, "share_interval": [0.25, 0.75]},
}


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (Column("", "share", ".1f"), "0.5"),
        (Column("", "share", ".1f", ".2f"), "0.5 (0.25-0.75)"),
        (Column("", "honest/share", ".1f", ".2f"), "0.5 (0.25-0.75)"),
        (Column("", "triple", ".2f"), "0.50 (0.25-0.75)"),
        (Column("", "{share:.1f}/{honest[share]}"), "0.5/0.5"),
        (Column("", "share", ".0f", divisor=0.01), "50"),
        (Column("", "none", ".2f"), "-"),
        (Column("", "liars/share", ".1f", ".2f"), "-"),
        (Column("", "{liars[share]}"), "-"),
    ],
)
def test_a_figure_is_shown_as_its_column_says(column: Column, shown: str) -> None:
    assert column.of(ROW) == shown


def test_of_the_figures_of_a_result_those_that_it_lacks_are_left_out() -> None:
    text = figures_table(
        "log", ("figure", "measured", "floor"), {"bytes_per_event": {"bundle": 9}}
    )

    assert text.splitlines()[2:] == ["| bytes an event in the bundle | 9 |  |"]
