"""All hosts of one service, running in their namespaces."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.hosts.balancer import Balancer
from tests.hosts.hosts import DRAIN_S, Database, Host
from tests.hosts.network import Cable, namespaces

NAMES = ("a", "b", "c")
"""The hosts of the service."""
_PATIENCE_S = 240.0
_TOKEN = ("token", "issue", "--json", "--role")


@dataclass
class Site:
    """All hosts, running."""

    balancer: Balancer
    hosts: list[Host]
    primary: Database
    standby: Database
    between_databases: Cable
    rng: np.random.Generator
    directory: Path
    whole_again_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def any_host(self) -> Host:
        """Return one of the hosts of the service."""
        return self.hosts[int(self.rng.integers(len(self.hosts)))]

    def suffer(self, name: str, fault: Callable[[Site], None]) -> None:
        """Let a fault happen and end, and note how long it took until all was whole again."""
        fault(self)
        took_s = self.wait_until_whole()
        self.wait_for_standby()
        self.whole_again_s[name].append(took_s)
        sys.stderr.write(f"{name}: whole again after {took_s:.1f} s\n")

    def wait_until_whole(self) -> float:
        """Return the seconds until all hosts are ready and get calls; raises TimeoutError."""
        begun = time.monotonic()
        while missing := [host.name for host in self.hosts if not self.is_whole(host)]:
            if time.monotonic() - begun > _PATIENCE_S:
                raise TimeoutError(missing)
            time.sleep(0.2)
        return time.monotonic() - begun

    def is_whole(self, host: Host) -> bool:
        """Whether a host says that it is ready, and gets calls."""
        return self.balancer.reaches(host) and self.balancer.finds_up(host)

    def replace_primary(self) -> None:
        """Promote the standby, as Patroni or an operator does, and let it work without one."""
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def wait_for_standby(self) -> None:
        """Wait until the standby has everything; from then on commits wait for it."""
        self.primary.wait_for_standbys()
        for _ in range(300):
            if self.primary.has_standby():
                return
            time.sleep(0.2)
        raise TimeoutError(self.standby.processes.output.read_text())

    def token(self, role: str, *more: str) -> str:
        """Return a token that the first host issued."""
        issued = json.loads(self.hosts[0].run(*_TOKEN, role, *more))
        return str(issued["secret"])

    def stop(self) -> None:
        """End all hosts of the service as an operator ends them: they sign the rest."""
        for host in self.hosts:
            host.processes.signal(signal.SIGTERM)
        for host in self.hosts:
            if host.processes.running is not None:
                host.processes.running.wait(90)


@contextmanager
def running_site(seed: int, logs: Path | None = None, *, drain_s: int = DRAIN_S) -> Iterator[Site]:
    """Make namespaces, a balancer, hosts, a primary and its standby; remove all afterwards.

    The logs go into the directory `logs`, if one is given.
    """
    # On a disk, not in memory, wherever other tests lie.
    place = Path(tempfile.mkdtemp(prefix="identlink-hosts-", dir="/var/tmp"))
    # The account of the database goes through it.
    place.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        if logs is not None:
            stack.callback(_keep_logs, place, logs)
        site = _laid(place, seed, stack)
        for database in (site.primary, site.standby):
            stack.callback(database.kill)
        site.primary.make()
        _prepare(site)
        site.standby.follow(site.primary)
        for host in site.hosts:
            host.drain_s = drain_s
            host.install(host.release)
            host.processes.start()
        site.wait_until_whole()
        site.wait_for_standby()
        yield site


def _keep_logs(place: Path, logs: Path) -> None:
    logs.mkdir(parents=True, exist_ok=True)
    for log in (*place.glob("*.log"), *place.glob("*/postgres.log")):
        shutil.copy(log, logs / f"{log.parent.name}-{log.name}")


def _laid(place: Path, seed: int, stack: ExitStack) -> Site:
    """Make namespaces, cables and machines; nothing runs on them but the balancer."""
    first, second, middle, *spaces = stack.enter_context(namespaces("d", "e", "l", *NAMES))
    between = Cable("de", first, second, 5)
    balancer = Balancer(Cable("cl", "", middle, 40), place)
    hosts = [
        _host(name, space, (first, second, middle), number, place)
        for number, (name, space) in enumerate(zip(NAMES, spaces, strict=True), 1)
    ]
    for cable in (between, balancer.to_callers, *(each for host in hosts for each in host.cables)):
        cable.lay()
    primary = Database(first, place / "d", between.near_address)
    standby = Database(second, place / "e", between.far_address)
    for one in (primary, standby, *hosts):
        one.machine.make()
    balancer.start(hosts)
    for processes in (balancer.processes, *(host.processes for host in hosts)):
        stack.callback(processes.kill)
    return Site(balancer, hosts, primary, standby, between, np.random.default_rng(seed), place)


def _host(name: str, space: str, others: tuple[str, str, str], number: int, place: Path) -> Host:
    first, second, balancer = others
    to_databases = (
        Cable(f"d{name}", space, first, 10 + number),
        Cable(f"e{name}", space, second, 20 + number),
    )
    return Host(name, space, Cable(f"l{name}", balancer, space, 30 + number), to_databases, place)


def _prepare(site: Site) -> None:
    """Make role, database and schema, and give all hosts the same key files."""
    first, *others = site.hosts
    with site.primary.connected() as server:
        server.execute("CREATE ROLE identlink LOGIN")
        server.execute("CREATE DATABASE identlink OWNER identlink")
    keys = site.directory / first.name / "keys"
    keys.mkdir(parents=True, mode=0o700)
    (keys / "vault.key").touch(mode=0o600)
    (keys / "vault.key").write_bytes(np.random.default_rng(7).bytes(32))
    first.run("db", "upgrade")
    first.processes.start()
    while not site.is_whole(first):
        time.sleep(0.2)
    site.token("auditor")
    # A host that joins has to remember a checkpoint, as the first one does.
    first.run("log", "checkpoint")
    first.processes.kill()
    own = shutil.ignore_patterns("*.lock", "index.key")
    for host in others:
        shutil.copytree(keys, site.directory / host.name / "keys", ignore=own)
        (site.directory / host.name).chmod(0o700)
