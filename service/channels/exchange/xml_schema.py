"""The published XML and JSON Schemas of a message, made from the fields of the domain classes.

The XML Schema is identlink's own. It has the elements that ECRIS documents name, and claims no
conformity with the schema of any other system.
"""

import json
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from xml.sax.saxutils import quoteattr

from domain.exchange.messages import CONTENTS, NAMES, Envelope
from domain.exchange.shapes import FieldShape, Shape, Text, Whole, fields_of

# As `shapes.FORBIDDEN`; most control characters cannot be written in XML at all.
_PLAIN = (
    "[^&#x9;&#xA;&#xD;&#x7F;-&#x9F;&#x61C;&#x200E;&#x200F;&#x202A;-&#x202E;&#x2066;-&#x2069;]+"
)


def xml_schema() -> str:
    """Return the schema, XML Schema 1.0."""
    types: dict[str, str] = {}
    _define(Envelope, types)
    for content in CONTENTS.values():
        _define(content, types)
    choices = "".join(
        f'\n        <xs:element name="{NAMES[kind]}" type="m:{content.__name__}"/>'
        for kind, content in CONTENTS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:m="{IDENTIFIER}" targetNamespace="{IDENTIFIER}" elementFormDefault="qualified">\n'
        '  <xs:element name="message">\n    <xs:complexType>\n      <xs:sequence>\n'
        '        <xs:element name="envelope" type="m:Envelope"/>\n'
        f"        <xs:choice>{choices}\n        </xs:choice>\n"
        "      </xs:sequence>\n    </xs:complexType>\n  </xs:element>\n"
        + "".join(types[name] for name in sorted(types))
        + "</xs:schema>\n"
    )


def _define(kind: type, types: dict[str, str]) -> str:
    """Define a class on first use and return the name of its XML type."""
    name = kind.__name__
    if name not in types:
        types[name] = ""
        elements = "".join(_element(one, types) for one in fields_of(kind))
        types[name] = (
            f'  <xs:complexType name="{name}">\n    <xs:sequence>\n{elements}'
            "    </xs:sequence>\n  </xs:complexType>\n"
        )
    return f"m:{name}"


def _element(field: FieldShape, types: dict[str, str]) -> str:
    least = "" if field.is_required else ' minOccurs="0"'
    most = f' maxOccurs="{field.most}"' if field.is_tuple else ""
    head = f'      <xs:element name="{field.name}"{least}{most}'
    kind = field.item.kind
    if is_dataclass(kind):
        return f'{head} type="{_define(kind, types)}"/>\n'
    if kind in _NAMED:
        return f'{head} type="{_NAMED[kind]}"/>\n'
    base, facets = _facets(field.item)
    return (
        f'{head}>\n        <xs:simpleType><xs:restriction base="{base}">{facets}'
        "</xs:restriction></xs:simpleType>\n      </xs:element>\n"
    )


def _facets(shape: Shape) -> tuple[str, str]:
    bounds = shape.bounds
    if isinstance(bounds, Whole):
        return (
            "xs:long",
            f'<xs:minInclusive value="{bounds.least}"/><xs:maxInclusive value="{bounds.most}"/>',
        )
    if isinstance(bounds, Text):
        pattern = f'"{_PLAIN}"' if bounds.pattern is None else quoteattr(bounds.pattern)
        return (
            "xs:string",
            f'<xs:maxLength value="{bounds.longest}"/><xs:pattern value={pattern}/>',
        )
    if issubclass(shape.kind, StrEnum):
        values = "".join(f"<xs:enumeration value={quoteattr(one.value)}/>" for one in shape.kind)
        return "xs:string", values
    raise TypeError(f"A {shape.kind.__name__} cannot be written as XML.")


_NAMED: dict[type, str] = {bool: "xs:boolean", date: "xs:date", datetime: "xs:dateTime"}


IDENTIFIER = "urn:identlink:exchange:1"
"""Name and version of the schema; also the XML namespace."""

# As `shapes.FORBIDDEN`, in ECMA-262 regular expressions. Surrogates are left out because they
# cannot be written in UTF-8.
_PLAIN_TYPES = (
    r"^[^\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]+$"
)


def json_schema() -> dict[str, Any]:
    """Return the schema, JSON Schema draft 2020-12: one object for each kind of message."""
    definitions: dict[str, Any] = {}
    kinds = [
        {
            "type": "object",
            "properties": {
                "envelope": _of_class(Envelope, definitions),
                NAMES[kind]: _of_class(content, definitions),
            },
            "required": ["envelope", NAMES[kind]],
            "additionalProperties": False,
        }
        for kind, content in CONTENTS.items()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "title": "A message of identlink's exchange of convictions, version 1",
        "oneOf": kinds,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the schema as the text of the published file."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=True) + "\n"


def _of_class(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to the definition of a class, adding the definition on first use."""
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        shapes = fields_of(kind)
        definitions[name] = {
            "type": "object",
            "properties": {one.name: _of_field(one, definitions) for one in shapes},
            "required": [one.name for one in shapes if one.is_required],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _of_field(field: FieldShape, definitions: dict[str, Any]) -> dict[str, Any]:
    item = _of_shape(field.item, definitions)
    if not field.is_tuple:
        return item
    return {"type": "array", "items": item, "minItems": 1, "maxItems": field.most}


def _of_shape(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    kind, bounds = shape.kind, shape.bounds
    if is_dataclass(kind):
        return _of_class(kind, definitions)
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [one.value for one in kind]}
    if isinstance(bounds, Whole):
        return {"type": "integer", "minimum": bounds.least, "maximum": bounds.most}
    if isinstance(bounds, Text):
        pattern = _PLAIN_TYPES if bounds.pattern is None else f"^({bounds.pattern})$"
        return {"type": "string", "minLength": 1, "maxLength": bounds.longest, "pattern": pattern}
    return dict(_PLAIN_KINDS[kind])


_PLAIN_KINDS: dict[type, dict[str, str]] = {
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}
