"""Converts a message to XML and back, without document types, entities or network access.

The XSD limits every text, number and list. The codec in the domain then checks the same values
again, so that a message means the same on either channel.
"""

from dataclasses import is_dataclass
from functools import cache
from typing import Any

from domain.exchange.codes import FaultCode, MessageFaultError, message_id_of
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
from service.channels.exchange.json_schema import IDENTIFIER
from service.channels.exchange.signatures import part
from service.channels.exchange.xml_schema import xml_schema

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
    for field in fields_of(kind):
        if field.name not in stated:
            continue
        held = stated[field.name]
        for one in held if field.is_tuple else (held,):
            if is_dataclass(field.item.kind):
                _append(etree, element, field.name, field.item.kind, one)
            else:
                etree.SubElement(element, f"{_SPACE}{field.name}").text = _text(one)


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
