"""The tools that prints went through, as provenance names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintTool:
    """An extractor, quality meter, vector maker or matcher. Equal tools give equal results."""

    name: str
    version: str
    digest: str
    """SHA-256, hexadecimal, of the inputs of the result beside the code of this version: a
    model file, a library, the constants."""

    @property
    def label(self) -> str:
        """The form that people read: `name/version`."""
        return f"{self.name}/{self.version}"
