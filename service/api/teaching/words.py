"""The meaning of each property: a sentence for a name, another one where a schema differs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.json")


@cache
def words() -> dict[str, str]:
    """Return the sentences by `property` or `Schema.property`."""
    found: dict[str, str] = json.loads(_FILE.read_text("utf-8"))
    return found


def describe(schemas: dict[str, Any]) -> None:
    """Give each property without a description its sentence, in place."""
    for name, schema in schemas.items():
        for field, told in schema.get("properties", {}).items():
            sentence = words().get(f"{name}.{field}", words().get(field))
            if sentence is not None:
                told.setdefault("description", sentence)
