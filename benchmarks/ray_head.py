"""A Ray cluster of one host on the loopback interface, for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.adapters.parts.parts_opening import check_token

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
        yield f"ray://127.0.0.1:{port}", token
    finally:
        head.send_signal(signal.SIGTERM)
        head.wait(_STOPS_WITHIN_S)
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
