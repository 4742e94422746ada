"""Every text of the pages, from one catalogue for each language.

A catalogue is one JSON file of texts by dotted names. English and Welsh are complete, which tests
check; another language uses English for the texts that it lacks.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.applications.countries import COUNTRY_NAMES
from domain.errors import ConfigurationError

ENGLISH = "en"
_BUILT_IN = Path(__file__).parent / "messages"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language, by name."""

    language: str
    """ISO 639-1 code, which is also the `lang` of the pages."""
    texts: Mapping[str, str]

    def say(self, name: str, /, **values: object) -> str:
        """Return a text with its values filled in; raises KeyError for an unknown name."""
        text = self.texts[name]
        return text.format(**values) if values else text

    def has(self, name: str) -> bool:
        """Whether there is a text with this name."""
        return name in self.texts


@cache
def english() -> Catalogue:
    """Return the English catalogue."""
    lands = {f"lands.{code}": name for code, name in COUNTRY_NAMES.items()}
    return Catalogue(ENGLISH, {**_read(_BUILT_IN / "en.json"), **lands})


def catalogues(directory: Path | None) -> dict[str, Catalogue]:
    """Return the catalogues by language, English first; raises ConfigurationError.

    A catalogue of the operator adds a language, or replaces texts of a built-in one.
    """
    found = {ENGLISH: english()}
    for path in (*_files(_BUILT_IN), *_files(directory)):
        language, texts = path.stem, _read(path)
        if texts.keys() - english().texts.keys() or not language.isalpha():
            raise ConfigurationError(
                "A message catalogue contains texts that no page uses, or does not name "
                "its language: compare it with the English catalogue."
            )
        known = found.get(language, english()).texts
        found[language] = Catalogue(language, {**known, **texts})
    return found


def _files(directory: Path | None) -> list[Path]:
    return sorted(directory.glob("*.json")) if directory else []


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(_flat(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, AttributeError):
        raise ConfigurationError(
            "A message catalogue must be a JSON object whose values are all text: check the file."
        ) from None


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            yield from _flat(value, f"{prefix}{name}.")
