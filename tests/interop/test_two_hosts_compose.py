"""The scripts of `deploy/two-hosts.yaml` make two hosts and a standby, without any container.

Each script runs as it stands there, but for the places of volumes, programs and servers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
import yaml

from tests.hosts.hosts import ACCOUNT, AS_ACCOUNT, POSTGRES, Processes
from tests.interop.counterparts import DEPLOY, free_port, program

COMPOSITION: dict[str, Any] = yaml.safe_load((DEPLOY / "two-hosts.yaml").read_text())
SERVICES, VOLUMES = COMPOSITION["services"], COMPOSITION["volumes"]
PASSWORDS = {"POSTGRES_PASSWORD": "service1234", "REPLICATION_PASSWORD": "copying1234"}
_PROGRAMS = ":".join((str(Path(sys.executable).parent), str(POSTGRES), "/usr/sbin:/usr/bin:/bin"))


@dataclass
class Composition:
    """Its volumes as directories, its servers of PostgreSQL at ports of this machine."""

    place: Path
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("db1", "db2", "app1", "app2")}
    )
    running: list[Processes] = field(default_factory=list)

    def script(self, name: str) -> list[str]:
        """Return the command of a service, with its places on this machine."""
        one = SERVICES[name]
        text = self._placed("\n".join(one["command"]).replace("$$", "$"), name)
        return [*one["entrypoint"], text]

    def _placed(self, text: str, name: str) -> str:
        volumes = [volume.split(":") for volume in SERVICES[name]["volumes"]]
        text = text.replace("/tmp/", f"{self.place}/")  # noqa: S108 - of the container
        # The longest first: one begins with another.
        for source, path, *_ in sorted(volumes, key=lambda each: -len(each[1])):
            is_file = source.startswith(".")
            text = text.replace(path, str(DEPLOY / source if is_file else self.place / source))
        return text.replace("/opt/identlink/bin", str(Path(sys.executable).parent))

    def environment(self, name: str) -> dict[str, str]:
        """Return the settings of a host, its directories and its address."""
        told = {key: self._known(value) for key, value in SERVICES[name]["environment"].items()}
        places = {
            "IDENTLINK_STORE": self._placed("/var/lib/identlink", name),
            "IDENTLINK_KEYS": self._placed("/var/lib/identlink-keys", name),
        }
        address = {"IDENTLINK_PORT": str(self.ports.get(name, 0)), "OMP_NUM_THREADS": "1"}
        return {"PATH": _PROGRAMS, "HOME": str(self.place), **told, **places, **address}

    def _known(self, value: str) -> str:
        for name, password in PASSWORDS.items():
            value = value.replace("${" + name + ":?set it}", password)
        for name in ("db1", "db2"):
            value = value.replace(f"{name}:5432", f"127.0.0.1:{self.ports[name]}")
        return value

    def run(self, *words: str, environment: Mapping[str, str], account: bool = False) -> str:
        """Run a command to its end, and return what it printed."""
        done = subprocess.run(  # noqa: S603 - of our own file
            [*(AS_ACCOUNT if account else ()), *words],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            umask=0o077,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start what runs until the test ends."""
        log = self.place / f"{name}.log"
        self.running.append(Processes(command, environment, log))
        self.running[-1].start()

    def of_database(self, name: str) -> dict[str, str]:
        """Return the environment of a database, as its image sets it."""
        data = self.place / f"database{name[-1]}"
        there = {"PGDATA": str(data), "PGPORT": str(self.ports[name]), "PGHOST": str(data.parent)}
        return {"PATH": _PROGRAMS, **there, **PASSWORDS}

    def connected(self, name: str) -> psycopg.Connection:
        """Return a connection of the superuser, once the server answers."""
        address = f"host={self.place} port={self.ports[name]} user=postgres dbname=postgres"
        for _ in range(150):
            with suppress(psycopg.OperationalError):
                return psycopg.connect(address, autocommit=True)
            time.sleep(0.2)
        raise AssertionError((self.place / f"{name}.log").read_text())


