"""A rolling upgrade under load: `python -m tests.hosts.upgrade`.

The schema is upgraded while the servers of this release serve; then each host is drained, gets the
next release and serves again, before the next one. `--no-drain` replaces them without: it shows
what the drain is for. Exit code 0: no call failed, nothing acknowledged was lost or doubled, and
all hosts serve the next release. 1: not so. 2: the hosts cannot be made on this machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.hosts.counts import WRONG, counted
from tests.hosts.hosts import DRAIN_S, RELEASE, Host
from tests.hosts.load import Load
from tests.hosts.network import NoNamespacesError
from tests.hosts.site import Site, running_site
from tests.next_release import NEXT, next_release, write_step

VERSION = "99.0"
"""What the next release says that it is."""
_FLOORS = ("domain", "indexing", "matching", "data", "prints", "rules", "service")
_UNUSABLE = 2


def written(place: Path) -> Path:
    """Write the release after this one: the same programs, another version, one migration more."""
    for floor in _FLOORS:
        shutil.copytree(RELEASE / floor, place / floor)
    write_step(place / "service/storage/migrations")
    about = place / f"identlink-{VERSION}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: identlink\nVersion: {VERSION}\n"
    )
    return place


def upgraded(site: Site, release: Path) -> dict[str, float]:
    """Upgrade the schema, then host after host; return how long each was away, in seconds."""
    first = site.hosts[0]
    first.release = release
    first.run("db", "upgrade")
    return {host.name: _replaced(site, host, release) for host in site.hosts}


def _replaced(site: Site, host: Host, release: Path) -> float:
    begun = time.monotonic()
    host.processes.signal(signal.SIGTERM)
    if host.processes.running is not None:
        host.processes.running.wait(120)
    host.install(release)
    host.processes.start()
    site.wait_until_whole()
    return round(time.monotonic() - begun, 1)


def releases(site: Site) -> dict[str, str]:
    """Return the version that each host serves, by what it told the database."""
    with site.primary.connected("identlink") as server:
        return dict(server.execute("SELECT host, version FROM hosts").fetchall())


def schema(site: Site) -> str:
    """Return the revision of the schema."""
    with site.primary.connected("identlink") as server:
        row = server.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row and row[0])


def main() -> int:
    """Run and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--no-drain", action="store_true", help="Set IDENTLINK_DRAIN_S to 0.")
    given = parser.parse_args()
    try:
        with running_site(seed=1, drain_s=0 if given.no_drain else DRAIN_S) as site:
            counts = _upgraded_under_load(site, given.callers)
    except (NoNamespacesError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"The hosts cannot be made here: {error}\n")
        return _UNUSABLE
    sys.stdout.write(f"{json.dumps(counts, indent=1)}\n")
    bad = ("failed_calls", "never_acknowledged", *WRONG)
    is_next = set(counts["releases"].values()) == {VERSION} and counts["schema"] == NEXT
    return int(any(counts[name] for name in bad) or not is_next)


def _upgraded_under_load(site: Site, callers: int) -> dict[str, Any]:
    release = written(site.directory / "next")
    before = {"releases_before": releases(site), "schema_before": schema(site)}
    load = Load(site.balancer.url, site.token("force", "--force", "01"), site.token("auditor"))
    load.start(callers)
    try:
        time.sleep(5)
        away_s = upgraded(site, release)
        time.sleep(5)
    finally:
        load.finish()
    after = {"releases": releases(site), "schema": schema(site), "away_s": away_s}
    site.stop()
    # This release refuses the schema of the next one.
    with next_release(site.directory / "steps"):
        return {**before, **after, **counted(site, load)}


if __name__ == "__main__":
    sys.exit(main())
