"""Applications of the public: drafts, sent applications, answers to questions, and documents.

An application is found by a digest of its reference and its code together, under a key of the
store: a row says nothing to whoever lacks both. The words of an applicant are a payload.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from service.storage.tables.about import OF_REQUEST, Seen, Via, about, about_nobody, sealed
from service.storage.tables.metadata import METADATA, Rows, UtcDateTime, protected

application_drafts = Table(
    "application_drafts",
    METADATA,
    Column("application_id", String, primary_key=True),
    Column("reference", String, nullable=False, unique=True),
    Column("access_digest", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    sealed(),
    Index(None, "saved_at"),
    info=protected(
        Rows.MOVING,
        fixed=("application_id", "reference", "access_digest", "kind", "started_at"),
        growing=("version",),
        may_go=True,
    )
    | about_nobody(
        "nobody is identified before the form is sent; forgotten after some weeks",
        unlogged="a form that is not sent yet",
    ),
)
"""Forms that are not sent yet: forgotten some weeks after they were saved last."""

applications = Table(
    "applications",
    METADATA,
    Column("application_id", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("reference", String, nullable=False, unique=True),
    Column("access_digest", String, nullable=False, unique=True),
    Column("content_digest", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("request_id", String, ForeignKey("requests.request_id"), nullable=False, unique=True),
    Column("submitted_by", String, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Index(None, "content_digest"),
    info=protected(Rows.WRITTEN_ONCE)
    | about(Via("request_id", "requests"), seen=Seen.NO_CONTENT, shared=OF_REQUEST),
)
"""Applications that were sent. `number`: that of the documents that came with it.
`content_digest`: of the kind, the main name and the birth date, under a key of the store, to find
the same one again."""

application_answers = Table(
    "application_answers",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("application_id", String, ForeignKey("applications.application_id"), nullable=False),
    Column("request_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("answered_by", String, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    UniqueConstraint("application_id", "number", name="uq_application_answers_number"),
    info=protected(Rows.WRITTEN_ONCE),
)
"""Answers to questions of the office; their words stand in the log of the request."""

application_uploads = Table(
    "application_uploads",
    METADATA,
    Column("document_id", String, primary_key=True),
    Column("application_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("slot", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    sealed(),
    Index(None, "application_id", "number"),
    info=protected(Rows.ERASABLE)
    | about(Via("application_id", "applications"), seen=Seen.IN_HANDS, shared=OF_REQUEST),
)
"""Documents. Those of a draft may be taken back; those of an application are committed to."""
