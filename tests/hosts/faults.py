"""Faults at random under load: `python -m tests.hosts.faults --faults 100`.

Exit code 0: nothing acknowledged was lost or doubled, and no log was forked. 1: something was.
2: the hosts cannot be made on this machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import load_settings
from service.usecases.log.verification import verify_store
from tests.hosts.hosts import Database, Host, wait_until_whole
from tests.hosts.load import Load
from tests.hosts.network import (
    CUT,
    LOSSY,
    SLOW,
    Cable,
    LinkFault,
    NoNamespacesError,
    has_netem,
    namespaces,
)

UNUSABLE = 2


@dataclass
class Site:
    """All hosts, running."""

    hosts: list[Host]
    primary: Database
    standby: Database
    between_databases: Cable
    rng: np.random.Generator
    directory: Path
    whole_again_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def any_host(self) -> Host:
        """Return one of the two hosts of the service."""
        return self.hosts[int(self.rng.integers(len(self.hosts)))]

    def suffer(self, name: str, fault: Callable[[Site], None]) -> None:
        """Let a fault happen and end, and note how long it took until all was whole again."""
        fault(self)
        took_s = wait_until_whole(self.hosts)
        self.wait_for_standby()
        self.whole_again_s[name].append(took_s)
        sys.stderr.write(f"{name}: whole again after {took_s:.1f} s\n")

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


def killed(site: Site) -> None:
    """Kill a host and start it again."""
    host = site.any_host()
    host.processes.kill()
    time.sleep(site.rng.uniform(0, 2))
    host.processes.start()


def paused(site: Site) -> None:
    """Pause a host, mostly for longer than it may hold the lease of the log, and wake it."""
    host = site.any_host()
    host.processes.signal(signal.SIGSTOP)
    time.sleep(site.rng.uniform(2, 16))
    host.processes.signal(signal.SIGCONT)


def cut_from_callers(site: Site) -> None:
    """Cut a host from its callers, while it works on."""
    _spoiled(site, (site.any_host().to_callers,), CUT)


def cut_from_database(site: Site) -> None:
    """Cut a host from the database, while callers reach it."""
    _spoiled(site, site.any_host().to_databases, CUT)


def losing_packets(site: Site) -> None:
    """Lose packets between a host and the database, and delay the others."""
    _spoiled(site, site.any_host().to_databases, LOSSY)


def slow_database(site: Site) -> None:
    """Put delay between both hosts and the database."""
    _spoiled(site, (cable for host in site.hosts for cable in host.to_databases), SLOW)


def database_killed(site: Site) -> None:
    """Kill the primary as a loss of power does, and start it again."""
    _restarted(site, site.primary)


def standby_killed(site: Site) -> None:
    """Kill the standby, and start it again; nothing is acknowledged meanwhile."""
    _restarted(site, site.standby)


def primary_lost(site: Site) -> None:
    """Lose the primary with its disk; its standby takes over, and a new standby is made."""
    site.primary.kill()
    shutil.rmtree(site.primary.data)
    site.replace_primary()
    wait_until_whole(site.hosts)
    site.standby.follow(site.primary)


def primary_replaced(site: Site) -> None:
    """Cut the primary off and replace it; it comes back and knows nothing of that."""
    cables = [site.between_databases]
    cables += [
        cable for host in site.hosts for cable in host.to_databases if _leads_to(cable, site)
    ]
    with _spoiling(cables, CUT):
        time.sleep(site.rng.uniform(10, 14))
        site.replace_primary()
        wait_until_whole(site.hosts)
    # Both say that they are the primary, until somebody stops the old one.
    time.sleep(site.rng.uniform(5, 10))
    site.standby.rejoin(site.primary)


def _leads_to(cable: Cable, site: Site) -> bool:
    return cable.far == site.primary.space


def _restarted(site: Site, database: Database) -> None:
    database.kill()
    time.sleep(site.rng.uniform(0, 2))
    database.start()


def _spoiled(site: Site, cables: Iterable[Cable], fault: LinkFault) -> None:
    with _spoiling(cables, fault):
        time.sleep(site.rng.uniform(2, 14))


@contextmanager
def _spoiling(cables: Iterable[Cable], fault: LinkFault) -> Iterator[None]:
    with ExitStack() as stack:
        for cable in cables:
            stack.callback(cable.mend)
            cable.spoil(fault)
        yield


FAULTS: dict[str, Callable[[Site], None]] = {
    "host killed": killed,
    "host paused and woken": paused,
    "host cut from callers": cut_from_callers,
    "host cut from database": cut_from_database,
    "packets lost": losing_packets,
    "slow network": slow_database,
    "database killed": database_killed,
    "standby killed": standby_killed,
    "primary lost with its disk": primary_lost,
    "primary cut off and replaced": primary_replaced,
}


@contextmanager
def running_site(seed: int) -> Iterator[Site]:
    """Make namespaces, a primary, its standby and two hosts; remove all of it afterwards."""
    place = Path(tempfile.mkdtemp(prefix="identlink-hosts-"))
    # The account of the database goes through it.
    place.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        first, second, one, two = stack.enter_context(namespaces("d", "e", "a", "b"))
        between = Cable("de", first, second, 5)
        hosts = [
            _host("a", one, (first, second), 1, place),
            _host("b", two, (first, second), 2, place),
        ]
        for cable in (between, *(each for host in hosts for each in host.cables)):
            cable.lay()
        primary = Database(first, place / "d", between.near_address)
        standby = Database(second, place / "e", between.far_address)
        for ended in (primary.kill, standby.kill, *(one.processes.kill for one in hosts)):
            stack.callback(ended)
        primary.make()
        _prepare(hosts, primary, place)
        standby.follow(primary)
        for host in hosts:
            host.processes.start()
        wait_until_whole(hosts)
        site = Site(hosts, primary, standby, between, np.random.default_rng(seed), place)
        site.wait_for_standby()
        yield site


def _host(name: str, space: str, databases: tuple[str, str], number: int, place: Path) -> Host:
    first, second = databases
    to_databases = (
        Cable(f"d{name}", space, first, number),
        Cable(f"e{name}", space, second, number + 2),
    )
    return Host(name, space, Cable(f"c{name}", "", space, number + 10), to_databases, place)


def _prepare(hosts: list[Host], primary: Database, place: Path) -> None:
    """Make role, database and schema, and give both hosts the same key files."""
    first = hosts[0]
    with primary.connected() as server:
        server.execute("CREATE ROLE identlink LOGIN")
        server.execute("CREATE DATABASE identlink OWNER identlink")
    keys = place / "a" / "keys"
    keys.mkdir(parents=True, mode=0o700)
    (keys / "vault.key").touch(mode=0o600)
    (keys / "vault.key").write_bytes(np.random.default_rng(7).bytes(32))
    first.run("db", "upgrade")
    first.processes.start()
    wait_until_whole([first])
    first.run(*_TOKEN, "auditor")
    # A host that joins has to remember a checkpoint, as the first one does.
    first.run("log", "checkpoint")
    first.processes.kill()
    shutil.copytree(
        keys, place / "b" / "keys", ignore=shutil.ignore_patterns("*.lock", "index.key")
    )
    (place / "b").chmod(0o700)


def counted(site: Site, load: Load) -> dict[str, object]:
    """Return what was acknowledged, lost and doubled, and whether the log is one."""
    known = {kind: _ids(site, kind) for kind in ("encounters", "searches")}
    lost = [
        key
        for key, (kind, ids) in load.acknowledged.items()
        if any(one not in known[kind] for one in ids)
    ]
    doubled = sum(len(ids) > 1 for _, ids in load.acknowledged.values())
    # A row beyond those acknowledged, and beyond those never heard of again, was made twice.
    rows = sum(len(each) for each in known.values())
    doubled += max(0, rows - len(load.acknowledged) - load.given_up)
    refused = sum(count for answer, count in load.answers.items() if answer not in {"200", "201"})
    findings = _findings(site, load)
    return {
        "acknowledged": len(load.acknowledged),
        "lost": len(lost),
        "doubled": doubled,
        "never_acknowledged": load.given_up,
        "forked_logs": sum("fork" in one or "root" in one for one in findings),
        "findings": findings,
        "checkpoints_shown": len(load.notes),
        "not_taken_at_first": refused,
        "answers": dict(load.answers),
        "longest_call_s": round(load.longest_s, 1),
    }


def _ids(site: Site, kind: str) -> set[str]:
    column = {"encounters": "encounter_id", "searches": "search_id"}[kind]
    with site.primary.connected("identlink") as server:
        rows = server.execute(f"SELECT {column} FROM {kind}").fetchall()  # noqa: S608
    return {str(row[0]) for row in rows}


def _findings(site: Site, load: Load) -> list[str]:
    """Verify the log against all that either host ever signed, showed or remembers."""
    held = set(load.notes)
    held |= {path.read_bytes() for path in site.directory.glob("*/keys/checkpoint.last")}
    url = f"postgresql://identlink@/identlink?host={site.primary.socket}"
    settings = load_settings(store=site.directory / "a", database_url=url, vault_url=url)
    with open_store(settings) as services:
        trusted = TrustedKeys(open_log_signer(settings).verifier, ())
        report = verify_store(services, trusted, held=sorted(held), is_deep=True)
    return [f"{one.code}: {one.detail}" for one in report.log.findings]


def main() -> int:
    """Run and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--callers", type=int, default=2)
    given = parser.parse_args()
    try:
        with running_site(given.seed) as site:
            counts = _faulted(site, given)
    except (NoNamespacesError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", b"") or b""
        sys.stderr.write(f"The hosts cannot be made here: {error} {told!r}\n")
        return UNUSABLE
    sys.stdout.write(f"{json.dumps(counts, indent=1)}\n")
    return int(any(counts[name] for name in ("lost", "doubled", "forked_logs", "findings")))


def _faulted(site: Site, given: argparse.Namespace) -> dict[str, object]:
    token = json.loads(site.hosts[0].run(*_TOKEN, "force", "--force", "01"))["secret"]
    auditor = json.loads(site.hosts[0].run(*_TOKEN, "auditor"))["secret"]
    load = Load([host.url for host in site.hosts], token, auditor)
    begun = time.monotonic()
    load.start(given.callers)
    try:
        time.sleep(5)
        for _ in range(given.faults):
            name = str(site.rng.choice(sorted(FAULTS)))
            site.suffer(name, FAULTS[name])
            time.sleep(site.rng.uniform(1, 3))
    finally:
        load.finish()
    for host in site.hosts:
        # A paused or busy host ends as an operator ends it: it signs the rest.
        host.processes.signal(signal.SIGTERM)
        if host.processes.running is not None:
            host.processes.running.wait(60)
    times = {
        name: {
            "count": len(each),
            "median_s": round(statistics.median(each), 1),
            "longest_s": round(max(each), 1),
        }
        for name, each in sorted(site.whole_again_s.items())
    }
    facts = {
        "seed": given.seed,
        "faults": given.faults,
        "whole_again": times,
        "netem": has_netem(),
    }
    return {**facts, "seconds": round(time.monotonic() - begun), **counted(site, load)}


_TOKEN = ("token", "issue", "--json", "--role")

if __name__ == "__main__":
    sys.exit(main())
