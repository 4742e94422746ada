"""Consultations of a person, without the id of any account."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.access import Purpose, Role
from domain.consultations import Consultation
from service.api.base import Answer, NextNumber, PageAnswer
from service.api.links.links_schemas import OwnerAnswer


class ConsultationAnswer(Answer):
    """One look at anything about a person."""

    at: datetime
    kind: str = Field(description="The kind of thing that was shown.")
    role: Role | None = Field(description="Null for a command at the console.")
    force: OwnerAnswer | None = Field(description="Null for the office itself.")
    purpose: Purpose

    @classmethod
    def of(cls, one: Consultation) -> Self:
        """Return the answer for a consultation."""
        return cls.showing(one, force=OwnerAnswer.of(one.force) if one.force else None)


class ConsultationListAnswer(PageAnswer):
    """Consultations, newest first."""

    consultations: tuple[ConsultationAnswer, ...]
    next_before: NextNumber
