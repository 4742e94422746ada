"""Consultations of a person: each look at their data, by force and role, never by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Purpose, Role
from domain.ids import ForceCode


@dataclass(frozen=True, slots=True)
class Consultation:
    """One look at a person's prints, records, searches or links."""

    at: datetime
    kind: str
    """A code: the kind of thing that was shown, or the type of the event."""
    role: Role | None
    """None for a caller at the console, or one whose account is not known here."""
    force: ForceCode | None
    """The force of the caller; None for the office itself."""
    purpose: Purpose
