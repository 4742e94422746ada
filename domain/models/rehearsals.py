"""Rehearsals: a gallery searched with its own people's captures, and the strangers it met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.experience import Kind
from domain.ids import GalleryCaseId, RehearsalId, UserId


class RehearsalSource(StrEnum):
    """The searches whose most alike stranger was counted."""

    ENROLLED = "enrolled"
    """With enrolled people's own captures, against all others."""
    LIVE = "live"
    """Searches of forces whose first candidate was identified by examiners: the second is a
    stranger."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Searches counted together; no person, no template and no search is named.

    `counts`: JSON, of each kind the searches by step of alikeness. `persons`: people of the
    gallery then. `searches`: how many were counted, of all kinds.
    """

    rehearsal_id: RehearsalId
    number: int
    source: RehearsalSource
    template_format: str
    extractor: str
    """The maker of the templates of this release; empty where they are made elsewhere."""
    index_digest: str
    persons: int
    searches: int
    counts: str
    made_by: UserId
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RehearsalDoubt:
    """A rehearsal whose stranger looks like the person: counted unless found to be one person."""

    rehearsal_id: RehearsalId
    case_id: GalleryCaseId
    kind: Kind
    step: int
    searches: int
    """Both people may have been rehearsed, and met each other."""
