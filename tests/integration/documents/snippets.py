"""The blocks of a document (```sh and ```python), run one after the other in one directory."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PATIENCE_S = 600

OPENING = r"Opening the store \S+\.\n"
"""All that a sandbox prints that nobody reads on a terminal: its progress."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document."""

    language: str
    text: str

    @property
    def commands(self) -> int:
        """How many commands the reader enters: a program in Python is one."""
        if self.language == "python":
            return 1
        return sum(bool(line.strip()) and line[0] not in "# " for line in self.text.splitlines())


@dataclass(frozen=True, slots=True)
class Ran:
    """What a block printed, and how long it took."""

    block: Block
    printed: str
    seconds: float


def blocks_of(text: str) -> list[Block]:
    """Return the blocks of a document in their order."""
    return [Block(*found) for found in _BLOCK.findall(text)]


def run(
    blocks: list[Block], directory: Path, *, python: Path | str = sys.executable, **told: str
) -> Iterator[Ran]:
    """Run blocks in a directory; what they leave running ends with the iteration.

    `python` runs programs, and what is installed beside it is found by name. `told` joins the
    environment.
    """
    place = str(Path(python).parent)
    environment = os.environ | {"PATH": f"{place}:{os.environ['PATH']}"} | told
    groups = []
    try:
        for number, block in enumerate(blocks):
            output = directory / f"printed-{number}.txt"
            command = [str(python), "-c"] if block.language == "python" else ["bash", "-ec"]
            began = time.monotonic()
            with output.open("wb") as printed:
                process = subprocess.Popen(  # noqa: S603 - of our own documents
                    [*command, block.text],
                    cwd=directory,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            groups.append(process.pid)
            status = process.wait(timeout=_PATIENCE_S)
            text = output.read_text()
            assert status == 0, f"{block.text}\n{text}"
            yield Ran(block, text, time.monotonic() - began)
    finally:
        for group in groups:
            _end(group)


def _end(group: int) -> None:
    """End the processes that a block has left running, politely first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + 20
        while time.monotonic() < until and _lives(group):
            time.sleep(0.1)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
