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
                raise UnsupportedSearchError("A names enquiry has no fingers.")
        case _:
            assert_never(search_type)


def _check_tenprint(impressions: tuple[Impression, ...]) -> None:
    if not impressions:
        raise UnsupportedSearchError("A tenprint search needs at least one finger.")
    if any(
        impression.impression_type is ImpressionType.LATENT or not impression.position
        for impression in impressions
    ):
        raise UnsupportedSearchError(
            "The fingers of a tenprint are rolled or plain, each with its position."
        )
    check_positions(impressions)


def _check_mark(impressions: tuple[Impression, ...]) -> None:
    if len(impressions) != 1 or impressions[0].impression_type is not ImpressionType.LATENT:
        raise UnsupportedSearchError("A mark search has exactly one latent impression.")
