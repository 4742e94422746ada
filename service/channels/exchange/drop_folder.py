"""A folder of XML files for a gateway that others operate.

Each State has its own folder with `out` and `in`, and with `done` and `refused` for files that
have been read. A file is written under a temporary name and then renamed, so that a gateway never
sees half of a file. Files are not signed: whoever can write to a State's `in` folder speaks for
that State, and the permissions of the folder decide who can.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.exchange.codec import MOST_BYTES
from domain.exchange.codes import FaultCode, MessageFaultError, Partner
from domain.exchange.messages import Message
from service.channels.exchange.xml_messages import read_xml, write_xml
from service.ports.exchange import Carried, Found


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
