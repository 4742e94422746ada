"""Faults at random under load: `python -m tests.hosts.faults --faults 100`.

Exit code 0: nothing acknowledged was lost or doubled, no list was partial, and no log was forked.
1: not so.
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
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.hosts.counts import WRONG, counted
from tests.hosts.hosts import Database
from tests.hosts.load import Load
from tests.hosts.machine import Machine
from tests.hosts.network import (
    CUT,
    LOSSY,
    SLOW,
    Cable,
    LinkFault,
    NoNamespacesError,
    has_netem,
)
from tests.hosts.site import Site, running_site

UNUSABLE = 2


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


def balancer_killed(site: Site) -> None:
    """Kill the balancer with all calls that are at it, and start it again."""
    site.balancer.processes.kill()
    time.sleep(site.rng.uniform(0, 2))
    site.balancer.processes.start()


def cut_from_balancer(site: Site) -> None:
    """Cut a host from the balancer, while it works on."""
    _spoiled(site, (site.any_host().to_balancer,), CUT)


def cut_from_database(site: Site) -> None:
    """Cut a host from both databases, while the balancer reaches it."""
    _spoiled(site, site.any_host().to_databases, CUT)


def losing_packets(site: Site) -> None:
    """Lose packets between a host and the database, and delay the others."""
    _spoiled(site, site.any_host().to_databases, LOSSY)


def slow_database(site: Site) -> None:
    """Put delay between all hosts and the databases."""
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
    site.wait_until_whole()
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
        site.wait_until_whole()
    # Both say that they are the primary, until somebody stops the old one.
    time.sleep(site.rng.uniform(5, 10))
    site.standby.rejoin(site.primary)


def slow_disk(site: Site) -> None:
    """Let the disk of a host or of a database take up to half a second over each sync."""
    machine = _any_machine(site)
    machine.slow_disk(int(site.rng.integers(50, 500)))
    time.sleep(site.rng.uniform(4, 14))
    machine.slow_disk(0)


def clock_wrong(site: Site) -> None:
    """Put the clock of a host or of a database minutes ahead or behind, and right again."""
    machine = _any_machine(site)
    machine.set_clock(int(site.rng.integers(2, 11)) * 60 * int(site.rng.choice((-1, 1))))
    time.sleep(site.rng.uniform(4, 14))
    machine.set_clock(0)


def _any_machine(site: Site) -> Machine:
    machines = [one.machine for one in (*site.hosts, site.primary, site.standby)]
    return machines[int(site.rng.integers(len(machines)))]


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
    "balancer killed": balancer_killed,
    "host killed": killed,
    "host paused and woken": paused,
    "host cut from balancer": cut_from_balancer,
    "host cut from database": cut_from_database,
    "packets lost": losing_packets,
    "slow network": slow_database,
    "database killed": database_killed,
    "standby killed": standby_killed,
    "primary lost with its disk": primary_lost,
    "primary cut off and replaced": primary_replaced,
    "slow disk": slow_disk,
    "clock wrong": clock_wrong,
}


def main() -> int:
    """Run and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=sorted(FAULTS), help="Let this fault alone happen.")
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="Begin no fault after these.")
    parser.add_argument(
        "--logs", type=Path, help="The directory that keeps the logs of all hosts."
    )
    given = parser.parse_args()
    try:
        with running_site(given.seed, given.logs) as site:
            counts = _faulted(site, given)
    except (NoNamespacesError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", b"") or b""
        sys.stderr.write(f"The hosts cannot be made here: {error} {told!r}\n")
        return UNUSABLE
    sys.stdout.write(f"{json.dumps(counts, indent=1)}\n")
    return int(any(counts[name] for name in ("ended_by", *WRONG)))


def _faulted(site: Site, given: argparse.Namespace) -> dict[str, object]:
    token = site.token("force", "--force", "01")
    load = Load(site.balancer.url, token, site.token("auditor"))
    begun = time.monotonic()
    load.start(given.callers)
    ended_by = ""
    try:
        names = [given.only] if given.only else sorted(FAULTS)
        _suffered(site, names, given.faults, begun + 60 * given.minutes)
    except (RuntimeError, TimeoutError) as error:
        # What was acknowledged until then is counted all the same.
        ended_by = f"{type(error).__name__}: {error}"
    finally:
        load.finish()
    site.stop()
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
        "faults": sum(map(len, site.whole_again_s.values())),
        "ended_by": ended_by,
        "whole_again": times,
        "netem": has_netem(),
    }
    return {**facts, "seconds": round(time.monotonic() - begun), **counted(site, load)}


def _suffered(site: Site, names: list[str], faults: int, ends: float) -> None:
    """Let so many of these faults happen, none of which begins after a time."""
    time.sleep(5)
    for _ in range(faults):
        if time.monotonic() > ends:
            return
        name = str(site.rng.choice(names))
        site.suffer(name, FAULTS[name])
        time.sleep(site.rng.uniform(1, 3))


if __name__ == "__main__":
    sys.exit(main())
