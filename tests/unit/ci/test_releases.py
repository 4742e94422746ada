"""docs/releases.md: what it names is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/releases.md").read_text()


def test_the_version_is_that_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    newest = headings[0].rstrip(":,")
    assert newest in {"Unreleased", version}
    named = "No release has been made yet." if newest == "Unreleased" else version
    assert named in TEXT.partition("\n\n")[2].partition("\n\n")[0]


def test_each_target_test_and_migration_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for words in re.findall(r"`make ([a-z -]+)`", TEXT) for word in words.split()}
    paths = re.findall(r"`(tests/[\w./]+)`", TEXT)
    migrations = re.findall(r"^\| (\d{4}) \|", TEXT, re.MULTILINE)
    made = " ".join(path.name for path in ROOT.glob("service/storage/**/v*.py"))

    assert named <= targets
    assert len(paths) >= 3
    assert all((ROOT / path).exists() for path in paths)
    assert migrations
    assert all(number in made for number in migrations)
