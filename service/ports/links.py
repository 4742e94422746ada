"""Confirmed links. The database itself refuses a link without two decisions by two persons."""

from __future__ import annotations

from typing import Protocol

from domain.cases import Link
from domain.ids import LinkId


class LinkRepository(Protocol):
    """Links are written once; a revocation is a row beside the link."""

    def add(self, link: Link) -> None:
        """Store a link with its decisions."""

    def get(self, link_id: LinkId) -> Link | None:
        """Return a link, with its revocation if there is one."""

    def revoke(self, link: Link) -> None:
        """Store the revocation a link carries; raises AlreadyRevokedError."""

    def count(self) -> int:
        """Return how many links stand, revoked ones left out."""
