"""Applications from the public: drafts, sent applications, answers to questions, and documents.

An application is found by a digest of its reference and code together, under a key of the store,
so a row reveals nothing to anyone who lacks either. An applicant's text is a payload. Documents
handed over to applicants are also here, with each time that one was fetched.
"""

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
    identified,
    keys,
    moments,
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
        "nobody is identified before the form is sent; deleted after some weeks",
        unlogged="a form that has not been sent",
    ),
)
"""Forms that have not been sent; they are deleted some weeks after they were last saved."""

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
"""Applications that were sent.

`number` is the number of the documents that were sent with it. `content_digest` covers the kind,
the main name and the date of birth, under a key of the store, to find a repeated application.
"""

application_answers = stored(
    "application_answers",
    *keys("answer_id"),
    refers("application_id", "applications"),
    *texts("request_id"),
    *numbers("number"),
    *by_at("answered"),
    UniqueConstraint("application_id", "number", name="uq_application_answers_number"),
)
"""Answers to questions from the office; their text is in the log of the request."""

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
"""Documents. Those of a draft may be withdrawn; events commit to those of a sent application."""


handovers = stored(
    "handovers",
    *identified("handover_row", "handover_id"),
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
"""The payload is a copy of the document.

It is destroyed when it has expired or has been fetched often enough, and is erased or withheld
with the person. `source_id` is the id of the copied certificate or answer.
"""

handover_fetches = stored(
    "handover_fetches",
    *keys("fetch_id"),
    refers("handover_id", "handovers"),
    *numbers("number"),
    *by_at("fetched"),
    UniqueConstraint("handover_id", "number", name="uq_handover_fetches_number"),
)
