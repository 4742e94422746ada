"""wrk calls the service through nginx, which calls PostgreSQL through pgbouncer: no call fails.

`make test-load` runs it for fifteen minutes and prints the figures; `make test-interop` for
`LOAD_SECONDS` (10).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psycopg

from tests.integration.api.prints import encounter, tenprint
from tests.integration.http.server import Served, serving
from tests.interop.counterparts import free_port, program
from tests.interop.test_nginx import in_front_of
from tests.interop.test_pgbouncer import pooled
from tests.postgres import PostgresDatabase, own_directory

SCRIPT = Path(__file__).parent / "load/force.lua"
SECONDS = int(os.environ.get("LOAD_SECONDS", "10"))
PEOPLE, CONNECTIONS = 100, 8
ERRORS = ("connect", "read", "write", "status", "timeout")
TOLD = {
    "public_url": "https://localhost/identlink",
    "trusted_proxies": '["127.0.0.1"]',
    "processes": "2",
    # One caller makes all calls, with a hundred prints again and again.
    "requests_per_minute": "0",
    "probe_attempts": "0",
}


def test_no_call_fails_while_a_force_keeps_the_service_busy(
    postgres: PostgresDatabase, postgres_url: str, tmp_path: Path
) -> None:
    del postgres_url
    port = free_port()
    with (
        own_directory() as directory,
        pooled(postgres, directory) as url,
        serving(tmp_path, database_url=url, **TOLD) as served,
        worker(served, url),
        in_front_of(served, tmp_path, port=port, strips=False) as address,
    ):
        token = issued(served, url)
        enrol(address, token)
        figures, refused = loaded(address, token, tmp_path)
        sought = stored_searches(postgres)

    sys.stdout.write(json.dumps(figures | {"searches": sought}) + "\n")
    assert {name: figures[name] for name in ERRORS} == dict.fromkeys(ERRORS, 0), refused
    assert refused == ""
    assert figures["seconds"] >= SECONDS
    # Of five calls of a connection one is a search.
    assert figures["calls"] / 6 < sought < figures["calls"] / 4


def environment(served: Served, url: str) -> dict[str, str]:
    return os.environ | {
        "IDENTLINK_STORE": str(served.settings.store),
        "IDENTLINK_DATABASE_URL": url,
        "OMP_NUM_THREADS": "1",
    }


@contextmanager
def worker(served: Served, url: str) -> Iterator[None]:
    """Run a worker beside the servers until the block ends."""
    command = [sys.executable, "-m", "service", "worker"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        env=environment(served, url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(timeout=60)


def issued(served: Served, url: str) -> str:
    command = ["token", "issue", "--role", "force", "--force", "01", "--json"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "service", *command],
        check=False,
        capture_output=True,
        env=environment(served, url),
    )
    assert done.returncode == 0, done.stderr.decode()
    return str(json.loads(done.stdout)["secret"])


def enrol(address: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Purpose": "arrest"}

    def one(person: int) -> int:
        body = encounter(person)
        return httpx2.post(
            f"{address}/v1/encounters", json=body, headers=headers, timeout=60
        ).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(PEOPLE))) == {201}


def loaded(address: str, token: str, directory: Path) -> tuple[dict[str, Any], str]:
    """Return the figures of wrk, and the answers that were problems."""
    origin, _, path = address.rpartition("/")
    bodies = [
        json.dumps(
            {"search_type": "TP/TP", "reference": "LOAD-1", "impressions": tenprint(n, capture=3)}
        )
        for n in range(PEOPLE)
    ]
    # JSON strings are Lua strings too: base64 and ASCII names need no other escapes.
    rows = ",\n".join(json.dumps(body) for body in bodies)
    text = f'return {{token = "{token}", path = "/{path}", bodies = {{\n{rows}\n}}}}\n'
    (directory / "calls.lua").write_text(text)
    done = subprocess.run(  # noqa: S603 - a program that `program` found
        [
            program("wrk"),
            "--threads=2",
            f"--connections={CONNECTIONS}",
            f"--duration={SECONDS}s",
            "--timeout=30s",
            f"--script={SCRIPT}",
            origin,
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + 120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def stored_searches(postgres: PostgresDatabase) -> int:
    """Return how many searches the database holds, past the pooler."""
    with psycopg.connect(postgres.server_url) as connection:
        row = connection.execute("SELECT count(*) FROM searches").fetchone()
    assert row is not None
    return int(row[0])
