"""The clock and the disk of one host, which its processes share: wrong, or slow.

A library of our own, built from `machine.c`, is loaded before all others into these processes.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.hosts.network import NoNamespacesError

_SOURCE = Path(__file__).with_name("machine.c")


@dataclass
class Machine:
    """What a host has apart from its network; `place` may be read by every account."""

    place: Path
    clock_s: int = 0
    """How far its wall clock is ahead of the right time, in seconds."""
    sync_ms: int = 0
    """How much longer its disk takes over each sync, in milliseconds."""

    def make(self) -> None:
        """Build the library. Raises NoNamespacesError where there is no compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            raise NoNamespacesError("cc is not installed: apt-get install gcc libc6-dev.")
        self.place.mkdir(parents=True)
        self.place.chmod(0o755)
        words = ["-shared", "-fPIC", "-O1", "-o", str(self._library), str(_SOURCE)]
        subprocess.run([compiler, *words], check=True, capture_output=True)  # noqa: S603
        self._tell()
        self._state.chmod(0o644)

    def set_clock(self, clock_s: int) -> None:
        """Put its clock ahead of the right time, or behind it."""
        self.clock_s = clock_s
        self._tell()

    def slow_disk(self, sync_ms: int) -> None:
        """Let each sync take longer."""
        self.sync_ms = sync_ms
        self._tell()

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with."""
        return {"LD_PRELOAD": str(self._library), "TEST_MACHINE": str(self._state)}

    def _tell(self) -> None:
        """Write what the library reads at each call; its file is the same one from the first."""
        with self._state.open("r+b" if self._state.exists() else "w+b") as file:
            file.write(struct.pack("=qq", self.clock_s, self.sync_ms * 1000))

    @property
    def _library(self) -> Path:
        return self.place / "machine.so"

    @property
    def _state(self) -> Path:
        return self.place / "state"
