"""An example of every body and answer, made from the schemas so that it is always up to date.

People and numbers in the examples are invented; each template is one vector of equal parts.
"""

from __future__ import annotations

import base64
import struct
from typing import Any

from prints.registry import FORMATS

_REF = "#/components/schemas/"
_ID = "5f0c3a1de94b4c1c8a52f4f2b0c7d913"
_DEEP = 12
"""The number of nested schema levels that are shown."""

_VALUES: dict[str, Any] = {
    "asn": "2001010000000000001X",
    "authority": "order-2026/117",
    "code": "TH68001",
    "code_version": "0.1.0",
    "country": "GBR",
    "court_code": "HC0003",
    "cro_numbers": [],
    "dates_of_birth": ["1984-03-12"],
    "days": 30,
    "decided_on": "2024-02-01",
    "disposal_code": "HD001",
    "documents": [],
    "dpi": 500,
    "encoding": "f16",
    "encounter_ids": [_ID, _ID[::-1]],
    "end_date": "2026-03-14",
    "exemptions": [],
    "expires_in": 900,
    "force": "01",
    "forename": "Ada",
    "format": FORMATS.default.label,
    "holder": "01",
    "image": None,
    "instance": _ID,
    "label": "QXB",
    "line": "1 High Street",
    "matter": "volumes",
    "minutiae": None,
    "month": "2026-03",
    "name": "custody-suite",
    "nationalities": [],
    "nationality": "GBR",
    "number": "2001/0000001A",
    "offence_code": "LA1916.2",
    "on_behalf_of": "A1234",
    "parents": [],
    "person_id": None,
    "picture": "iVBORw0KGgo=",
    "pnc_ids": [],
    "pointer": "/impressions/0/quality",
    "position": 1,
    "postcode": "EX1 1AA",
    "ppi": None,
    "previous_names": [],
    "quality": 82,
    "quarter": "2026Q1",
    "reason": "Ridge flow and points agree.",
    "reference": "CUST-2026-004711",
    "scan_ppi": 600,
    "secret": "shown-this-once",
    "sex": "female",
    "surname": "Example",
    "token_type": "Bearer",
    "topics": ["search.concluded"],
    "town": "Exampleton",
    "type": "/problems/malformed-request",
    "url": "https://custody.example/identlink",
    "version": 1,
}
"""Values of properties by name, where the schema alone would give a bad example."""

_BY_FORMAT = {
    "date-time": "2026-03-14T09:26:53Z",
    "date": "2026-03-14",
    "binary": "",
}
_OF_KIND = {"integer": 1, "number": 0.5, "boolean": False, "null": None}


def example_of(schema: dict[str, Any], schemas: dict[str, Any], *, name: str = "") -> Any:
    """Return an example value for this schema; `name` is the name of the property."""
    return _Maker(schemas).make(schema, name, 0)


class _Maker:
    """Builds an example value by following a schema down to its leaves."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas

    def make(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        """Return an example value."""
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].removeprefix(_REF)]
        if name in _VALUES and "const" not in schema and _fits(_VALUES[name], schema):
            return _VALUES[name]
        choices = schema.get("anyOf", schema.get("oneOf"))
        if choices:
            return self.make(choices[0], name, depth)
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
        return schema.get("const", schema.get("enum", [_plain(schema, name)])[0])

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        if depth > _DEEP:
            return {}
        return {
            field: self.make(told, field, depth + 1)
            for field, told in schema.get("properties", {}).items()
        }

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        if depth > _DEEP:
            return []
        one = name.removesuffix("s")
        items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        return [self.make(items, one, depth + 1)] * max(1, schema.get("minItems", 0))


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value has the type of a schema or of one of its choices."""
    choices = schema.get("anyOf", [schema])
    types = {choice.get("type") for choice in choices}
    match value:
        case None:
            return "null" in types
        case str():
            allowed = [choice["enum"] for choice in choices if "enum" in choice]
            is_named = any("$ref" in choice for choice in choices)
            return not is_named and "string" in types and all(value in one for one in allowed)
        case list():
            return "array" in types
        case _:
            return "integer" in types or "number" in types


def _plain(schema: dict[str, Any], name: str) -> Any:
    kind = schema.get("type")
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    return _string(schema, name)


def _string(schema: dict[str, Any], name: str) -> str:
    if name == "data":
        return _template()
    if name.endswith(("_digest", "_sha256")):
        return "5f0c3a1d" * 8
    if name.endswith(("_id", "_by")) or name in {"actor", "examiner", "user"}:
        return _ID
    return _BY_FORMAT.get(schema.get("format", ""), _text(schema))


def _text(schema: dict[str, Any]) -> str:
    return "In words." if schema.get("minLength", 1) and "pattern" not in schema else "example"


def _template() -> str:
    """Return a template of 192 equal parts, as 16-bit floats in base64."""
    return base64.b64encode(struct.pack("<e", 192**-0.5) * 192).decode()
