"""pgbouncer gives each transaction to any session: limits, force and templates come along."""

from __future__ import annotations

import io
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from domain.errors import StoreUnavailableError
from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from service.storage.engine.engines import open_engine, read_connection
from service.storage.engine.settings import DatabaseSettings
from tests.integration.api.driver import World
from tests.interop.counterparts import DEPLOY, adapted, free_port, program, running
from tests.postgres import PostgresDatabase, as_plain_role, own_directory


@contextmanager
def pooled(postgres: PostgresDatabase, directory: Path) -> Iterator[str]:
    """Run pgbouncer before the server; yield the address of the database behind it."""
    as_plain_role(postgres.server_url)
    parsed, port = urlsplit(postgres.server_url), free_port()
    place = parse_qs(parsed.query)["host"][0]
    directory.chmod(0o755)
    users = directory / "userlist.txt"
    users.write_text('"identlink" ""\n')
    ours = adapted(
        DEPLOY / "proxies/pgbouncer.ini",
        {
            "host=/run/postgresql port=5432 dbname=identlink": (
                f"host={place} port={parsed.port or 5432} dbname={parsed.path[1:]}"
            ),
            "listen_port = 6432": f"listen_port = {port}",
            "auth_type = scram-sha-256": "auth_type = trust",
            "/etc/pgbouncer/userlist.txt": str(users),
            # So few that transactions of all callers take turns on them.
            "default_pool_size = 20": "default_pool_size = 3",
        },
    )
    file = directory / "pgbouncer.ini"
    file.write_text(ours)
    command = [program("pgbouncer"), str(file)]
    if os.geteuid() == 0:
        # It does not run as root: as the account of the server, which alone reaches its socket.
        account = pwd.getpwuid(Path(place).stat().st_uid).pw_name
        command = [command[0], "-u", account, *command[1:]]
    with running(command, port=port, log=directory / "pgbouncer.log"):
        yield f"postgresql+psycopg://identlink@127.0.0.1:{port}/identlink"


@pytest.fixture
def behind(postgres: PostgresDatabase, postgres_url: str) -> Iterator[str]:
    del postgres_url
    with own_directory() as directory, pooled(postgres, directory) as url:
        yield url


def test_people_are_enrolled_found_and_hidden_from_other_forces(
    behind: str, tmp_path: Path
) -> None:
    settings = load_settings(store=tmp_path / "store", database_url=behind)
    app = create_app(assemble(settings, load_scorer()), logger=build_logger(io.StringIO()))
    with TestClient(app, raise_server_exceptions=False) as client:
        world = World(app, client, io.StringIO())
        forces = [world.force("01"), world.force("47")]
        for person in range(4):
            world.enrol(person)
        with ThreadPoolExecutor(8) as pool:
            searches = list(
                pool.map(lambda n: world.search(n % 4, force=("01", "47")[n % 2]), range(16))
            )
        seen = [
            [user.get(f"/v1/searches/{search_id}").status_code for user in forces]
            for search_id in searches
        ]

    assert seen == [[200, 404], [404, 200]] * 8


def test_limits_hold_in_every_transaction_and_leave_no_trace(behind: str) -> None:
    settings = DatabaseSettings(statement_timeout_ms=300, lock_timeout_ms=200)
    engine = open_engine(behind, settings)
    with read_connection(engine) as connection:
        found = [
            connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "timezone", "identlink.force")
        ]
    with pytest.raises(StoreUnavailableError), read_connection(engine) as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    engine.dispose()
    with psycopg.connect(behind.replace("+psycopg", ""), autocommit=True) as other:
        left = [
            other.execute(f"SELECT current_setting('{name}', true)").fetchone()
            for name in ("statement_timeout", "identlink.force")
        ]

    assert found == ["300ms", "200ms", "UTC", "*"]
    assert left in ([("0",), ("",)], [("0",), (None,)])


def test_a_database_that_is_down_behind_it_is_one_sentence(tmp_path: Path) -> None:
    directory, port = tmp_path, free_port()
    directory.chmod(0o755)
    (directory / "userlist.txt").write_text('"identlink" ""\n')
    ours = adapted(
        DEPLOY / "proxies/pgbouncer.ini",
        {
            "host=/run/postgresql port=5432": f"host=127.0.0.1 port={free_port()}",
            "listen_port = 6432": f"listen_port = {port}",
            "auth_type = scram-sha-256": "auth_type = trust",
            "/etc/pgbouncer/userlist.txt": str(directory / "userlist.txt"),
            "pool_mode": "client_login_timeout = 3\npool_mode",
        },
    )
    (directory / "pgbouncer.ini").write_text(ours)
    command = [program("pgbouncer"), "-u", "nobody", str(directory / "pgbouncer.ini")]
    if os.geteuid() != 0:
        del command[1:3]
    with running(command, port=port, log=directory / "log"):
        ended = subprocess.run(
            [sys.executable, "-m", "service", "serve", "--port", "0"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ
            | {
                "IDENTLINK_STORE": str(directory / "store"),
                "IDENTLINK_DATABASE_URL": f"postgresql://identlink@127.0.0.1:{port}/identlink",
            },
        )

    assert ended.returncode == 10
    assert ended.stderr.count("\n") == 1, ended.stderr
