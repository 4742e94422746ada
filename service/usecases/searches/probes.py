"""A probe checked against the search it is meant for, and turned into arrays."""

from __future__ import annotations

from typing import assert_never

from domain.errors import EmptyProbeError, UnsupportedSearchError
from domain.prints import Impression, ImpressionType, check_positions
from domain.searches import Probe, SearchType


def check_probe(search_type: SearchType, probe: Probe) -> None:
    """Refuse a probe that does not fit the search type.

    Raises EmptyProbeError, UnsupportedSearchError, DuplicatePositionError.
    """
    if not probe.impressions and probe.details.is_empty:
        raise EmptyProbeError("Give fingers, details or both.")
    match search_type:
        case SearchType.TP_TP | SearchType.TP_LT:
            _check_tenprint(probe.impressions)
        case SearchType.LT_TP | SearchType.LT_LT:
            _check_mark(probe.impressions)
        case SearchType.NAMES:
            if probe.impressions:
                raise UnsupportedSearchError("The names enquiry contains fingers: leave them out.")
        case _:
            assert_never(search_type)


def _check_tenprint(impressions: tuple[Impression, ...]) -> None:
    if not impressions:
        raise UnsupportedSearchError("The tenprint search has no finger: add at least one.")
    if any(
        impression.impression_type is ImpressionType.LATENT or not impression.position
        for impression in impressions
    ):
        raise UnsupportedSearchError(
            "A finger is latent or has no position: send rolled or plain fingers "
            "with their positions for a tenprint search."
        )
    check_positions(impressions)


def _check_mark(impressions: tuple[Impression, ...]) -> None:
    if len(impressions) != 1 or impressions[0].impression_type is not ImpressionType.LATENT:
        raise UnsupportedSearchError(
            "The search has the wrong impressions: send one latent for a mark search."
        )
