"""A Ray cluster of one host on the loopback interface, for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.adapters.parts.parts_hosting import check_token

_STARTS_WITHIN_S = 120
_STOPS_WITHIN_S = 60


@contextmanager
def ray_head(cpus: int = 2, store_bytes: int = 100 * 2**20) -> Iterator[tuple[str, Path]]:
    """Yield the address, `ray://HOST:PORT`, and the token of a cluster; end all its processes."""
    # A path of few characters: its sockets lie in it.
    home = Path(tempfile.mkdtemp(prefix="r", dir="/tmp"))
    token = home / "token"
    check_token(token)
    environment = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    port = _free_port()
    options = [
        "start",
        "--head",
        "--block",
        f"--port={port}",
        "--node-ip-address=127.0.0.1",
        f"--num-cpus={cpus}",
        '--resources={"gallery": 1}',
        f"--object-store-memory={store_bytes}",
        "--include-dashboard=false",
        "--disable-usage-stats",
        f"--temp-dir={home}/s",
    ]
    with (home / "log").open("wb") as log:
        head = subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-m", "ray.scripts.scripts", *options],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _await(port)
        yield f"ray://127.0.0.1:{port}", token
    finally:
        head.send_signal(signal.SIGTERM)
        head.wait(_STOPS_WITHIN_S)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def control_store_stopped(address: str) -> Iterator[None]:
    """Stop the control store of the cluster at `ray://HOST:PORT`, as a host that hangs does."""
    number = _control_store(address.rpartition(":")[2])
    os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(number, signal.SIGCONT)


def _control_store(port: str) -> int:
    """Return the number of the process that serves this port."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            if b"gcs_server" in words[0] and f"--gcs_server_port={port}".encode() in words:
                return int(entry.parent.name)
    raise LookupError("No control store serves that port.")


def _await(port: int) -> None:
    """Wait until the control store takes connections."""
    ends = time.monotonic() + _STARTS_WITHIN_S
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > ends:
            raise TimeoutError("The Ray cluster did not start.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
