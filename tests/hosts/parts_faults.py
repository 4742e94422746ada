"""What happens to the hosts of a gallery in parts, while `parts_caller` searches it.

Each fault is made from the host that searches, which has the control store, and stays.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.hosts.network import Switch, end_all

RESTARTED = "control_store_restarted"
LATER = "a_minute_later"
_ENDS_WITHIN_S = 30.0
_NOTICED_WITHIN_S = 60.0
Hosts = dict[int, str]
"""The namespaces of the hosts by their number on the switch; 0 is the one that searches."""


def store_killed(_switch: Switch, _hosts: Hosts) -> None:
    """Kill the control store."""
    os.kill(_control_store(), signal.SIGKILL)


def store_restarted(_switch: Switch, _hosts: Hosts) -> None:
    """Kill the control store, which keeps nothing on disk, and start it again as it was."""
    number = _control_store()
    process = Path("/proc") / str(number)
    words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    pairs = (each.split(b"=", 1) for each in (process / "environ").read_bytes().split(b"\0"))
    environment = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    os.kill(number, signal.SIGKILL)
    _await_end(process)
    subprocess.Popen(  # noqa: S603 - the words it was started with
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def host_lost(_switch: Switch, hosts: Hosts) -> None:
    """End all processes of the last host."""
    end_all(hosts[max(hosts)])


def cut_off(switch: Switch, hosts: Hosts) -> None:
    """Cut all hosts but one with parts off from the host that searches, and from each other."""
    for number in sorted(hosts)[2:]:
        switch.set_port(number, "down")


def joined(switch: Switch, hosts: Hosts) -> None:
    """Let everything through again."""
    for number in hosts:
        switch.set_port(number, "up")


def nothing(_switch: Switch, _hosts: Hosts) -> None:
    """Wait until Ray has noticed what happened."""
    time.sleep(_NOTICED_WITHIN_S)


FAULTS: dict[str, Callable[[Switch, Hosts], None]] = {
    "control_store_killed": store_killed,
    RESTARTED: store_restarted,
    LATER: nothing,
    "one_host_lost_too": host_lost,
    "network_split": cut_off,
    "network_whole_again": joined,
}


def _control_store() -> int:
    """Return the process of the control store, which runs on this host."""
    own = Path("/proc/self/ns/net").readlink()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name = (entry / "cmdline").read_bytes().split(b"\0")[0]
            if name.endswith(b"gcs_server") and (entry / "ns/net").readlink() == own:
                return int(entry.name)
    raise LookupError("No control store runs on this host.")


def _await_end(process: Path) -> None:
    """Wait until a killed process has no memory any more: it may stay in the list of processes."""
    ends = time.monotonic() + _ENDS_WITHIN_S
    while time.monotonic() < ends:
        try:
            if not (process / "cmdline").read_bytes():
                return
        except OSError:
            return
        time.sleep(0.05)
    raise TimeoutError("The control store did not end.")
