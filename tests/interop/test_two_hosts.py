"""`docs/two-hosts.md`, followed word for word: each host a network namespace with its own home.

The test carries `keys.tar`, which the page leaves to the operator, and calls the service at the
balancer meanwhile. PostgreSQL is that of the tests, HAProxy that of the system.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts.hosts import POSTGRES
from tests.hosts.network import Switch, at_home, end_all, namespaces
from tests.integration.api.prints import encounter
from tests.interop.counterparts import DEPLOY, program

PAGE = DEPLOY.parent / "docs/two-hosts.md"
_STEP = re.compile(r"On \*\*(\w+)\*\*|^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HOSTS = {"db1": 11, "db2": 12, "app1": 21, "app2": 22, "lb": 31}
_FRONT = "http://192.0.2.31:8080"
_PATIENCE_S = 300
_PASSWORDS = {"SERVICE_PASSWORD": "service1234", "REPLICATION_PASSWORD": "copying1234"}


def steps() -> list[tuple[str, str]]:
    """Return the blocks of the page, each with the host that was named last before it."""
    found, host = [], ""
    for named, block in _STEP.findall(PAGE.read_text("utf-8")):
        host = named or host
        if block:
            found.append((host, block))
    return found


@dataclass
class Machine:
    """A host of the page: a namespace, and a home and a `/tmp` of its own."""

    space: str
    home: Path

    @property
    def is_database(self) -> bool:
        """Whether PostgreSQL runs on it, which does not run as root."""
        return self.home.name.startswith("db")

    def run(self, script: str) -> str:
        """Run a block in a new shell, as its reader does, and return what it printed."""
        account = "nobody" if self.is_database else ""
        command = [*at_home(self.space, self.home, account), "bash", "-ec", script]
        paths = [Path(sys.executable).parent, POSTGRES, "/usr/sbin", os.environ["PATH"]]
        told = {"HOME": str(self.home), "PATH": ":".join(map(str, paths)), "OMP_NUM_THREADS": "1"}
        printed = self.home / "printed"
        with printed.open("wb") as output:
            # Servers that a block leaves behind keep the output open.
            done = subprocess.run(  # noqa: S603 - of our own document
                command,
                env=told | _PASSWORDS,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE_S,
                check=False,
            )
        text = printed.read_text()
        assert done.returncode == 0, f"{self.home.name}: {script}\n{text}"
        return text


@pytest.fixture
def machines() -> Iterator[dict[str, Machine]]:
    """All hosts of the page, joined by a switch; what runs on them ends with the test."""
    place = Path(tempfile.mkdtemp(prefix="identlink-two-hosts-", dir="/var/tmp"))
    place.chmod(0o755)
    program("haproxy")
    try:
        with namespaces("sw", *_HOSTS) as (switch, *spaces):
            made = dict(zip(_HOSTS, spaces, strict=True))
            Switch(switch).lay({made[name]: f"192.0.2.{n}/24" for name, n in _HOSTS.items()})
            try:
                yield {name: _machine(space, place / name) for name, space in made.items()}
            finally:
                for space in spaces:
                    end_all(space)
    finally:
        shutil.rmtree(place)


def _machine(space: str, home: Path) -> Machine:
    (home / "tmp").mkdir(parents=True)
    machine = Machine(space, home)
    if machine.is_database:
        for owned in (home, home / "tmp"):
            shutil.chown(owned, "nobody")
    if home.name == "lb":
        shutil.copytree(DEPLOY / "proxies", home / "deploy/proxies")
    return machine


class Caller:
    """Enrols people at the balancer, from its host, and keeps who was acknowledged."""

    def __init__(self, machines: dict[str, Machine]) -> None:
        self._lb = machines["lb"]
        token = json.loads((machines["app1"].home / "token.json").read_text())["secret"]
        self._headers = f'-H "Authorization: Bearer {token}" -H "X-Purpose: arrest"'
        self.acknowledged: set[str] = set()

    def enrol(self, number: int) -> None:
        """Enrol somebody, and repeat the call under its key until it is acknowledged."""
        (self._lb.home / "body.json").write_text(json.dumps(encounter(number, force="01")))
        call = (
            f"until curl -s -f -m 20 {self._headers} -H 'Idempotency-Key: key-{number}'"
            " -H 'Content-Type: application/json' --data @body.json"
            f" -o answer.json {_FRONT}/v1/encounters; do sleep 1; done; cat answer.json"
        )
        self.acknowledged.add(json.loads(self._lb.run(call))["encounter_id"])


def stored(machine: Machine) -> set[str]:
    """Return the encounters that a database holds."""
    query = 'psql --dbname=identlink --tuples-only --command="SELECT encounter_id FROM encounters"'
    return set(machine.run(query).split())


@pytest.mark.dear("five hosts are set up by the commands of a page")
def test_two_hosts_are_set_up_by_the_page_and_lose_nothing(machines: dict[str, Machine]) -> None:
    caller, printed = None, []
    begun = time.monotonic()
    for number, (name, block) in enumerate(steps()):
        printed.append((block, machines[name].run(block)))
        if "keys.tar --directory=store --exclude" in block:
            shutil.move(machines["app1"].home / "keys.tar", machines["app2"].home)
        if "haproxy -D" in block:
            caller = Caller(machines)
        # While the primary is away nothing is acknowledged.
        if caller and "rm -r data" not in block and "promote" not in block:
            caller.enrol(number)
    sys.stdout.write(f"{len(printed)} blocks in {time.monotonic() - begun:.0f} s\n")

    status = machines["app1"].run(". ./settings; identlink status")
    assert caller is not None
    assert len(caller.acknowledged) > 5
    assert stored(machines["db2"]) == caller.acknowledged == stored(machines["db1"])
    assert all(f"host {name}" in status for name in ("app1", "app2"))
    standbys = [text.split()[-1] for block, text in printed if "sync_state" in block]
    assert standbys == ["sync", "sync"]
    assert "The log verifies." in machines["app2"].run(". ./settings; identlink log verify")
