"""Progress of long work: a bar in a terminal, lines in a file or a pipe."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from service.cli.enrolling import progress_of


def _shown(total: int, *counts: int, is_terminal: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=is_terminal, width=40)
    with progress_of("Enrolling people", total, console) as advance:
        for count in counts:
            advance(count)
    return out.getvalue()


def test_a_pipe_gets_a_line_before_the_work_begins() -> None:
    assert _shown(20_000) == "Enrolling people: 20,000\n"


def test_a_pipe_gets_a_line_after_the_first_people_and_at_each_tenth_and_none_between() -> None:
    lines = _shown(2_000, *[10] * 200).splitlines()

    assert lines[1] == "Enrolling people: 10 of 2,000"
    assert lines[2:] == [f"Enrolling people: {n:,} of 2,000" for n in range(200, 2_001, 200)]


def test_a_step_over_several_tenths_is_one_line() -> None:
    assert _shown(1_000, 950, 50).splitlines()[1:] == [
        "Enrolling people: 950 of 1,000",
        "Enrolling people: 1,000 of 1,000",
    ]


def test_work_that_grew_meanwhile_ends_at_its_total() -> None:
    assert _shown(100, 100, 30).splitlines()[-1] == "Enrolling people: 100 of 100"
    assert _shown(0, 3) == "Enrolling people: 0\n"


def test_a_terminal_gets_a_bar() -> None:
    shown = _shown(100, 100, is_terminal=True)

    assert "100/100" in shown
    assert "100 of 100" not in shown
