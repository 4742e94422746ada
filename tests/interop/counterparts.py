"""Programs of others, run as processes with the files of `deploy/proxies`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
COUNTERPARTS = Path(__file__).parents[2] / ".venv-counterparts"
"""Libraries of others, which `make test-interop` installs."""

_PATIENCE_S = 20.0


_FROM_NPM = {"spectral": "@stoplight/spectral-cli", "redocly": "@redocly/cli"}


def program(name: str) -> str:
    """Return the path of a program; without it the test fails, and says how to get it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        package = _FROM_NPM.get(name)
        way = (
            f"npm install --global {package}" if package else f"on Debian, apt-get install {name}"
        )
        pytest.fail(f"{name} is not installed: {way}.")
    return found


def counterpart(path: str) -> str:
    """Return a path of the environment of others' libraries; without it the test fails."""
    found = COUNTERPARTS / path
    if not found.exists():
        pytest.fail(f"{found} is missing: `make test-interop` builds it.")
    return str(found)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def adapted(file: Path, changes: Mapping[str, str]) -> str:
    """Return a file of ours with these of its words replaced; each has to be there."""
    text = file.read_text()
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def running(command: list[str], *, port: int, log: Path) -> Iterator[None]:
    """Run a program until the block ends, which begins when it listens on its port."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603 - above
    try:
        until = time.monotonic() + _PATIENCE_S
        while not _listens(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
