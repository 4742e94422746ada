"""The tables of docs/configuration.md, made from the settings and the fields of the log.

`python -m tests.unit.service.configuration` writes them anew; a test fails while they differ.
"""

from __future__ import annotations

from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from service.logs import LOGGED_FIELDS
from service.settings import ENVIRONMENT_PREFIX, Settings

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration.md"


def rows() -> list[str]:
    """Return one row for each setting."""
    return [
        f"| `{ENVIRONMENT_PREFIX}{name.upper()}` | {_words(field.default)} | {_meaning(field)} |"
        for name, field in sorted(Settings.model_fields.items(), key=_is_inherited)
    ]


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())


def _is_inherited(setting: tuple[str, object]) -> bool:
    """Put the settings of one subject, which have a class of their own, last."""
    return setting[0] not in Settings.__annotations__


def rows_of(text: str) -> list[str]:
    """Return the rows about settings that a text holds."""
    return [line for line in text.splitlines() if line.startswith(f"| `{ENVIRONMENT_PREFIX}")]


def log_rows() -> list[str]:
    """Return one row for each field of a log line, with its name in the Elastic Common Schema."""
    return [f"| `{field}` | `{name}` |" for field, name in LOGGED_FIELDS.items()]


def log_rows_of(text: str) -> list[str]:
    """Return the rows about fields of the log that a text holds."""
    table = text.partition("| Field | With `ecs` |\n|---|---|\n")[2].partition("\n\n")[0]
    return table.splitlines()


def _words(default: object) -> str:
    if default is PydanticUndefined:
        return "of this host"
    return "none" if default in (None, "", (), frozenset()) else f"`{default}`"


def main() -> None:
    """Write the tables."""
    text = DOCUMENT.read_text("utf-8")
    for before, now in ((rows_of(text), rows()), (log_rows_of(text), log_rows())):
        text = text.replace("\n".join(before), "\n".join(now))
    DOCUMENT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
