"""HAProxy in a namespace of its own, with the file of `deploy/proxies`, before all hosts."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.hosts.hosts import PORT, Host, Processes
from tests.hosts.network import Cable, NoNamespacesError, inside

_OURS = Path(__file__).parents[2] / "deploy/proxies/haproxy.cfg"
_FRONT, _FIGURES = 8080, 8081
_STATISTICS = """
frontend statistics
    bind {address}:{port}
    stats enable
    stats uri /
"""


@dataclass
class Balancer:
    """The address that callers know."""

    to_callers: Cable
    """Its first end is at the callers, its second here."""
    directory: Path
    processes: Processes = field(init=False)

    def start(self, hosts: list[Host]) -> None:
        """Start it before these hosts. Raises NoNamespacesError where it is not installed."""
        program = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin")
        if program is None:
            raise NoNamespacesError("haproxy is not installed: apt-get install haproxy.")
        file = self.directory / "haproxy.cfg"
        file.write_text(self._configuration(hosts))
        command = [*inside(self.to_callers.far), program, "-db", "-f", str(file)]
        self.processes = Processes(command, {}, self.directory / "haproxy.log")
        self.processes.start()

    def _configuration(self, hosts: list[Host]) -> str:
        """Return the file of ours with these addresses, and nothing else changed."""
        text = _OURS.read_text()
        front, server = "bind 127.0.0.1:8080", "    server one 127.0.0.1:8400"
        assert front in text
        assert server in text
        servers = (f"    server {host.name} {host.address}:{PORT}" for host in hosts)
        text = text.replace(front, f"bind {self._address}:{_FRONT}")
        text = text.replace(server, "\n".join(servers))
        return text + _STATISTICS.format(address=self._address, port=_FIGURES)

    @property
    def url(self) -> str:
        """Its address for callers."""
        return f"http://{self._address}:{_FRONT}"

    def figures(self) -> list[dict[str, str]]:
        """Return its row for each host; none while it does not answer."""
        try:
            text = httpx2.get(f"http://{self._address}:{_FIGURES}/;csv", timeout=5).text
        except httpx2.HTTPError:
            return []
        rows = csv.DictReader(io.StringIO(text.removeprefix("# ")))
        return [row for row in rows if row["check_status"]]

    def finds_up(self, host: Host) -> bool:
        """Whether it gives calls to a host."""
        return any(
            row["svname"] == host.name and row["status"] == "UP" and row["check_status"] == "L7OK"
            for row in self.figures()
        )

    def reaches(self, host: Host) -> bool:
        """Whether a host says that it is ready to somebody who stands where this one stands."""
        words = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"]
        command = [*inside(self.to_callers.far), *words, f"http://{host.address}:{PORT}/readyz"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout == "200"

    @property
    def _address(self) -> str:
        return self.to_callers.far_address
