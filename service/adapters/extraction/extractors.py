"""The extractors, by name, and the one that reads marks."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import ConfigurationError
from service.adapters.extraction.leader import MARKS, LeaderMinutiae
from service.adapters.extraction.nbis import NbisMinutiae, NbisQuality
from service.ports.print_reading import MinutiaExtractor, QualityMeter

_EXTRACTORS: dict[str, Callable[[], MinutiaExtractor]] = {
    "nbis": NbisMinutiae,
    "leader": LeaderMinutiae,
}
EXTRACTOR_NAMES = tuple(_EXTRACTORS)

AUTO = "auto"
"""LEADER where it is installed, otherwise NBIS."""


def minutia_extractor(name: str) -> MinutiaExtractor:
    """Return the extractor of this name; raises ConfigurationError.

    It is opened here: a model file is read, a library loaded.
    """
    if name == AUTO:
        return _first_installed()
    if name not in _EXTRACTORS:
        raise ConfigurationError(
            f"This minutiae extractor is not known: use {' or '.join(EXTRACTOR_NAMES)}."
        )
    return _EXTRACTORS[name]()


def _first_installed() -> MinutiaExtractor:
    try:
        return LeaderMinutiae()
    except ConfigurationError:
        return NbisMinutiae()


def mark_extractor(name: str) -> MinutiaExtractor:
    """Return the extractor of marks where this one reads prints; raises ConfigurationError.

    LEADER wherever it is installed: NBIS finds most of its minutiae in the ground of a mark.
    """
    try:
        return LeaderMinutiae(MARKS)
    except ConfigurationError:
        return minutia_extractor(name)


def quality_meter() -> QualityMeter:
    """Return the meter of quality, NFIQ 2; raises ConfigurationError if it is not installed."""
    return NbisQuality()
