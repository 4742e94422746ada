"""Writes the settings of the public's pages into `docs/public-pages.md`."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from service.public.desk import PREFIX, PublicSettings

PAGE = Path(__file__).parents[4] / "docs" / "public-pages.md"
_PART = re.compile(r"(<!-- begin settings -->\n).*?(<!-- end settings -->)", re.DOTALL)


def table() -> str:
    """Return the table: each setting with its default and meaning."""
    lines = ["| Setting | Default | Meaning |", "| --- | --- | --- |"]
    for name, told in PublicSettings.model_fields.items():
        has_default = told.default not in (PydanticUndefined, None, "", (), {})
        default = f"`{told.default}`" if has_default else ""
        meaning = " ".join((told.description or "").split())
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """Return the page with today's settings."""
    return _PART.sub(lambda found: f"{found[1]}{table()}{found[2]}", page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
