"""docs/installing.md and the runbook on PostgreSQL and proxies, followed literally."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString, cast

import psycopg
import pytest
from sqlalchemy import make_url

from tests.integration.http.server import Served, serving
from tests.interop.counterparts import DEPLOY, adapted, free_port, program, running
from tests.interop.test_nginx import in_front_of
from tests.postgres import RestartableServer, restartable_server

INSTALLING = (Path(__file__).parents[2] / "docs/installing.md").read_text()
HALF_SENT = (
    b"POST /identlink/v1/searches HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
NOTHING = b"GET /identlink/v1/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def server() -> Iterator[RestartableServer]:
    with restartable_server() as started:
        yield started


def statements(containing: str) -> Iterator[LiteralString]:
    """Yield the statements of the block of SQL in the document that has this word."""
    (block,) = (
        one for one in re.findall(r"```sql\n(.*?)```", INSTALLING, re.DOTALL) if containing in one
    )
    for statement in block.replace("'...'", "'a word'").strip().split(";"):
        if statement.strip():
            yield cast("LiteralString", statement)


def of_role(server: RestartableServer, role: str, database: str = "identlink") -> str:
    address = make_url(server.url).set(username=role, database=database)
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def identlink(*arguments: str, store: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run our command on a store whose database is at this address."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "service", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"IDENTLINK_STORE": str(store), "IDENTLINK_DATABASE_URL": url},
    )


def dump(server: RestartableServer, role: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    """Run `pg_dump` of the server's own release."""
    command = [str(server.programs / "pg_dump"), *more, of_role(server, role)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60)  # noqa: S603


def test_roles_dump_and_a_database_that_comes_back_from_a_dump(
    server: RestartableServer, tmp_path: Path
) -> None:
    administrator = of_role(server, "postgres", "postgres")
    with psycopg.connect(administrator, autocommit=True) as raw:
        for statement in statements("CREATE ROLE identlink LOGIN"):
            raw.execute(statement)
        for statement in statements("CREATE ROLE identlink_dump"):
            raw.execute(statement)
        raw.execute("CREATE DATABASE again OWNER identlink")
        raw.execute("CREATE DATABASE served OWNER identlink")
    url, store = of_role(server, "identlink"), tmp_path / "store"
    made = identlink("demo", "--persons", "100", "--no-serve", store=store, url=url)
    assert made.returncode == 0, made.stderr

    of_owner = dump(server, "identlink")
    hidden = dump(server, "identlink", "--enable-row-security")
    whole = dump(server, "identlink_dump")
    subprocess.run(  # noqa: S603 - of the server's own release
        [str(server.programs / "psql"), "-q", of_role(server, "postgres", "again")],
        check=True,
        input=whole.stdout,
        capture_output=True,
        timeout=60,
    )
    came_back = of_role(server, "identlink", "again")
    backup = identlink("backup", str(tmp_path / "file"), store=store, url=came_back)
    new = tmp_path / "new"
    new.mkdir(mode=0o700)
    (store / "keys").rename(new / "keys")
    serves = of_role(server, "identlink", "served")
    restored = identlink("restore", str(tmp_path / "file"), store=new, url=serves)
    verified = identlink("log", "verify", "--deep", store=new, url=serves)

    assert of_owner.returncode == 1
    assert b"query would be affected by row-level security" in of_owner.stderr
    assert hidden.returncode == whole.returncode == 0, (hidden.stderr, whole.stderr)
    assert (_searches(hidden.stdout), _searches(whole.stdout) > 0) == (0, True)
    assert [one.returncode for one in (backup, restored, verified)] == [0, 0, 0], (
        backup.stderr,
        restored.stderr,
        verified.stderr,
    )


def _searches(dumped: bytes) -> int:
    """Return how many rows of searches a dump holds."""
    found = re.search(rb"COPY public\.searches \(.*?\) FROM stdin;\n(.*?)\\\.", dumped, re.DOTALL)
    return 0 if found is None else found[1].count(b"\n")


