"""Erasing a person, and hiding one: all payloads that speak of them, wherever they were written.

Their records in all versions, their captures, the probes that were theirs (enrolled, or linked to
them and not revoked) with all that was computed and written from those, the evidence and words of
other searches about them as a candidate, the requests about them with the data told and the
documents that came with an application, and the frames of old records that were written to theirs.
Rows stay as tombstones, without content. A hidden person is left in the same state, only that the
payloads are kept and can be put back. A restricted person is hidden likewise, but for the requests
that they made themselves: these are still to be answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    union,
)

from domain.ids import ErasureId, PersonId, RestrictionId
from domain.requests import PartyKind
from service.storage.misuse.sketches import forget_sketches_of
from service.storage.people.moved_captures import MOVED_AWAY, MOVED_HERE
from service.storage.tables.abuse import staff_persons
from service.storage.tables.cases import analyses, cases, comparisons, decisions
from service.storage.tables.conversion.frames import (
    conversion_codings,
    conversion_frames,
    conversion_keyings,
    conversion_settlements,
)
from service.storage.tables.conversion.matches import (
    conversion_matches,
    conversion_takebacks,
    conversion_writings,
)
from service.storage.tables.conversion.samples import (
    conversion_draw_units,
)
from service.storage.tables.disclosure.deletions import deletion_cases, deletion_decisions
from service.storage.tables.disclosure.restrictions import (
    restricted_persons,
    restricted_versions,
    restriction_ends,
    restrictions,
)
from service.storage.tables.erasures import hidden_persons, withheld_persons
from service.storage.tables.findings import comparison_revisions
from service.storage.tables.gallery_cases import gallery_cases, gallery_conclusions
from service.storage.tables.links import link_revocations, links
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import (
    ERASED,
    HIDDEN,
    SHOWN,
    encounters,
    gallery_changes,
    live_records,
    person_erasures,
    persons,
    records,
)
from service.storage.tables.provenance import person_merges
from service.storage.tables.requests import request_entries, request_identities, requests
from service.storage.tables.searches import candidates, client_references, searches
from service.storage.tables.services.agencies import asn_results
from service.storage.tables.services.applications import application_uploads, applications
from service.storage.tables.services.referrals import referral_replies
from service.storage.tables.workbench import capture_images, capture_minutiae, drafts
from service.storage.transaction import Transaction


def erase_person(transaction: Transaction, person_id: PersonId) -> int:
    """Erase a person and return the number of erased payloads: 0 if erased already."""
    connection = transaction.connection
    row = _claimed(transaction, person_id)
    if row is None:
        return 0
    connection.execute(insert(person_erasures).values(person_row=row))
    connection.execute(delete(withheld_persons).where(withheld_persons.c.person_row == row))
    connection.execute(delete(live_records).where(live_records.c.person_row == row))
    erased = transaction.payloads.delete(sorted(_own_payloads(transaction, row, person_id)))
    forget_sketches_of(connection, connection.scalars(_searches_of(row, person_id)).all())
    connection.execute(delete(staff_persons).where(staff_persons.c.person_id == person_id))
    _change_captures(transaction, row, ERASED)
    return erased


def hide_person(transaction: Transaction, person_id: PersonId, erasure_id: ErasureId) -> None:
    """Make a person look erased; does nothing for one that is."""
    row = _claimed(transaction, person_id)
    if row is None:
        return
    values = {"person_row": row, "erasure_id": erasure_id}
    transaction.connection.execute(insert(withheld_persons).values(values).inline())
    _hide(transaction, row, person_id)


def restrict_person(
    transaction: Transaction, person_id: PersonId, restriction_id: RestrictionId
) -> None:
    """Make a person look erased while a restriction holds; does nothing for one that is."""
    row = _claimed(transaction, person_id)
    if row is None:
        return
    values = {"person_row": row, "restriction_id": restriction_id}
    transaction.connection.execute(insert(restricted_persons).values(values).inline())
    _hide(transaction, row, person_id)


def _hide(transaction: Transaction, row: int, person_id: PersonId) -> None:
    gone = delete(live_records).where(live_records.c.person_row == row)
    transaction.connection.execute(gone)
    _withhold(transaction, row, person_id)
    _change_captures(transaction, row, HIDDEN)


def show_people(transaction: Transaction, erasure_id: ErasureId) -> None:
    """Bring back the people that an erasure has hidden, exactly as they were."""
    _show(transaction, withheld_persons, withheld_persons.c.erasure_id == erasure_id)


def lift_restriction(transaction: Transaction, restriction_id: RestrictionId) -> None:
    """Bring back the people that a restriction has hidden, exactly as they were."""
    ours = restricted_persons.c.restriction_id == restriction_id
    _show(transaction, restricted_persons, ours)


def _show(transaction: Transaction, hiding: Table, ours: ColumnElement[bool]) -> None:
    connection = transaction.connection
    hidden = select(hiding.c.person_row).where(ours).order_by(hiding.c.person_row)
    rows = connection.execute(hidden).scalars().all()
    connection.execute(delete(hiding).where(ours))
    give_back_to_all(transaction)
    for row in rows:
        connection.execute(_NEWEST_LIVES_AGAIN, {"row": row})
        _change_captures(transaction, row, SHOWN)


def give_back_to_all(transaction: Transaction) -> None:
    """Put back every payload that nothing hides any more.

    A payload may speak of two hidden people, or lie below two restrictions: those that still hold
    withhold it again.
    """
    transaction.payloads.give_back()
    for row, person_id in transaction.connection.execute(_HIDDEN_PEOPLE).all():
        _withhold(transaction, row, person_id)
    withhold_versions(transaction)


def withhold_versions(transaction: Transaction) -> None:
    """Withhold the versions of records that hold a restricted item."""
    found = transaction.connection.execute(select(restricted_versions.c.payload_id)).scalars()
    transaction.payloads.withhold(set(found))


def _claimed(transaction: Transaction, person_id: PersonId) -> int | None:
    """Return the row of a person, kept from others; None if unknown or erased.

    Waits for any work that adds to this person, and makes later work wait.
    """
    row = transaction.connection.execute(
        select(persons.c.person_row).where(persons.c.person_id == person_id).with_for_update()
    ).scalar()
    if row is None or _is_gone(transaction, row):
        return None
    transaction.held.pop(person_id, None)
    return int(row)


def _withhold(transaction: Transaction, row: int, person_id: PersonId) -> None:
    """Withhold the payloads of a person whose row says why they are hidden."""
    connection = transaction.connection
    found = _own_payloads(transaction, row, person_id)
    if connection.execute(_IS_RESTRICTED, {"row": row}).first():
        found -= set(connection.execute(_OWN_REQUESTS, {"row": row}).scalars())
    transaction.payloads.withhold(found)


def _own_payloads(transaction: Transaction, row: int, person_id: PersonId) -> set[int]:
    """Return the payloads that speak of a person, wherever merges have moved their captures."""
    connection = transaction.connection
    found = set(connection.execute(_payloads_of(row, person_id)).scalars())
    came = set(connection.execute(MOVED_HERE, {"row": row}).scalars())
    return (found | came) - set(connection.execute(MOVED_AWAY, {"row": row}).scalars())


def _change_captures(transaction: Transaction, row: int, kind: int) -> None:
    """Queue a change of the record of a person, and one for each capture that is not erased."""
    transaction.records.append(row)
    gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
    captured = select(encounters.c.encounter_row).where(
        encounters.c.person_row == row, encounters.c.encounter_row.not_in(gone)
    )
    found = transaction.connection.execute(captured.order_by(encounters.c.encounter_row))
    transaction.changes.extend((encounter_row, kind) for encounter_row in found.scalars().all())


_HIDDEN_PEOPLE = (
    select(persons.c.person_row, persons.c.person_id)
    .join(hidden_persons, hidden_persons.c.person_row == persons.c.person_row)
    .order_by(persons.c.person_row)
)
_IS_RESTRICTED = select(restricted_persons.c.person_row).where(
    restricted_persons.c.person_row == bindparam("row")
)
_OWN = (
    select(requests.c.request_id)
    .join(request_identities, request_identities.c.request_id == requests.c.request_id)
    .where(
        request_identities.c.person_row == bindparam("row"),
        requests.c.asker_kind == PartyKind.PERSON.value,
    )
)
_OWN_REQUESTS = union(
    select(requests.c.payload_id).where(requests.c.request_id.in_(_OWN)),
    select(request_entries.c.payload_id).where(request_entries.c.request_id.in_(_OWN)),
)
_NEWEST_LIVES_AGAIN = insert(live_records).from_select(
    ("record_id", "person_row", "record_row"),
    select(records.c.record_id, records.c.person_row, func.max(records.c.record_row))
    .where(records.c.person_row == bindparam("row"))
    .group_by(records.c.record_id, records.c.person_row),
)


def _is_gone(transaction: Transaction, row: int) -> bool:
    query = select(person_erasures.c.person_row).where(person_erasures.c.person_row == row)
    return transaction.connection.execute(query).scalar() is not None


def _payloads_of(row: int, person_id: PersonId) -> CompoundSelect[Any]:
    own_searches = _searches_of(row, person_id)
    captures = select(encounters.c.encounter_id).where(encounters.c.person_row == row)
    own_cases = select(cases.c.case_id).where(cases.c.search_id.in_(own_searches))
    proposed = select(candidates.c.candidate_id).where(candidates.c.person_id == person_id)
    revoked = select(links.c.link_id).where(
        (links.c.person_id == person_id) | links.c.search_id.in_(own_searches)
    )
    return union(
        *(select(table.c.payload_id).where(table.c.person_row == row) for table in _of_persons()),
        select(searches.c.payload_id).where(searches.c.search_id.in_(own_searches)),
        select(candidates.c.payload_id).where(
            (candidates.c.person_id == person_id) | candidates.c.search_id.in_(own_searches)
        ),
        select(analyses.c.payload_id).where(analyses.c.case_id.in_(own_cases)),
        select(analyses.c.markup_id).where(
            analyses.c.case_id.in_(own_cases), analyses.c.markup_id.is_not(None)
        ),
        *(
            select(written.c.payload_id).where(
                written.c.case_id.in_(own_cases) | written.c.candidate_id.in_(proposed)
            )
            for written in (comparisons, comparison_revisions, decisions)
        ),
        *(
            select(sent.c.payload_id).where(
                sent.c.owner_id.in_(own_searches) | sent.c.owner_id.in_(captures)
            )
            for sent in (capture_images, capture_minutiae, client_references)
        ),
        select(link_revocations.c.payload_id).where(link_revocations.c.link_id.in_(revoked)),
        *(
            select(asked.c.payload_id).where(asked.c.request_id.in_(_requests_about(row)))
            for asked in (requests, request_entries, referral_replies, asn_results)
        ),
        *_reasons_about(row),
        select(application_uploads.c.payload_id).where(
            application_uploads.c.application_id.in_(_applications_about(row))
        ),
        *_converted(row),
        select(drafts.c.payload_id).where(
            drafts.c.about_id.in_(own_cases) | drafts.c.about_id.in_(revoked)
        ),
        select(person_merges.c.payload_id).where(
            (person_merges.c.surviving_row == row) | (person_merges.c.absorbed_row == row)
        ),
        select(gallery_conclusions.c.payload_id).where(
            gallery_conclusions.c.case_id.in_(_gallery_cases_of(person_id))
        ),
    )


def _reasons_about(row: int) -> tuple[Select[Any], ...]:
    """Return the reasons of decisions on deletions, and of restrictions that were lifted."""
    deleting = select(deletion_cases.c.deletion_id).where(deletion_cases.c.person_row == row)
    restricting = select(restrictions.c.restriction_id).where(restrictions.c.person_row == row)
    return (
        select(deletion_decisions.c.payload_id).where(
            deletion_decisions.c.deletion_id.in_(deleting)
        ),
        select(restriction_ends.c.payload_id).where(
            restriction_ends.c.restriction_id.in_(restricting)
        ),
    )


def _of_persons() -> list[Table]:
    """Return the tables in which a row belongs to one person and has a payload."""
    columns = {"person_row", "payload_id"}
    return [table for table in METADATA.sorted_tables if columns <= {*table.c.keys()}]


def _requests_about(row: int) -> Select[Any]:
    """Return the ids of requests whose person was found to be this one."""
    return select(request_identities.c.request_id).where(request_identities.c.person_row == row)


def _applications_about(row: int) -> Select[Any]:
    """Return the ids of applications that became a request about this person."""
    asked = applications.c.request_id.in_(_requests_about(row))
    return select(applications.c.application_id).where(asked)


def _converted(row: int) -> Iterator[Select[Any]]:
    """Yield the payloads of frames that were written to the record of this person."""
    for table in _OF_FRAMES:
        yield select(table.c.payload_id).where(table.c.frame_id.in_(_frames_of(row)))
    yield select(conversion_matches.c.payload_id).where(
        (conversion_matches.c.other_row == row)
        | conversion_matches.c.frame_id.in_(_frames_of(row))
    )


def _frames_of(row: int) -> Select[Any]:
    """Return the ids of frames that were written to the record of this person.

    One that was taken back and keyed again may stand in the record of another: it is theirs.
    """
    written, other = conversion_writings.c, conversion_writings.alias("other")
    is_taken_back = exists().where(
        conversion_takebacks.c.frame_id == other.c.frame_id,
        conversion_takebacks.c.round == other.c.round,
    )
    stands_elsewhere = exists().where(
        other.c.frame_id == written.frame_id, other.c.person_row != row, ~is_taken_back
    )
    return select(written.frame_id).where(written.person_row == row, ~stands_elsewhere)


_OF_FRAMES = (
    *(conversion_frames, conversion_keyings, conversion_settlements),
    *(conversion_codings, conversion_draw_units),
)


def _gallery_cases_of(person_id: PersonId) -> Select[Any]:
    return select(gallery_cases.c.case_id).where(
        (gallery_cases.c.person_id == person_id) | (gallery_cases.c.other_person_id == person_id)
    )


def _searches_of(row: int, person_id: PersonId) -> Select[Any]:
    """Return the ids of searches whose probe is this person's, as far as anybody has confirmed."""
    captures = select(encounters.c.encounter_id).where(encounters.c.person_row == row)
    standing = (
        select(links.c.search_id)
        .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
        .where(links.c.person_id == person_id, link_revocations.c.link_id.is_(None))
    )
    return select(searches.c.search_id).where(
        searches.c.encounter_id.in_(captures) | searches.c.search_id.in_(standing)
    )
