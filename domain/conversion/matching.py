"""The outcomes of matching a frame to records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import LinkId, PersonId, SearchId, UserId


class MatchBasis(StrEnum):
    """The ground of a match."""

    PRINTS = "prints"
    """A link of two sealed decisions, or a search that ended without one."""
    DETAILS = "details"
    """Two people compared the words of the frame with those of the record."""


class MatchOutcome(StrEnum):
    """To which record a frame belongs."""

    EXISTING = "existing record"
    NEW = "new record"
    MERGE = "two records"
    """A merge of records of one human being: they are merged first."""
    CANNOT_TELL = "cannot tell"
    """The frame stays unattached."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal of an outcome, and its reading by a second person."""

    number: int
    outcome: MatchOutcome
    basis: MatchBasis
    search_id: SearchId
    candidates: int
    """How many people the search named above its floor."""
    proposed_by: UserId
    person_id: PersonId | None = None
    other_person_id: PersonId | None = None
    link_id: LinkId | None = None
    words: str = ""
    agrees: bool | None = None
    """None until a second person has read it."""
    read_by: UserId | None = None
