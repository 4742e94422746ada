"""Channels to other States: signed messages over HTTPS, or files in a folder.

A message becomes XML and back, without document types, entities or network access. The XSD limits
every text, number and list. The codec in the domain then checks the same values again, so that a
message means the same on either channel.
"""

import http.client
import json
import os
import ssl
import stat
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from domain.exchange.codes import FaultCode, MessageFaultError, Partner, message_id_of
from domain.exchange.contents import MOST_CONVICTIONS
from domain.exchange.messages import (
    CONTENTS,
    MOST_BYTES,
    NAMES,
    Envelope,
    Message,
    message_from,
    plain_message,
)
from domain.exchange.shapes import FieldShape, fields_of
from service.channels.exchange.signatures import part
from service.channels.exchange.xml_schema import IDENTIFIER, xml_schema
from service.channels.timed_socket import (
    Deadline,
    addresses_of,
    connected,
    port_of,
    trust_of_this_machine,
)
from service.ports.exchange import Carriage, Carried, Found

_SPACE = f"{{{IDENTIFIER}}}"
_CLASSES: dict[str, type] = {
    "envelope": Envelope,
    **{NAMES[kind]: content for kind, content in CONTENTS.items()},
}


def write_xml(message: Message) -> bytes:
    """Return a message as XML, UTF-8.

    Raises ConfigurationError when the extra is not installed.
    """
    etree = part("lxml.etree")
    root = etree.Element(f"{_SPACE}message", nsmap={None: IDENTIFIER})
    for name, stated in plain_message(message).items():
        _append(etree, root, name, _CLASSES[name], stated)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def read_xml(body: bytes) -> Message:
    """Return the message that an XML text contains.

    Raises MessageFaultError for XML that is truncated, too large, of another schema, or has a
    document type. Raises ConfigurationError when the extra is not installed.
    """
    if len(body) > MOST_BYTES:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    if b"\0" in body:
        # Probably UTF-16, in which the search for forbidden markup below would find nothing.
        raise MessageFaultError(fault=FaultCode.MALFORMED)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise MessageFaultError(fault=FaultCode.FORBIDDEN_MARKUP)
    root = _parsed(body)
    if len(root.findall(f".//{_SPACE}convictions")) > MOST_CONVICTIONS:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    if not _schema().validate(root):
        fault = MessageFaultError(fault=FaultCode.MALFORMED)
        fault.about = message_id_of(root.findtext(f"{_SPACE}envelope/{_SPACE}message_id"))
        raise fault
    return message_from({name: _plain(_CLASSES[name], one) for name, one in _children(root)})


def _parsed(body: bytes) -> Any:
    etree = part("lxml.etree")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        # The parser's error message quotes the file.
        raise MessageFaultError(fault=FaultCode.MALFORMED) from None
    if root.getroottree().docinfo.doctype:
        raise MessageFaultError(fault=FaultCode.FORBIDDEN_MARKUP)
    return root


@cache
def _schema() -> Any:
    etree = part("lxml.etree")
    return etree.XMLSchema(etree.fromstring(xml_schema().encode()))


def _append(etree: Any, parent: Any, name: str, kind: type, stated: Any) -> None:
    """Append an element that contains the fields of a class, in order."""
    element = etree.SubElement(parent, f"{_SPACE}{name}")
    for shape in fields_of(kind):
        if shape.name not in stated:
            continue
        held = stated[shape.name]
        for one in held if shape.is_tuple else (held,):
            if is_dataclass(shape.item.kind):
                _append(etree, element, shape.name, shape.item.kind, one)
            else:
                etree.SubElement(element, f"{_SPACE}{shape.name}").text = _text(one)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _plain(kind: type, element: Any) -> dict[str, Any]:
    """Return the plain values that a schema element contains."""
    shapes = {one.name: one for one in fields_of(kind)}
    found: dict[str, Any] = {}
    for name, child in _children(element):
        field = shapes[name]
        value = _value(field, child)
        if field.is_tuple:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _value(field: FieldShape, element: Any) -> Any:
    kind = field.item.kind
    if is_dataclass(kind):
        return _plain(kind, element)
    text = element.text or ""
    if kind is bool:
        return text.strip() in ("true", "1")
    return int(text) if kind is int else text


def _children(element: Any) -> list[tuple[str, Any]]:
    return [(child.tag.removeprefix(_SPACE), child) for child in element]


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
    tls: ssl.SSLContext = field(default_factory=trust_of_this_machine)

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

        Files still being written, and those that cannot be read now, are skipped.
        """
        try:
            paths = sorted(self._folder(partner, "in").glob("*.xml"))
        except OSError:
            return ()
        return tuple(islice(filter(None, map(_read, paths)), most))

    def settle(self, partner: Partner, found: Found) -> None:
        """Move a file away once its content has been stored durably."""
        source = self._folder(partner, "in") / Path(found.name).name
        target = self._folder(partner, "refused" if found.fault else "done")
        try:
            source.replace(target / source.name)
        except OSError:
            # A directory stands there, or is to be moved there.
            source.replace(target / f"{source.name}.{uuid.uuid4().hex}")

    def _folder(self, partner: Partner, name: str) -> Path:
        folder = self.root / partner.state / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def _read(path: Path) -> Found | None:
    """Return a message, or None if it cannot be read now.

    Whoever fills the folder may put there a pipe, which would never end, or a link to our files.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return Found(path.name, None, MessageFaultError(fault=FaultCode.MALFORMED))
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            return Found(path.name, read_xml(stream.read(MOST_BYTES + 1)))
    except MessageFaultError as refused:
        return Found(path.name, None, refused)
    except OSError:
        return None


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    beside = path.with_suffix(".part")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