@pytest.fixture
def composition() -> Iterator[Composition]:
    """Empty volumes; what was started on them ends with the test."""
    place = Path(tempfile.mkdtemp(prefix="identlink-compose-", dir="/var/tmp"))
    made = Composition(place)
    try:
        for name in VOLUMES:
            (place / name).mkdir(mode=0o700)
        if AS_ACCOUNT:
            for owned in (place, place / "database1", place / "database2"):
                shutil.chown(owned, ACCOUNT)
        yield made
    finally:
        for one in reversed(made.running):
            one.kill()
        shutil.rmtree(place)


def start_databases(made: Composition) -> None:
    """Start both: the first as its image does, with our script; the second by its command."""
    first = made.of_database("db1")
    own = f"-k {made.place}"
    words = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
    made.run("initdb", *words, environment=first, account=True)
    log = str(made.place / "init.log")  # a server without a log would keep our pipe
    made.run("pg_ctl", "-l", log, "-o", f"{own} -h ''", "start", environment=first, account=True)
    made.run("sh", str(DEPLOY / "postgres-init.sh"), environment=first, account=True)
    made.run("pg_ctl", "-w", "-m", "fast", "stop", environment=first, account=True)
    served = ["-k", str(made.place), "-h", "127.0.0.1"]
    made.start("db1", [*AS_ACCOUNT, "postgres", *served], first)
    made.connected("db1").close()
    *shell, script = made.script("db2")
    script = script.replace("host=db1", f"host=127.0.0.1 port={made.ports['db1']}")
    script = script.replace("exec postgres", f"exec postgres {' '.join(served)}")
    made.start("db2", [*AS_ACCOUNT, *shell, script], made.of_database("db2"))
    made.connected("db2").close()


def serve(made: Composition, name: str) -> None:
    """Start a host of the service, and wait until it is ready."""
    made.start(name, ["identlink", "serve"], made.environment(name))
    for _ in range(300):
        with suppress(httpx2.HTTPError):
            ready = httpx2.get(f"http://127.0.0.1:{made.ports[name]}/readyz", timeout=60)
            if ready.status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError((made.place / f"{name}.log").read_text())


@pytest.mark.dear("two servers of PostgreSQL and two of the service are started")
def test_its_scripts_make_a_standby_and_two_hosts_with_the_same_keys(
    composition: Composition,
) -> None:
    made = composition
    start_databases(made)
    for _ in range(2):  # the second time as after `down` and `up`
        made.run(*made.script("schema"), environment=made.environment("schema"))
    serve(made, "app1")
    for _ in range(2):
        made.run(*made.script("keys"), environment=made.environment("keys"))
    serve(made, "app2")

    told = made.run("identlink", "status", environment=made.environment("app2"))
    verified = made.run("identlink", "log", "verify", environment=made.environment("app2"))
    with made.connected("db1") as server:
        standbys = server.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
    first, second = made.place / "keys1", made.place / "keys2"
    assert standbys == [("sync",)]
    assert all(f"host {name}" in told for name in ("app1", "app2"))
    assert "The log verifies." in verified
    assert (first / "vault.key").read_bytes() == (second / "vault.key").read_bytes()
    assert (first / "index.key").read_bytes() != (second / "index.key").read_bytes()
    assert not list(made.place.glob("keys*/vault.sqlite*"))


def test_the_balancer_accepts_the_file_that_its_script_writes(composition: Composition) -> None:
    program("haproxy")
    *shell, script = composition.script("lb")

    composition.run(*shell, script.replace("-W -db", "-c"), environment={"PATH": _PROGRAMS})

    written = (composition.place / "haproxy.cfg").read_text()
    assert written.count("    server app") == 2
    assert "127.0.0.1" not in written.partition("defaults")[2]
