"""The README is short, and what it promises is printed by the demo."""

from __future__ import annotations

import re
from pathlib import Path

from service.demo.scenario import Kind

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


def test_it_is_read_in_three_minutes() -> None:
    assert len(README.split()) <= 600


def test_it_shows_the_workbench_and_the_flow_and_no_other_picture() -> None:
    assert len(re.findall(r"!\[", README)) == 2


def test_it_shows_the_searches_of_the_demo() -> None:
    shown = re.findall(r"^[TL][PT]/[TL][PT]: (.*?): \d+ found", README, re.MULTILINE)

    assert shown == [kind.words for kind in Kind]
