"""Form contents that are kept when a session ended before they were submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import UserId


class DraftStep(StrEnum):
    """The form to which a draft belongs."""

    ANALYSIS = "analysis"
    COMPARISON = "comparison"
    DECISION = "decision"
    RESOLUTION = "resolution"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a form that was submitted too late. They are not sealed, and only their writer
    can read them.
    """

    user_id: UserId
    step: DraftStep
    about_id: str
    """The case, or the link to be revoked."""
    fields: Mapping[str, str]
    kept_at: datetime
