"""The tables of names, which are JSON files beside this module: each is read once."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def written(name: str) -> Any:
    """Return the content of a table, such as `lists`."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
