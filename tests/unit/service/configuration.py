"""The table of docs/configuration.md, made from the settings themselves.

`python -m tests.unit.service.configuration` writes it anew; a test fails while they differ.
"""

from __future__ import annotations

from pathlib import Path

from service.settings import ENVIRONMENT_PREFIX, Settings

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration.md"


def rows() -> list[str]:
    """Return one row for each setting."""
    return [
        f"| `{ENVIRONMENT_PREFIX}{name.upper()}` | {_words(field.default)} | {field.description} |"
        for name, field in sorted(Settings.model_fields.items(), key=_is_inherited)
    ]


def _is_inherited(setting: tuple[str, object]) -> bool:
    """Put the settings of one subject, which have a class of their own, last."""
    return setting[0] not in Settings.__annotations__


def rows_of(text: str) -> list[str]:
    """Return the rows about settings that a text holds."""
    return [line for line in text.splitlines() if line.startswith(f"| `{ENVIRONMENT_PREFIX}")]


def _words(default: object) -> str:
    return "none" if default in (None, "", ()) else f"`{default}`"


def main() -> None:
    """Write the table."""
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(text.replace("\n".join(rows_of(text)), "\n".join(rows())), "utf-8")


if __name__ == "__main__":
    main()
