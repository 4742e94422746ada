"""A demo of the first steps, run until it serves and stopped by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.documents.snippets import Block
from tests.interop.counterparts import free_port, program

LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class ServedDemo:
    """What was shown until the demo served, after how long, and how long nothing was shown."""

    shown: str
    seconds: float
    silent_seconds: float


@contextmanager
def served(block: Block, directory: Path, told: Mapping[str, str]) -> Iterator[ServedDemo]:
    """Run a block that ends in a demo until it serves; press Ctrl-C when the caller is done.

    `told` changes the environment; a variable without a value is left out.
    """
    began, printed = time.monotonic(), directory / "first.txt"
    own = {"IDENTLINK_PORT": str(free_port()), "PYTHON": sys.executable}
    wanted = os.environ | own | told
    with printed.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - of a document
            [program("bash"), "-ec", block.text],
            cwd=directory,
            env={name: value for name, value in wanted.items() if value},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        spoke = began
        while not re.search(r"^Ctrl-C", printed.read_text(), re.MULTILINE):
            assert process.poll() is None, printed.read_text()
            assert time.monotonic() - began < LIMIT_S, printed.read_text()
            if spoke == began and printed.stat().st_size:
                spoke = time.monotonic()
            time.sleep(0.1)
        yield ServedDemo(printed.read_text(), time.monotonic() - began, spoke - began)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
