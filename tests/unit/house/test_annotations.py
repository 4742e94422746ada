import re
import subprocess
import sys
from pathlib import Path

from tests.house.layout import PRODUCT, ROOT

_FUTURE = re.compile(r"^from __future__ import annotations\n", re.MULTILINE)
# `array.array` takes a type only from Python 3.12 on.
_NEEDS_IT = {"service/storage/statement/both_ways.py"}


def test_annotations_come_from_the_future_only_where_they_name_what_follows(
    tmp_path: Path,
) -> None:
    kept = {}
    for package in (*PRODUCT, "benchmarks"):
        for file in (ROOT / package).rglob("*.py"):
            text, found = _FUTURE.subn("", file.read_text("utf-8"))
            if found and "if TYPE_CHECKING:" not in text:
                kept[str(file.relative_to(ROOT))] = text
    for name, text in kept.items():
        (tmp_path / name.replace("/", "--")).write_text(text, "utf-8")

    undefined = _names_of_files_with_undefined_names(tmp_path)

    assert kept.keys() >= _NEEDS_IT
    assert sorted(kept.keys() - undefined - _NEEDS_IT) == []


def _names_of_files_with_undefined_names(folder: Path) -> set[str]:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821"]
    done = subprocess.run(  # noqa: S603  # our own checker
        [*command, "--output-format", "concise", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = re.findall(r"^(\S+\.py):\d+:\d+: F821", done.stdout, re.MULTILINE)
    return {Path(one).name.replace("--", "/") for one in found}
