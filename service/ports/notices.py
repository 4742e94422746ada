"""Who was told of a link, and the notices they get when it is revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import ForceCode, LinkId


@dataclass(frozen=True, slots=True)
class Notice:
    """That a link which a force had been told of was revoked."""

    notice_id: str
    link_id: LinkId
    force: ForceCode
    at: datetime


class NoticeRepository(Protocol):
    """Recipients and notices are written once."""

    def tell(self, link_id: LinkId, force: ForceCode, at: datetime) -> None:
        """Remember that a force was told of a link; the first time counts."""

    def recipients(self, link_id: LinkId) -> tuple[ForceCode, ...]:
        """Return the forces that were told of a link, in order of their codes."""

    def give(self, notice: Notice) -> None:
        """Store a notice to a recipient of a revoked link."""

    def of_force(self, force: ForceCode, *, limit: int) -> tuple[Notice, ...]:
        """Return the notices to a force, newest first."""
