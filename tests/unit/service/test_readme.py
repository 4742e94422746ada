"""The README is short, and what it promises is printed by the demo."""

from __future__ import annotations

import os
import re
from pathlib import Path

from service.demo.scenario import Kind

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")
FOR_ADOPTERS = {
    *(
        "docs/choosing.md",
        "docs/data-protection.md",
        "docs/service-levels.md",
        "docs/questions.md",
    ),
    *("docs/releases.md#roadmap", "docs/adr/README.md", "docs/images/data-model.svg"),
    *("CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "SECURITY.md"),
}


def test_it_is_read_in_three_minutes() -> None:
    assert len(README.split()) <= 600


def test_it_shows_the_workbench_and_the_flow_and_no_other_picture() -> None:
    assert len(re.findall(r"!\[", README)) == 2


def test_it_shows_the_searches_of_the_demo() -> None:
    shown = re.findall(r"^[TL][PT]/[TL][PT]: (.*?): \d+ found", README, re.MULTILINE)

    assert shown == [kind.words for kind in Kind]


def test_what_an_adopter_looks_for_is_two_clicks_away() -> None:
    first = linked("README.md")
    pages = {name.partition("#")[0] for name in first}
    second = {name for page in pages if page.endswith(".md") for name in linked(page)}

    assert FOR_ADOPTERS - first - second == set()
    assert all((ROOT / name.partition("#")[0]).exists() for name in FOR_ADOPTERS)
    assert "\n## Roadmap\n" in (ROOT / "docs/releases.md").read_text("utf-8")


def linked(page: str) -> set[str]:
    """Return what a page links in the repository, with the anchors."""
    text = (ROOT / page).read_text("utf-8")
    found = re.findall(r"\]\((?!https?:|#|mailto:)([^)]+)\)", text)
    return {os.path.normpath(Path(page).parent / name) for name in found}


def test_each_alternative_is_compared_from_a_source() -> None:
    text = (ROOT / "docs/choosing.md").read_text("utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ")][1:]
    others = [row for row in rows if "**identlink**" not in row]

    assert len(others) >= 4
    assert [row for row in others if "](https://" not in row] == []
