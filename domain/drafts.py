"""Form contents kept when a session ended before they could be submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import UserId


class DraftStep(StrEnum):
    """The form a draft belongs to."""

    ANALYSIS = "analysis"
    COMPARISON = "comparison"
    DECISION = "decision"
    RESOLUTION = "resolution"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields of a form submitted too late: not sealed, and readable only by their writer."""

    user_id: UserId
    step: DraftStep
    about_id: str
    """The case, or the link to be revoked."""
    fields: Mapping[str, str]
    kept_at: datetime
