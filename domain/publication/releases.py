"""Frozen releases: the figures of one quarter as they were published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import UserId
from domain.publication.facts import Quarter

Figure = int | str


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One class of a table with its figure."""

    name: str
    figure: Figure
    percent: int | None = None
    """Per cent of the total, computed from rounded figures; None where the base is too small."""


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """One allowed cut of one service."""

    service: str
    cut: str
    title: str
    total: Figure
    base: int
    """The base of rounding."""
    cells: tuple[ReleasedCell, ...]


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """The published part: only figures after disclosure control."""

    quarter: str
    rules: str
    """The identifiers of policy and cube."""
    query_sha256: str
    """Of the question that was counted: cuts, policy and quarter, with the text of the query."""
    tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was frozen; nothing computes it again."""

    release_id: str
    quarter: Quarter
    version: int
    """From 1; a later one withdraws tables of the previous one, and says why."""
    content: ReleaseContent
    content_sha256: str
    """SHA-256 of the bytes that are stored and published."""
    log_size: int
    """The log as it stood in the snapshot that the figures were counted in."""
    log_root: str
    released_by: UserId
    released_at: datetime
    note: str = ""
    """Why a later version was made."""
