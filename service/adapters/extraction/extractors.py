"""The extractors by name, and the extractor for marks."""

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
"""LEADER if it is installed, otherwise NBIS."""


def minutia_extractor(name: str) -> MinutiaExtractor:
    """Return the extractor with this name. Raises ConfigurationError.

    The extractor is opened here: its model file is read, or its library loaded.
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
    """Return the extractor for marks beside that for prints. Raises ConfigurationError.

    It is LEADER if that is installed, because NBIS finds most of its minutiae in the background of
    a mark.
    """
    try:
        return LeaderMinutiae(MARKS)
    except ConfigurationError:
        return minutia_extractor(name)


def quality_meter() -> QualityMeter:
    """Return the quality meter, NFIQ 2. Raises ConfigurationError if it is not installed."""
    return NbisQuality()
