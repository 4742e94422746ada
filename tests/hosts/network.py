"""Network namespaces, joined by cables that can be cut, slowed and made to lose packets."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PREFIX = f"idl{os.getpid() % 10_000}"
"""Begins the names of all namespaces and cables of this run; names have 15 letters at most."""


class NoNamespacesError(Exception):
    """This machine makes no network namespaces."""


@dataclass(frozen=True, slots=True)
class LinkFault:
    """What is done to a cable: by netem, or where the kernel has none, by a bucket of tokens."""

    by_netem: tuple[str, ...]
    by_bucket: tuple[str, ...]


CUT = LinkFault(
    ("netem", "loss", "100%"), ("tbf", "rate", "8bit", "burst", "1600", "limit", "1600")
)
LOSSY = LinkFault(
    ("netem", "loss", "20%", "delay", "20ms", "10ms"),
    ("tbf", "rate", "400kbit", "burst", "4000", "limit", "4000"),
)
"""A fifth of the packets lost; by a bucket: those beyond 400 kbit/s."""
SLOW = LinkFault(
    ("netem", "delay", "50ms"), ("tbf", "rate", "1mbit", "burst", "2000", "latency", "400ms")
)


@cache
def has_netem() -> bool:
    """Whether the kernel has netem."""
    with namespaces("n") as (space,):
        words = ("tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms")
        try:
            run(*_in(space), *words)
        except subprocess.CalledProcessError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Cable:
    """A pair of interfaces between two places; `net` is the third number of its addresses."""

    name: str
    near: str
    """The namespace of its first end; empty: that of the callers."""
    far: str
    net: int

    @property
    def near_address(self) -> str:
        """The address of the first end."""
        return f"10.77.{self.net}.1"

    @property
    def far_address(self) -> str:
        """The address of the second end."""
        return f"10.77.{self.net}.2"

    def spoil(self, fault: LinkFault) -> None:
        """Lose or delay packets in both directions, without a word to either end."""
        words = fault.by_netem if has_netem() else fault.by_bucket
        for end, space in self._ends():
            run(*_in(space), "tc", "qdisc", "replace", "dev", end, "root", *words)

    def mend(self) -> None:
        """Let everything through again."""
        for end, space in self._ends():
            run(*_in(space), "tc", "qdisc", "del", "dev", end, "root", is_checked=False)

    def lay(self) -> None:
        """Make the cable."""
        (near, _), (far, _) = self._ends()
        run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        for end, space, address in (
            (near, self.near, self.near_address),
            (far, self.far, self.far_address),
        ):
            if space:
                run("ip", "link", "set", end, "netns", space)
            run(*_in(space), "ip", "address", "add", f"{address}/30", "dev", end)
            run(*_in(space), "ip", "link", "set", end, "up")

    def _ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (f"{PREFIX}{self.name}0", self.near), (f"{PREFIX}{self.name}1", self.far)


@dataclass(frozen=True, slots=True)
class Switch:
    """A namespace that joins others to one network."""

    space: str

    def lay(self, addresses: dict[str, str]) -> None:
        """Join namespaces under these addresses, such as `192.0.2.1/24`."""
        self._begin()
        for number, (space, address) in enumerate(addresses.items()):
            port, end = self._names(number)
            run("ip", "link", "add", port, "type", "veth", "peer", "name", end)
            run("ip", "link", "set", port, "netns", self.space)
            run("ip", "link", "set", end, "netns", space)
            self._join(port, space, end, address)

    def lay_slow(self, addresses: dict[str, str], program: Path, round_trip_ms: float) -> None:
        """Join them by cables on which a packet and its answer take so long, between any two.

        Each is a process in the namespace of the switch, by the program of `delay.c`.
        """
        self._begin()
        # A packet and its answer go through two of them, both ways.
        delay = str(round(round_trip_ms * 1000 / 4))
        for number, (space, address) in enumerate(addresses.items()):
            port, end = self._names(number)
            words = [*_in(self.space), str(program), self.space, port, space, end, delay]
            process = subprocess.Popen(words, stdout=subprocess.PIPE)  # noqa: S603
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            self._join(port, space, end, address)

    def set_port(self, number: int, state: str) -> None:
        """Cut off the namespace with this number, counted from 0, or join it: `down` or `up`."""
        run(*_in(self.space), "ip", "link", "set", self._names(number)[0], state)

    def _begin(self) -> None:
        run(*_in(self.space), "ip", "link", "add", "switch", "type", "bridge")
        run(*_in(self.space), "ip", "link", "set", "switch", "up")

    def _join(self, port: str, space: str, end: str, address: str) -> None:
        run(*_in(self.space), "ip", "link", "set", port, "master", "switch", "up")
        run(*_in(space), "ip", "address", "add", address, "dev", end)
        run(*_in(space), "ip", "link", "set", end, "up")

    def _names(self, number: int) -> tuple[str, str]:
        return f"{self.space}p{number}", f"{self.space}q{number}"


def at_home(space: str, home: Path, account: str = "") -> list[str]:
    """Return the words before a command that runs it in a namespace, with a `/tmp` of its own."""
    own = f'mount --bind "{home}/tmp" /tmp && cd "{home}" && exec "$@"'  # noqa: S108 - its own
    switched = ["runuser", "-u", account, "--"] if account else []
    return [*_in(space), "bash", "-c", own, "sh", *switched]


@contextmanager
def namespaces(*names: str) -> Iterator[list[str]]:
    """Make namespaces and remove them afterwards, with their cables.

    Raises NoNamespacesError, which says what is missing.
    """
    for tool in ("ip", "tc"):
        if shutil.which(tool) is None:
            raise NoNamespacesError(f"{tool} is not installed: apt-get install iproute2.")
    made: list[str] = []
    try:
        for name in names:
            space = f"{PREFIX}{name}"
            try:
                run("ip", "netns", "add", space)
            except subprocess.CalledProcessError as error:
                raise NoNamespacesError(
                    f"No network namespace can be made here: {error.stderr.strip()}. It takes root"
                    " (CAP_SYS_ADMIN, CAP_NET_ADMIN)."
                ) from error
            made.append(space)
            run("ip", "-n", space, "link", "set", "lo", "up")
        yield made
    finally:
        for space in made:
            run("ip", "netns", "delete", space, is_checked=False)


def inside(space: str) -> list[str]:
    """Return the words before a command that runs it in a namespace."""
    return _in(space)


def end_all(space: str) -> None:
    """End all processes of a namespace at once, as a loss of power does, and wait for that."""
    words = ("ip", "netns", "pids", space)
    while listed := subprocess.run(words, check=True, capture_output=True, text=True).stdout:  # noqa: S603
        for number in map(int, listed.split()):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.1)


def run(*words: str, is_checked: bool = True) -> None:
    """Run a command; raises CalledProcessError with its error output."""
    subprocess.run(words, check=is_checked, capture_output=True, text=True)  # noqa: S603


def _in(space: str) -> list[str]:
    return ["ip", "netns", "exec", space] if space else []
