"""Channels to other States: signed messages over HTTPS, or files in a folder."""

import http.client
import json
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from domain.exchange.codes import FaultCode, MessageFaultError, Partner
from domain.exchange.messages import MOST_BYTES, Message
from service.channels.exchange.xml_messages import read_xml, write_xml
from service.channels.timed_socket import Deadline, addresses_of, connected, port_of
from service.ports.exchange import Carriage, Carried, Found

_TIMEOUT_S = 30.0
_MOST_BYTES = 16_000_000
_OK = 200
_SERVER_FAULTS = 500
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class SignedHttpChannel:
    """Sends transmissions by HTTP POST; thread-safe.

    Without `allow_plain` an address must use HTTPS. With it, plain HTTP is allowed: to a proxy in
    the same network that adds encryption, or in tests.
    """

    allow_plain: bool = False
    timeout_s: float = _TIMEOUT_S
    """The longest time, in seconds, that one call may take in total."""
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Send transmissions and return the reply."""
        target = urlsplit(partner.address)
        if target.scheme != "https" and not self.allow_plain:
            return Carriage(Carried.REFUSED)
        body = json.dumps({"transmissions": list(transmissions)}).encode()
        try:
            status, answer = self._post(target, body, Deadline.after(self.timeout_s))
        except (OSError, ValueError, http.client.HTTPException):
            return Carriage(Carried.UNREACHABLE)
        if status >= _SERVER_FAULTS or status == _TOO_MANY:
            return Carriage(Carried.UNREACHABLE)
        answers = _answers(answer) if status == _OK else None
        if answers is None:
            return Carriage(Carried.REFUSED)
        return Carriage(Carried.TAKEN, answers)

    def _post(self, target: SplitResult, body: bytes, deadline: Deadline) -> tuple[int, bytes]:
        address = addresses_of(target.hostname or "", port_of(target), deadline)[0]
        with connected(target, address, deadline, self.tls) as connection:
            headers = {"Content-Type": "application/json", "User-Agent": "identlink"}
            connection.request("POST", target.path or "/", body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError
        return response.status, content


def _answers(content: bytes) -> tuple[str, ...] | None:
    """Return the transmissions in a reply; None if the reply has another form."""
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError):
        return None
    found = stated.get("transmissions") if isinstance(stated, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class DropFolder:
    """The folders of all States under one root; thread-safe across different States."""

    root: Path

    def put(self, partner: Partner, messages: Sequence[Message]) -> Carried:
        """Write each message completely or not at all. Messages already in the folder are kept."""
        try:
            folder = self._folder(partner, "out")
            for message in messages:
                _write(folder / f"{message.message_id}.xml", write_xml(message))
        except OSError:
            return Carried.UNREACHABLE
        return Carried.TAKEN

    def found(self, partner: Partner, most: int) -> tuple[Found, ...]:
        """Return messages that have arrived, in order of file name.

        Files still being written are skipped.
        """
        try:
            paths = sorted(self._folder(partner, "in").glob("*.xml"))[:most]
        except OSError:
            return ()
        return tuple(_read(path) for path in paths)

    def settle(self, partner: Partner, found: Found) -> None:
        """Move a file away once its content has been stored durably."""
        source = self._folder(partner, "in") / Path(found.name).name
        target = self._folder(partner, "refused" if found.fault else "done")
        source.replace(target / source.name)

    def _folder(self, partner: Partner, name: str) -> Path:
        folder = self.root / partner.state / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def _read(path: Path) -> Found:
    try:
        if path.stat().st_size > MOST_BYTES:
            return Found(path.name, None, MessageFaultError(fault=FaultCode.TOO_LARGE))
        return Found(path.name, read_xml(path.read_bytes()))
    except MessageFaultError as refused:
        return Found(path.name, None, refused)
    except OSError:
        return Found(path.name, None, MessageFaultError(fault=FaultCode.MALFORMED))


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    beside = path.with_suffix(".part")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
