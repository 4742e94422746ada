"""The published JSON Schema of a message, generated from the fields of the domain classes."""

import json
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.exchange.messages import CONTENTS, NAMES, Envelope
from domain.exchange.shapes import FieldShape, Shape, Text, Whole, fields_of

IDENTIFIER = "urn:identlink:exchange:1"
"""Name and version of the schema; also the XML namespace."""

# As `shapes.FORBIDDEN`, in ECMA-262 regular expressions. Surrogates are left out because they
# cannot be written in UTF-8.
_PLAIN = (
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
        pattern = _PLAIN if bounds.pattern is None else f"^({bounds.pattern})$"
        return {"type": "string", "minLength": 1, "maxLength": bounds.longest, "pattern": pattern}
    return dict(_PLAIN_KINDS[kind])


_PLAIN_KINDS: dict[type, dict[str, str]] = {
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}
