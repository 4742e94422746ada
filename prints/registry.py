"""The template formats. A new one is a module in `prints.formats` and an entry here."""

from dataclasses import dataclass

from domain.errors import UnknownTemplateFormatError
from prints.formats import minutiae_192, synthetic_192
from prints.print_format import PrintFormat


@dataclass(frozen=True, slots=True)
class Registry:
    """Formats by label. The first format is used by a store that does not set one."""

    formats: tuple[PrintFormat, ...]

    @property
    def default(self) -> PrintFormat:
        """The format of a store that does not set one."""
        return self.formats[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the formats, that of the default first."""
        return tuple(fmt.label for fmt in self.formats)

    def named(self, label: str) -> PrintFormat:
        """Return the format with this label. Raises UnknownTemplateFormatError."""
        for fmt in self.formats:
            if fmt.label == label:
                return fmt
        raise UnknownTemplateFormatError(
            f"There is no such template format: use one of {', '.join(self.labels)}."
        )


FORMATS = Registry((synthetic_192.FORMAT, minutiae_192.FORMAT))
