"""The versions by which stores open and results compare, for `--version`."""

import json
import platform
from importlib.resources import files

from prints.registry import FORMATS
from service.adapters.surroundings import code_version
from service.storage.engine.migrate import latest


def version_told() -> str:
    """Return the versions of the program, its schema, its template formats and its model."""
    model = json.loads(files("matching").joinpath("models/model.json").read_text("utf-8"))
    return "\n".join(
        (
            f"identlink {code_version()}",
            f"schema of a store: {latest()}",
            f"template formats: {', '.join(FORMATS.labels)}",
            f"model of evidence: {model['name']} {model['version']}",
            f"Python: {platform.python_version()}",
            "licence: Apache-2.0",
        )
    )
