"""Applications from the public, and certificates with the rows on which they rely.

An application is found by a digest of its reference and code together, under a key of the store,
so a row reveals nothing to anyone who lacks either. An applicant's text is a payload. Whether a
certificate is still valid is never stored. `superseded` reads this from the rows on which it
relies, so that no present or future way of changing a record can omit it.
"""

import sqlalchemy as sa
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
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.links import link_revocations, merged_persons
from service.storage.tables.metadata import (
    ROW,
    Rows,
    big_numbers,
    by_at,
    days,
    identified,
    keys,
    moments,
    number_keys,
    numbered,
    numbers,
    protected,
    refers,
    stored,
    texts,
)
from service.storage.tables.people import records
from service.storage.tables.requests import disclosures, request_identities

certificates = stored(
    "certificates",
    numbered("certificate_row"),
    *texts("certificate_id", "number", unique=True),
    *texts("kind"),
    refers("disclosure_id", "disclosures", unique=True),
    *texts("outcome", "basis", "rule"),
    *texts("code_digest", unique=True),
    *numbers("status_list", "status_index"),
    *texts("key", "document_sha256"),
    *by_at("issued"),
    refers("person_row", "persons", nullable=True),
    sealed(of=("certificate_id", "disclosure_id")),
    sa.UniqueConstraint("status_list", "status_index", name="uq_certificates_status"),
    info=about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""One for each disclosure.

The payload is the document, with the credential inside, and is erased with the person. Only a
digest of the code is stored.
"""

certificate_people = stored(
    "certificate_people",
    refers("certificate_id", "certificates", primary_key=True),
    refers("person_row", "persons", primary_key=True, index=True),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""The person that a certificate is about, and everyone merged with them at its issue."""

certificate_records = stored(
    "certificate_records",
    refers("certificate_id", "certificates", primary_key=True),
    *keys("record_id"),
    sa.Column("version", ROW, nullable=False),
)
"""The versions of records on which a certificate relies."""

certificate_revocations = stored(
    "certificate_revocations",
    refers("certificate_id", "certificates", primary_key=True),
    *texts("ground"),
    *by_at("revoked"),
    refers("person_row", "persons", nullable=True),
    sealed(of=("certificate_id",)),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS),
)


referrals = stored(
    "referrals",
    *identified("referral_row", "referral_id"),
    refers("request_id", "requests", index=True),
    *numbers("number"),
    *by_at("made"),
    info=about(Via("request_id", "requests"), seen=Seen.NO_CONTENT, shared=OF_REQUEST),
)
"""The last referral of a request counts."""

referral_replies = stored(
    "referral_replies",
    refers("referral_id", "referrals", primary_key=True),
    refers("request_id", "requests", index=True),
    *texts("verdict"),
    *by_at("answered"),
    sealed(of=("referral_id", "request_id")),
    info=about(Via("request_id", "requests"), seen=Seen.OFFICE_WORDS, shared=OF_REQUEST),
)
"""One for each referral. The payload is text and markers, and is erased with the request."""

watches = stored(
    "watches",
    *identified("watch_row", "watch_id"),
    refers("request_id", "requests", index=True),
    *days("last_day"),
    *big_numbers("after_change"),
    refers("certificate_id", "certificates", nullable=True),
    *texts("code_digest", unique=True, nullable=True),
    *texts("agency", nullable=True, index=True),
    info=about(Via("request_id", "requests"), seen=Seen.NO_CONTENT, shared=OF_REQUEST),
)
"""Watches of holders, with a certificate and the digest of a code, and those of agencies."""

watch_steps = stored(
    "watch_steps",
    refers("watch_id", "watches", primary_key=True),
    *number_keys("number"),
    *texts("act"),
    *days("confirm_by"),
    *by_at("stepped"),
)

watch_checks = stored(
    "watch_checks",
    *identified("check_row", "check_id"),
    refers("watch_id", "watches", index=True),
    *texts("answer"),
    *by_at("checked"),
    sealed(of=("check_id", "watch_id")),
    info=about(Via("watch_id", "watches"), seen=Seen.IN_HANDS, shared=OF_REQUEST),
)
"""The payload is the organisation that whoever asked stated."""


_People = sa.Select[tuple[str]]


def superseded(certificate_id: str | None = None) -> sa.CompoundSelect[tuple[str]]:
    """Return the query for the ids of certificates whose basis has changed, without repeats.

    With an id, the query checks only that certificate and reads only its own rows.
    """
    found = (of_gone_people(), _amended(), _merged(), _parted(), _unlinked())
    if certificate_id is None:
        return sa.union(*found)
    # The first column of each query is the id.
    return sa.union(*(one.where(one.selected_columns[0] == certificate_id) for one in found))


def of_gone_people() -> _People:
    """Return certificates about people who are erased or hidden."""
    people = certificate_people
    return sa.select(people.c.certificate_id).join(
        gone_persons, gone_persons.c.person_row == people.c.person_row
    )


def _amended() -> _People:
    """Return certificates whose people now have a record or version that it does not cover."""
    people, stood_on = certificate_people, certificate_records
    known = sa.and_(
        stood_on.c.certificate_id == people.c.certificate_id,
        stood_on.c.record_id == records.c.record_id,
        stood_on.c.version >= records.c.version,
    )
    return (
        sa.select(people.c.certificate_id)
        .join(records, records.c.person_row == people.c.person_row)
        .outerjoin(stood_on, known)
        .where(stood_on.c.record_id.is_(None))
    )


def _merged() -> _People:
    """Return certificates about people who have since been merged with another person."""
    people, others = certificate_people, certificate_people.alias("others")
    known = sa.and_(
        others.c.certificate_id == people.c.certificate_id,
        others.c.person_row == merged_persons.c.absorbed_row,
    )
    return (
        sa.select(people.c.certificate_id)
        .join(merged_persons, merged_persons.c.surviving_row == people.c.person_row)
        .outerjoin(others, known)
        .where(others.c.person_row.is_(None))
    )


def _parted() -> _People:
    """Return certificates whose people are no longer one person, or now belong to another person.

    As long as nothing has changed, exactly one of the people is not absorbed by a merge.
    """
    people = certificate_people
    return (
        sa.select(people.c.certificate_id)
        .outerjoin(merged_persons, merged_persons.c.absorbed_row == people.c.person_row)
        .group_by(people.c.certificate_id)
        .having(sa.func.count() - sa.func.count(merged_persons.c.absorbed_row) != 1)
    )


def _unlinked() -> _People:
    """Return certificates that rely on a link which has been revoked."""
    return (
        sa.select(certificates.c.certificate_id)
        .join(disclosures, disclosures.c.disclosure_id == certificates.c.disclosure_id)
        .join(request_identities, request_identities.c.request_id == disclosures.c.request_id)
        .join(link_revocations, link_revocations.c.link_id == request_identities.c.link_id)
        .where(request_identities.c.number <= disclosures.c.number)
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
    refers("application_id", "applications", index=True),
    *texts("request_id", "source_id", "name", "media_type", "document_sha256", "handed_by"),
    *numbers("size_bytes"),
    *moments("handed_at"),
    *days("last_day", index=True),
    refers("person_row", "persons", nullable=True, index=True),
    sealed(of=("handover_id", "application_id")),
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
