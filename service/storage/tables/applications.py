"""Applications of the public: drafts, sent applications, answers to questions, and documents.

An application is found by a digest of its reference and its code together, under a key of the
store: a row says nothing to whoever lacks both. The words of an applicant are a payload.

Documents handed over to applicants, too, and each time that one was fetched.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from service.storage.tables.about import (
    OF_REQUEST,
    Kept,
    OfPerson,
    Seen,
    Via,
    about,
    about_nobody,
    sealed,
)
from service.storage.tables.metadata import (
    Rows,
    by_at,
    days,
    keys,
    moments,
    numbered,
    numbers,
    protected,
    refers,
    stored,
    texts,
)

application_drafts = stored(
    "application_drafts",
    *keys("application_id"),
    *texts("reference", "access_digest", unique=True),
    *texts("kind"),
    *numbers("version"),
    *moments("started_at", "saved_at"),
    sealed(of=("application_id",)),
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

applications = stored(
    "applications",
    *keys("application_id"),
    *numbers("number"),
    *texts("reference", "access_digest", unique=True),
    *texts("content_digest", "kind"),
    refers("request_id", "requests", unique=True),
    *by_at("submitted"),
    Index(None, "content_digest"),
    info=about(Via("request_id", "requests"), seen=Seen.NO_CONTENT, shared=OF_REQUEST),
)
"""Applications that were sent. `number`: that of the documents that came with it.
`content_digest`: of the kind, the main name and the birth date, under a key of the store, to find
the same one again."""

application_answers = stored(
    "application_answers",
    *keys("answer_id"),
    refers("application_id", "applications"),
    *texts("request_id"),
    *numbers("number"),
    *by_at("answered"),
    UniqueConstraint("application_id", "number", name="uq_application_answers_number"),
)
"""Answers to questions of the office; their words stand in the log of the request."""

application_uploads = stored(
    "application_uploads",
    *keys("document_id"),
    *texts("application_id"),
    *numbers("number"),
    *texts("slot", "media_type"),
    *numbers("size_bytes"),
    *moments("added_at"),
    sealed(of=("document_id", "application_id")),
    Index(None, "application_id", "number"),
    info=protected(Rows.ERASABLE)
    | about(Via("application_id", "applications"), seen=Seen.IN_HANDS, shared=OF_REQUEST),
)
"""Documents. Those of a draft may be withdrawn; those of an application are committed to."""


handovers = stored(
    "handovers",
    numbered("handover_row"),
    *texts("handover_id", unique=True),
    refers("application_id", "applications"),
    *texts("request_id", "source_id", "name", "media_type", "document_sha256", "handed_by"),
    *numbers("size_bytes"),
    *moments("handed_at"),
    *days("last_day"),
    refers("person_row", "persons", nullable=True),
    sealed(of=("handover_id", "application_id")),
    Index(None, "application_id"),
    Index(None, "person_row"),
    Index(None, "last_day"),
    info=about(OfPerson("person_row"), seen=Seen.IN_HANDS, kept=Kept.FOR_DAYS),
)
"""The payload is a copy of the document: destroyed when its days or its fetches are over, and
erased or withheld with the person. `source_id`: the certificate or the answer that it is."""

handover_fetches = stored(
    "handover_fetches",
    *keys("fetch_id"),
    refers("handover_id", "handovers"),
    *numbers("number"),
    *by_at("fetched"),
    UniqueConstraint("handover_id", "number", name="uq_handover_fetches_number"),
)
