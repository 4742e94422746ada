"""Notices to the forces that were told of a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ForceCode, LinkId


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that a link was revoked, to a force that had been told of the link."""

    notice_id: str
    link_id: LinkId
    force: ForceCode
    at: datetime
