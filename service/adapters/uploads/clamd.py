"""ClamAV through the socket of its daemon: the command INSTREAM of clamd's protocol.

A document is sent in chunks. Each chunk follows its length in four bytes, most significant byte
first; a length of zero ends the document. The answer is `stream: OK`, `stream: NAME FOUND` or an
error.
"""

import socket
import struct
from dataclasses import dataclass

from domain.applications.declarations import UploadFault
from domain.errors import ConfigurationError, ScannerUnavailableError, UploadRefusedError

_CHUNK = 1 << 16
_LONGEST_ANSWER = 4_096
_AWAY = "The virus scanner does not answer: send the document again in a few minutes."


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """Scans documents, with one connection for each. Thread-safe."""

    address: str
    """`unix:/path/of/the/socket` or `tcp:HOST:PORT`."""
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        kind, _, place = self.address.partition(":")
        port = place.rpartition(":")[2]
        if not place or kind not in {"unix", "tcp"} or (kind == "tcp" and not port.isdigit()):
            raise ConfigurationError(
                "IDENTLINK_VIRUS_SCANNER is not an address: write unix:/PATH or tcp:HOST:PORT."
            )

    def scan(self, data: bytes) -> None:
        """Return if the document is clean. Raises UploadRefusedError, ScannerUnavailableError."""
        try:
            answer = self._ask(data)
        except OSError:
            raise ScannerUnavailableError(_AWAY) from None
        if answer == "stream: OK":
            return
        if answer.endswith(" FOUND"):
            raise UploadRefusedError(UploadFault.INFECTED)
        # An error of the scanner, such as one of its limits: the document was not scanned.
        raise ScannerUnavailableError(_AWAY)

    def _ask(self, data: bytes) -> str:
        with self._connected() as connection:
            connection.sendall(b"zINSTREAM\0")
            for at in range(0, len(data), _CHUNK):
                chunk = data[at : at + _CHUNK]
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
                part = connection.recv(_LONGEST_ANSWER)
                if not part:
                    break
                answer += part
        return answer.rstrip(b"\0\n").decode("ascii", "replace")

    def _connected(self) -> socket.socket:
        kind, _, place = self.address.partition(":")
        if kind == "tcp":
            host, _, port = place.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), self.timeout_s)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self.timeout_s)
            connection.connect(place)
        except OSError:
            connection.close()
            raise
        return connection
