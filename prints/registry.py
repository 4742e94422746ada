"""The template formats there are. A new one is a module of `prints.formats` and a line here."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import UnknownTemplateFormatError
from prints.formats import minutiae_192, synthetic_192
from prints.print_format import PrintFormat


@dataclass(frozen=True, slots=True)
class Registry:
    """Formats by label; the first is the one of a store that is set to none."""

    formats: tuple[PrintFormat, ...]

    @property
    def default(self) -> PrintFormat:
        """The format of a store that is set to none."""
        return self.formats[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, the default first."""
        return tuple(fmt.label for fmt in self.formats)

    def named(self, label: str) -> PrintFormat:
        """Return the format with this label; raises UnknownTemplateFormatError."""
        for fmt in self.formats:
            if fmt.label == label:
                return fmt
        raise UnknownTemplateFormatError(
            f"There is no such template format: use {', '.join(self.labels)}."
        )


FORMATS = Registry((synthetic_192.FORMAT, minutiae_192.FORMAT))
