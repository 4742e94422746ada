"""Referrals of requests to a body outside the office, and its answers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from service.storage.tables.about import OF_REQUEST, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    METADATA,
    Rows,
    UtcDateTime,
    numbered,
    protected,
)

referrals = Table(
    "referrals",
    METADATA,
    numbered("referral_row"),
    Column("referral_id", String, nullable=False, unique=True),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index(None, "request_id"),
    sqlite_autoincrement=True,
    info=protected(Rows.WRITTEN_ONCE),
)
"""The last one of a request counts."""

referral_replies = Table(
    "referral_replies",
    METADATA,
    Column("referral_id", String, ForeignKey("referrals.referral_id"), primary_key=True),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False),
    Column("verdict", String, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    sealed(),
    Index(None, "request_id"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("request_id", "requests"), seen=Seen.OFFICE_WORDS, shared=OF_REQUEST),
)
"""One of a referral. The payload is words and markers, and goes with the request."""
