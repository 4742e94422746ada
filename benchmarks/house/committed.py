"""Files that a command writes and `make check` compares with what it would write now."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.house.layout import ROOT


@dataclass(frozen=True, slots=True)
class Committed:
    """A file of the checkout, and the text that the code of today gives it."""

    path: Path
    """Relative to the checkout."""
    text: str

    @property
    def is_stale(self) -> bool:
        """Whether the file is absent or holds another text."""
        file = ROOT / self.path
        return not file.is_file() or file.read_text(encoding="utf-8") != self.text

    def write(self) -> None:
        """Write the file."""
        (ROOT / self.path).write_text(self.text, encoding="utf-8", newline="\n")


def write_or_check(files: Iterable[Committed], *, check: bool, mend: str) -> int:
    """Write the files, or only compare them; 1 if one is stale, with the command that mends it."""
    stale = [file for file in files if file.is_stale]
    if not check:
        for file in stale:
            file.write()
            print(f"Wrote {file.path}.")
        return 0
    for file in stale:
        sys.stderr.write(f"{file.path} is stale: run `{mend}`.\n")
    return int(bool(stale))
