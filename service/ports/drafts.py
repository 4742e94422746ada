"""Drafts: what somebody had typed when their session ended."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.drafts import Draft, DraftStep
from domain.ids import UserId


class DraftRepository(Protocol):
    """One draft for each person, form and case; a payload, since words may name somebody."""

    def keep(self, draft: Draft) -> None:
        """Store a draft, in place of an earlier one."""

    def get(self, user_id: UserId, step: DraftStep, about_id: str) -> Draft | None:
        """Return a draft, None when there is none or it was erased."""

    def drop(self, user_id: UserId, step: DraftStep, about_id: str) -> None:
        """Erase a draft; does nothing when there is none."""

    def drop_older(self, than: datetime) -> None:
        """Erase everybody's drafts that were kept before this instant."""
