"""What somebody had typed into a form when their session ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import UserId


class DraftStep(StrEnum):
    """Which form it is of."""

    ANALYSIS = "analysis"
    COMPARISON = "comparison"
    DECISION = "decision"
    RESOLUTION = "resolution"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields of a form that was sent too late: not sealed, and read by its writer alone."""

    user_id: UserId
    step: DraftStep
    about_id: str
    """The case, or the link that is to be revoked."""
    fields: Mapping[str, str]
    kept_at: datetime