def test_a_lock_is_found_in_pg_stat_activity_and_ended(
    server: RestartableServer, tmp_path: Path
) -> None:
    url, store = of_role(server, "postgres", "postgres"), tmp_path / "store"
    assert identlink("db", "upgrade", store=store, url=url).returncode == 0
    holder = psycopg.connect(url)
    holder.execute("SELECT 1 FROM log_head FOR UPDATE")

    issue = ("token", "issue", "--role", "auditor")
    locked = identlink(*issue, store=store, url=url)
    with psycopg.connect(url, autocommit=True) as raw:
        found = raw.execute(
            "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'"
        ).fetchall()
        for (pid,) in found:
            raw.execute("SELECT pg_terminate_backend(%s)", (pid,))
    free = identlink(*issue, store=store, url=url)

    assert [pid for (pid,) in found] == [holder.info.backend_pid]
    assert (locked.returncode, free.returncode) == (11, 0), (locked.stderr, free.stderr)
    holder.close()


@pytest.mark.parametrize("trusts", [True, False], ids=["address-passed-on", "one-source"])
def test_callers_are_sources_of_their_own_only_behind_a_trusted_proxy(
    tmp_path: Path, trusts: bool
) -> None:
    told = {"public_url": "https://localhost/identlink"}
    if trusts:
        told["trusted_proxies"] = '["127.0.0.1"]'
    port = free_port()
    with (
        serving(tmp_path, **told) as served,
        in_front_of(served, tmp_path, port=port, strips=False),
    ):
        for address in ("127.0.0.2", "127.0.0.3"):
            _ask_from(address, port, NOTHING)

    sources = {line["source"] for line in served.lines("request") if line["status"] == 404}
    assert len(sources) == (2 if trusts else 1)


@pytest.mark.parametrize("proxy", ["nginx", "haproxy"])
def test_half_sent_requests_of_one_address_hold_up_no_other(tmp_path: Path, proxy: str) -> None:
    port = free_port()
    with serving(tmp_path) as served, _limited(proxy, served, tmp_path, port):
        half_sent = [_opened_from("127.0.0.1", port, HALF_SENT) for _ in range(2)]
        time.sleep(0.3)
        asking = b"GET /identlink/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        refused = _ask_from("127.0.0.1", port, asking)
        answered = _ask_from("127.0.0.2", port, asking)
        for one in half_sent:
            one.close()

    assert refused.startswith(b"HTTP/1.1 429")
    assert answered.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404"))


@contextmanager
def _limited(proxy: str, served: Served, directory: Path, port: int) -> Iterator[None]:
    """Run a proxy before a server that lets two calls at a time pass from one address."""
    if proxy == "nginx":
        with in_front_of(served, directory, port=port, strips=False, calls=2):
            yield
        return
    changes = {
        "127.0.0.1:8400": f"127.0.0.1:{served.port}",
        "127.0.0.1:8080": f"127.0.0.1:{port}",
        "sc0_conn_cur gt 200": "sc0_conn_cur gt 2",
        "inter 2s fall 2 rise 2": "inter 500ms fall 1 rise 1",
    }
    file = directory / "haproxy.cfg"
    file.write_text(adapted(DEPLOY / "proxies/haproxy.cfg", changes))
    command = [program("haproxy"), "-db", "-f", str(file)]
    with running(command, port=port, log=directory / "haproxy.log"):
        yield


def _opened_from(address: str, port: int, content: bytes) -> socket.socket:
    """Return a connection from an address of this machine over which something was sent."""
    opened = socket.create_connection(("127.0.0.1", port), 10.0, (address, 0))
    opened.sendall(content)
    return opened


def _ask_from(address: str, port: int, content: bytes) -> bytes:
    with _opened_from(address, port, content) as opened:
        return opened.recv(65_536)
