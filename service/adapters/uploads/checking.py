"""Checks documents and draws their pages in child processes, and asks ClamAV for viruses.

ClamAV is called through the socket of its daemon, with the command INSTREAM of clamd's protocol: a
document is sent in chunks. Each chunk follows its length in four bytes, most significant byte
first; a length of zero ends the document. The answer is `stream: OK`, `stream: NAME FOUND` or an
error.
"""

import socket
import struct
from dataclasses import dataclass

from domain import errors
from domain.applications.declarations import DocumentUse, UploadFault
from service.adapters.isolation.frames import Frame, Limits
from service.adapters.isolation.worker import Refusals, Worker
from service.ports.uploads import MOST_BYTES, CheckedUpload, DrawnPage

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
            raise errors.ConfigurationError(
                "IDENTLINK_VIRUS_SCANNER is not an address: write unix:/PATH or tcp:HOST:PORT."
            )

    def scan(self, data: bytes) -> None:
        """Return if the document is clean. Raises UploadRefusedError, ScannerUnavailableError."""
        try:
            answer = self._ask(data)
        except OSError:
            raise errors.ScannerUnavailableError(_AWAY) from None
        if answer == "stream: OK":
            return
        if answer.endswith(" FOUND"):
            raise errors.UploadRefusedError(UploadFault.INFECTED)
        # An error of the scanner, such as one of its limits: the document was not scanned.
        raise errors.ScannerUnavailableError(_AWAY)

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


_TASKS = "service.adapters.uploads.pdfs"
_LIMITS = Limits(processor_s=4.0, address_space_mb=1_024, calls=200)
"""The slowest document of 10 MB that was tried takes three seconds of processor time, and usual
documents a tenth. On a busy machine they may have to wait."""
_REFUSALS = Refusals(
    errors.UploadRefusedError,
    {
        "costly": UploadFault.TOO_COSTLY,
        "died": UploadFault.DAMAGED,
        "fault": UploadFault.DAMAGED,
        "memory": UploadFault.TOO_COSTLY,
    },
    busy=errors.UploadsBusyError,
)


class IsolatedUploads:
    """Checks documents in a separate process, one at a time. Thread-safe."""

    def __init__(self, limits: Limits = _LIMITS, *, may_be_unlocked: bool = False) -> None:
        self._worker = Worker(_TASKS, limits, _REFUSALS, may_be_unlocked=may_be_unlocked)

    def check(self, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Return the document as it is stored. Raises UploadRefusedError, UploadsBusyError."""
        if not data:
            raise errors.UploadRefusedError(UploadFault.EMPTY)
        if len(data) > MOST_BYTES:
            raise errors.UploadRefusedError(UploadFault.TOO_LARGE)
        answer = self._worker.ask(Frame({"task": "check", "use": use.value}, (data,)))
        media_type = answer.header.get("media_type")
        if media_type not in {"image/jpeg", "application/pdf"} or len(answer.blobs) != 1:
            raise errors.UploadRefusedError(UploadFault.DAMAGED)
        return CheckedUpload(media_type, answer.blobs[0])

    def close(self) -> None:
        """End the process. The next document starts it again."""
        self._worker.close()


class IsolatedPages:
    """Draws pages in a separate process, one at a time. Thread-safe."""

    def __init__(self, limits: Limits = _LIMITS, *, may_be_unlocked: bool = False) -> None:
        self._worker = Worker(_TASKS, limits, _REFUSALS, may_be_unlocked=may_be_unlocked)

    def draw(self, content: bytes, page: int, width_px: int) -> DrawnPage:
        """Return a page as a picture. Raises UploadRefusedError, UploadsBusyError."""
        call = Frame({"task": "draw", "page": page, "width_px": width_px}, (content,))
        answer = self._worker.ask(call)
        pages = answer.header.get("pages")
        if not isinstance(pages, int) or len(answer.blobs) != 1:
            raise errors.UploadRefusedError(UploadFault.DAMAGED)
        return DrawnPage(answer.blobs[0], pages)

    def close(self) -> None:
        """End the process. The next page starts it again."""
        self._worker.close()
