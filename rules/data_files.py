"""The data of the rules: JSON files named after their identifier, each with its digest."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.errors import UnknownRuleError

_DIRECTORY = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of rules, as read."""

    identifier: str
    """Name and version, such as `england-and-wales/1`."""
    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    content: dict[str, Any]


@cache
def data_file(identifier: str) -> DataFile:
    """Return the data of `identifier`. Raises UnknownRuleError if there is no such file."""
    path = _DIRECTORY / f"{identifier.replace('/', '-')}.json"
    if path.parent != _DIRECTORY or not path.is_file():
        raise UnknownRuleError(f"There are no rules named {identifier[:60]!r}: check the name.")
    return read_file(path, identifier)


def read_file(path: Path, identifier: str) -> DataFile:
    """Return a file's data, with its digest. Raises UnknownRuleError if it is not JSON."""
    try:
        content = path.read_bytes()
        return DataFile(identifier, hashlib.sha256(content).hexdigest(), json.loads(content))
    except (OSError, ValueError) as error:
        raise UnknownRuleError(
            f"The data file of the rule set {identifier[:60]!r} cannot be read."
        ) from error
