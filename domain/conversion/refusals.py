"""The refusal of prints below the floor."""

from __future__ import annotations

from domain.errors import ConflictError


class NotSearchableError(ConflictError):
    """Prints of a lot below the floor of resolution or generation are kept, and never searched."""

    code = "not-searchable"
    title = "These prints may not be searched"
