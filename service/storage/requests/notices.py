"""Notices to the recipients of disclosures: owed, given and acknowledged.

The notices owed are determined from what was disclosed and what has since happened to that data.
The queries share nothing with the use cases that change data, so that no change can omit its
notices.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, literal, select, union_all

from domain.ids import DisclosureId, NoticeId, RequestId, UserId
from domain.list_pages import ListPage
from domain.people.amendments import ChangeKind
from domain.requests.disclosures import DisclosureNotice, NoticeKind
from domain.requests.requests import Party, PartyKind, ReplyOutcome
from service.storage.engine.rows import AnyRow, oldest, value_of
from service.storage.tables.certificates import certificates, superseded
from service.storage.tables.disclosure import (
    deletion_cases,
    deletions_done,
    restricted_persons,
    restrictions,
    withheld_persons,
)
from service.storage.tables.links import link_revocations
from service.storage.tables.metadata import ROW
from service.storage.tables.people import conviction_versions, person_erasures
from service.storage.tables.requests import (
    disclosure_items,
    disclosure_notices,
    disclosures,
    notice_acknowledgements,
    request_identities,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class OwedNotice:
    """A notice that must still be given to a recipient."""

    disclosure_id: DisclosureId
    kind: NoticeKind
    about: str
    version: int


@dataclass(frozen=True, slots=True)
class UnansweredNotice:
    """A notice that its recipient has not acknowledged."""

    notice: DisclosureNotice
    recipient: Party
    request_id: RequestId


class DisclosureNotices(TransactionPart):
    """Notices. One is given for each change of what was disclosed."""

    def owed(self, limit: int) -> tuple[OwedNotice, ...]:
        """Return up to this many notices that are owed and not yet given."""
        all_owed = union_all(
            *(_corrected(), _erased(), _restricted(), _restricted_items()),
            *(_deleted(), _revoked(), _superseded()),
        ).subquery("owed")
        given = disclosure_notices
        query = (
            select(all_owed)
            .outerjoin(
                given,
                and_(
                    given.c.disclosure_id == all_owed.c.disclosure_id,
                    given.c.kind == all_owed.c.kind,
                    given.c.about == all_owed.c.about,
                    given.c.version == all_owed.c.version,
                ),
            )
            .where(given.c.notice_id.is_(None))
            .order_by(all_owed.c.disclosure_id, all_owed.c.about, all_owed.c.version)
            .limit(limit)
        )
        return self._all(OwedNotice, query)

    def give(self, notice: DisclosureNotice) -> bool:
        """Store a notice. Returns False if it had already been given."""
        return self._add_new(
            disclosure_notices, notice, unless_taken=("disclosure_id", "kind", "about", "version")
        )

    def acknowledge(self, notice_id: NoticeId, by: UserId, at: datetime) -> bool:
        """Store that a notice was received. Returns False if that was already stored."""
        return self._add_new(
            notice_acknowledgements, notice_id=notice_id, acknowledged_by=by, acknowledged_at=at
        )

    def get(self, notice_id: NoticeId) -> DisclosureNotice | None:
        """Return a notice, or None when unknown."""
        return self._one(
            DisclosureNotice, _NOTICES.where(disclosure_notices.c.notice_id == notice_id)
        )

    def of_request(self, request_id: RequestId) -> tuple[DisclosureNotice, ...]:
        """Return the notices about what was disclosed because of a request, oldest first."""
        query = _NOTICES.join(
            disclosures, disclosures.c.disclosure_id == disclosure_notices.c.disclosure_id
        ).where(disclosures.c.request_id == request_id)
        return self._all(DisclosureNotice, query.order_by(disclosure_notices.c.notice_row))

    def unanswered(
        self, *, after: str | None = None, limit: int
    ) -> ListPage[UnansweredNotice, str]:
        """Return a page of notices that their recipients have not acknowledged, oldest first."""
        every, key = (
            _NOTICES.add_columns(
                disclosures.c.recipient_kind,
                disclosures.c.recipient_code,
                disclosures.c.request_id,
            ).join(disclosures, disclosures.c.disclosure_id == disclosure_notices.c.disclosure_id),
            disclosure_notices.c.notice_id,
        )
        query = every.where(notice_acknowledgements.c.notice_id.is_(None))
        by = oldest(disclosure_notices.c.notice_row)
        page = self._list_page(query, by, key, behind=after, limit=limit, among=every)
        return page.of(map(_unanswered, page.items))


def _unanswered(row: AnyRow) -> UnansweredNotice:
    recipient = Party(PartyKind(row.recipient_kind), row.recipient_code)
    notice = value_of(DisclosureNotice, row)
    return UnansweredNotice(notice, recipient, RequestId(row.request_id))


_NOTICES = select(disclosure_notices, notice_acknowledgements.c.acknowledged_at).outerjoin(
    notice_acknowledgements,
    notice_acknowledgements.c.notice_id == disclosure_notices.c.notice_id,
)


_Owed = tuple[str, str, str, int]
"""The columns of every query below: disclosure, kind, what the notice is about, version."""


_NO_VERSION = literal(0, ROW)


def _of(
    told: FromClause,
    kind: NoticeKind,
    about: ColumnElement[str],
    version: ColumnElement[int] = _NO_VERSION,
) -> Select[_Owed]:
    """Return the query for notices of one kind about what was disclosed."""
    named = (literal(kind.value).label("kind"), about.label("about"), version.label("version"))
    return select(told.c.disclosure_id, *named)


def _corrected() -> Select[_Owed]:
    """Return later versions of disclosed convictions, for which correction notices are owed."""
    about = disclosure_items.c.record_id + literal("/") + disclosure_items.c.item_id
    later = and_(
        conviction_versions.c.record_id == disclosure_items.c.record_id,
        conviction_versions.c.item_id == disclosure_items.c.item_id,
        conviction_versions.c.version > disclosure_items.c.version,
    )
    version = conviction_versions.c.version
    return (
        _of(disclosure_items, NoticeKind.CORRECTED, about, version)
        .join(conviction_versions, later)
        .where(
            conviction_versions.c.change != ChangeKind.ADDED.value,
            # A version that only restricts the item: the recipient gets a notice of the
            # restriction instead.
            ~exists().where(
                restrictions.c.record_id == conviction_versions.c.record_id,
                restrictions.c.item_id == conviction_versions.c.item_id,
                restrictions.c.version == conviction_versions.c.version,
            ),
        )
    )


def _erased() -> Select[_Owed]:
    """Return the disclosures about people who are erased, or hidden until their erasure."""
    told = (
        select(disclosures.c.disclosure_id, disclosures.c.person_row)
        .where(disclosures.c.disclosure_id.in_(select(disclosure_items.c.disclosure_id)))
        .subquery("told")
    )
    erased = union_all(
        select(person_erasures.c.person_row), select(withheld_persons.c.person_row)
    ).subquery("erased")
    return _of(told, NoticeKind.ERASED, literal("person")).join(
        erased, erased.c.person_row == told.c.person_row
    )


def _restricted() -> Select[_Owed]:
    """Return disclosures about people now restricted; the recipients must restrict them too."""
    return (
        _of(disclosures, NoticeKind.RESTRICTED, restricted_persons.c.restriction_id)
        .join(restricted_persons, restricted_persons.c.person_row == disclosures.c.person_row)
        .where(
            disclosures.c.disclosure_id.in_(select(disclosure_items.c.disclosure_id)),
            disclosures.c.recipient_kind != PartyKind.PERSON.value,
        )
    )


def _restricted_items() -> Select[_Owed]:
    """Return the disclosures of items that have since been restricted."""
    told = and_(
        disclosure_items.c.record_id == restrictions.c.record_id,
        disclosure_items.c.item_id == restrictions.c.item_id,
        disclosure_items.c.version < restrictions.c.version,
    )
    return (
        _of(disclosure_items, NoticeKind.RESTRICTED, restrictions.c.restriction_id)
        .join(restrictions, told)
        .join(disclosures, disclosures.c.disclosure_id == disclosure_items.c.disclosure_id)
        .where(disclosures.c.recipient_kind != PartyKind.PERSON.value)
    )


def _deleted() -> Select[_Owed]:
    """Return disclosures about people, made before a force deleted data about them."""
    return (
        _of(disclosures, NoticeKind.ERASED, deletions_done.c.deletion_id)
        .join(deletion_cases, deletion_cases.c.person_row == disclosures.c.person_row)
        .join(deletions_done, deletions_done.c.deletion_id == deletion_cases.c.deletion_id)
        .where(
            disclosures.c.sent_at < deletions_done.c.done_at,
            disclosures.c.outcome == ReplyOutcome.INFORMATION.value,
            disclosures.c.recipient_kind != PartyKind.PERSON.value,
        )
    )


def _revoked() -> Select[_Owed]:
    """Return the disclosures that relied on a link that has since been revoked."""
    return (
        _of(disclosures, NoticeKind.LINK_REVOKED, request_identities.c.link_id)
        .join(request_identities, request_identities.c.request_id == disclosures.c.request_id)
        .join(link_revocations, link_revocations.c.link_id == request_identities.c.link_id)
        .where(request_identities.c.number <= disclosures.c.number)
    )


def _superseded() -> Select[_Owed]:
    """Return the certificates whose basis has changed since they were issued."""
    changed = superseded().subquery("changed")
    return _of(certificates, NoticeKind.SUPERSEDED, certificates.c.certificate_id).join(
        changed, changed.c.certificate_id == certificates.c.certificate_id
    )
