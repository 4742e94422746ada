"""Certificates that no longer hold, read from the rows that they stood on.

Whether a certificate holds is never stored, so that no way of changing a record, present or
future, can forget it.
"""

from __future__ import annotations

from sqlalchemy import CompoundSelect, Select, and_, func, select, union

from service.storage.tables.erasures import gone_persons
from service.storage.tables.links import link_revocations
from service.storage.tables.people import records
from service.storage.tables.provenance import merged_persons
from service.storage.tables.requests import disclosures, request_identities
from service.storage.tables.services.certificates import (
    certificate_people,
    certificate_records,
    certificates,
)

_People = Select[tuple[str]]


def superseded(certificate_id: str | None = None) -> CompoundSelect[tuple[str]]:
    """Return the query for the ids of certificates whose ground has changed, each once.

    With an id it looks at that certificate alone, at the cost of its own rows.
    """
    found = (_gone(), _amended(), _merged(), _parted(), _unlinked())
    if certificate_id is None:
        return union(*found)
    # The first column of each is the id.
    return union(*(one.where(one.selected_columns[0] == certificate_id) for one in found))


def _gone() -> _People:
    """Return those of erased people, or of people hidden until then."""
    people = certificate_people
    return select(people.c.certificate_id).join(
        gone_persons, gone_persons.c.person_row == people.c.person_row
    )


def _amended() -> _People:
    """Return those with a version of a record, or a record, that they did not stand on."""
    people, stood_on = certificate_people, certificate_records
    known = and_(
        stood_on.c.certificate_id == people.c.certificate_id,
        stood_on.c.record_id == records.c.record_id,
        stood_on.c.version >= records.c.version,
    )
    return (
        select(people.c.certificate_id)
        .join(records, records.c.person_row == people.c.person_row)
        .outerjoin(stood_on, known)
        .where(stood_on.c.record_id.is_(None))
    )


def _merged() -> _People:
    """Return those of people merged with another person since."""
    people, others = certificate_people, certificate_people.alias("others")
    known = and_(
        others.c.certificate_id == people.c.certificate_id,
        others.c.person_row == merged_persons.c.absorbed_row,
    )
    return (
        select(people.c.certificate_id)
        .join(merged_persons, merged_persons.c.surviving_row == people.c.person_row)
        .outerjoin(others, known)
        .where(others.c.person_row.is_(None))
    )


def _parted() -> _People:
    """Return those whose people are not one person any more, or are another's now.

    One of them, and one alone, is not absorbed by a merge.
    """
    people = certificate_people
    return (
        select(people.c.certificate_id)
        .outerjoin(merged_persons, merged_persons.c.absorbed_row == people.c.person_row)
        .group_by(people.c.certificate_id)
        .having(func.count() - func.count(merged_persons.c.absorbed_row) != 1)
    )


def _unlinked() -> _People:
    """Return those that stood on a link which was revoked."""
    return (
        select(certificates.c.certificate_id)
        .join(disclosures, disclosures.c.disclosure_id == certificates.c.disclosure_id)
        .join(request_identities, request_identities.c.request_id == disclosures.c.request_id)
        .join(link_revocations, link_revocations.c.link_id == request_identities.c.link_id)
        .where(request_identities.c.number <= disclosures.c.number)
    )
