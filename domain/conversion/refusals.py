"""Refusals of old records: prints below the floor, and a person found since the search."""

from __future__ import annotations

from domain.errors import ConflictError


class NotSearchableError(ConflictError):
    """Prints of a lot below the floor of resolution or generation are kept, and never searched."""

    code = "not-searchable"
    title = "These prints may not be searched"


class FoundSinceError(ConflictError):
    """A person who may be that of a frame was put on record since the frame was searched."""

    code = "found-since-the-search"
    title = "Somebody was put on record after the search"
