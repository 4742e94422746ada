"""The published schemas are those in the documents, and name every field of a message."""

from __future__ import annotations

import json
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from domain.exchange.messages import CONTENTS, NAMES, Envelope
from domain.exchange.shapes import fields_of
from service.channels.exchange.xml_schema import schema_text, xml_schema

SCHEMAS = Path(__file__).parents[5] / "docs" / "schemas"


def _classes(kind: Any, found: set[Any]) -> set[Any]:
    if kind not in found:
        found.add(kind)
        for field in fields_of(kind):
            if is_dataclass(field.item.kind):
                _classes(field.item.kind, found)
    return found


def test_the_documents_hold_the_schemas_of_today() -> None:
    for name, text in (("exchange-1.json", schema_text()), ("exchange-1.xsd", xml_schema())):
        published = (SCHEMAS / name).read_text(encoding="utf-8")
        assert published == text, name


def test_the_json_schema_has_every_field_with_its_bounds() -> None:
    schema = json.loads(schema_text())
    classes = {one for root in (Envelope, *CONTENTS.values()) for one in _classes(root, set())}

    assert {one.__name__ for one in classes} == set(schema["$defs"])
    for kind in classes:
        stated = schema["$defs"][kind.__name__]
        assert list(stated["properties"]) == [one.name for one in fields_of(kind)]
        assert stated["additionalProperties"] is False
    assert [list(one["properties"])[1] for one in schema["oneOf"]] == list(NAMES.values())
