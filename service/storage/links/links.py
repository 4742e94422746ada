"""Confirmed links: stored, revoked, and told to forces; and the notices that a link is revoked."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy import bindparam, func, select

from domain.errors import AlreadyRevokedError, InvalidInputError, SelfVerificationError
from domain.examination.cases import Link
from domain.ids import ForceCode, LinkId
from domain.requests.disclosures import Notice, NoticeKind
from domain.requests.requests import PartyKind
from service.storage.engine.rows import AnyRow, rows_given, rows_where, value_of
from service.storage.tables.cases import analyses, comparison_revisions, comparisons, decisions
from service.storage.tables.links import (
    link_decisions,
    link_recipients,
    link_revocations,
    links,
    notices,
)
from service.storage.tables.requests import disclosure_notices, disclosures
from service.storage.transaction import TransactionPart
from service.storage.words import finger_columns, fingers_in

# Built once, because building a statement costs as much as running it.
_LINK = (
    select(
        links,
        link_revocations.c.revoked_at,
        link_revocations.c.revoked_by,
        link_revocations.c.payload_id,
    )
    .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
    .where(links.c.link_id == bindparam("link_id"))
)
_DECIDED = rows_given(link_decisions.c.decision_id, "link_id").order_by(link_decisions.c.position)


class Links(TransactionPart):
    """Links. Each is written once; its revocation is a separate row."""

    def add(self, link: Link) -> None:
        """Store a link.

        Raises SelfVerificationError unless two people have identified its candidate.
        """
        sealed = self._sealed(link)
        first, second = _two_persons(link, sealed)
        self._add(
            links,
            link,
            first_decision_id=first.decision_id,
            first_decided_by=first.decided_by,
            second_decision_id=second.decision_id,
            second_decided_by=second.decided_by,
            **finger_columns(link.fingers),
        )
        self._add_all(
            link_decisions,
            [
                {
                    "link_id": link.link_id,
                    "position": position,
                    "case_id": link.case_id,
                    "decision_id": row.decision_id,
                    "decided_by": row.decided_by,
                }
                for position, row in enumerate(sealed)
            ],
        )

    def get(self, link_id: LinkId) -> Link | None:
        """Return a link, with its revocation if there is one."""
        row = self._row(_LINK, link_id=link_id)
        if row is None:
            return None
        decided = self._column(_DECIDED, link_id=link_id)
        (reason,) = self._words([row])
        return value_of(
            Link,
            row,
            decision_ids=tuple(decided),
            revocation_reason=reason,
            fingers=fingers_in(row),
        )

    def revoke(self, link: Link) -> None:
        """Store the revocation that a link carries.

        Raises AlreadyRevokedError if the link is already revoked, and InvalidInputError if it
        carries no revocation.
        """
        if link.revoked_at is None or link.revoked_by is None:
            raise InvalidInputError(
                "The revocation does not state who revoked the link and when: give both."
            )
        if not self._add_new(
            link_revocations, link, payload_id=self._put_words(link.revocation_reason)
        ):
            raise AlreadyRevokedError

    def payloads_behind(self, link: Link) -> dict[int, str]:
        """Return the payloads on which a link is based, by number, each with its description.

        These are the notes and marked points of the people who decided. Those about other
        candidates or by other examiners are left out, and so is the evidence of the search, which
        also weighs details.
        """
        deciders = select(decisions.c.decided_by).where(
            decisions.c.decision_id.in_(link.decision_ids)
        )
        candidate = link.candidate_id
        queries = {
            "analysis of the probe": select(analyses.c.payload_id).where(
                analyses.c.case_id == link.case_id, analyses.c.examiner.in_(deciders)
            ),
            "mark-up of the probe": select(analyses.c.markup_id).where(
                analyses.c.case_id == link.case_id,
                analyses.c.examiner.in_(deciders),
                analyses.c.markup_id.is_not(None),
            ),
            "comparison with the person linked": select(comparisons.c.payload_id).where(
                comparisons.c.candidate_id == candidate, comparisons.c.examiner.in_(deciders)
            ),
            "revision of a comparison with the person linked": select(
                comparison_revisions.c.payload_id
            ).where(
                comparison_revisions.c.candidate_id == candidate,
                comparison_revisions.c.examiner.in_(deciders),
            ),
            "decision": select(decisions.c.payload_id).where(
                decisions.c.decision_id.in_(link.decision_ids)
            ),
        }
        return {number: says for says, query in queries.items() for number in self._column(query)}

    def count(self) -> int:
        """Return the number of links that are not revoked."""
        made, revoked = (
            self._cell(select(func.count()).select_from(table))
            for table in (links, link_revocations)
        )
        return int(made - revoked)

    def _sealed(self, link: Link) -> list[AnyRow]:
        """Return the decisions of a link in the order that the link gives."""
        query = select(
            decisions.c.decision_id, decisions.c.decided_by, decisions.c.candidate_id
        ).where(
            decisions.c.case_id == link.case_id, decisions.c.decision_id.in_(link.decision_ids)
        )
        found = {row.decision_id: row for row in self._connection.execute(query)}
        if len(found) != len(link.decision_ids):
            raise SelfVerificationError(
                "The link needs two different sealed decisions of its case."
            )
        return [found[decision_id] for decision_id in link.decision_ids]


def _two_persons(link: Link, sealed: Sequence[AnyRow]) -> tuple[AnyRow, AnyRow]:
    agreeing = [row for row in sealed if row.candidate_id == link.candidate_id]
    if len(agreeing) < 2:
        raise SelfVerificationError(
            "The candidate has not been identified by two different people."
        )
    return agreeing[0], agreeing[1]


class Notices(TransactionPart):
    """Recipients of links, and notices. Each is written once."""

    def tell(self, link_id: LinkId, force: ForceCode, at: datetime) -> None:
        """Record that a force was told of a link; does nothing if that is already recorded."""
        self._add_new(link_recipients, link_id=link_id, force=force, told_at=at)

    def recipients(self, link_id: LinkId) -> tuple[ForceCode, ...]:
        """Return the forces that were told of a link, in order of their codes."""
        query = select(link_recipients.c.force).where(link_recipients.c.link_id == link_id)
        found = self._column(query.order_by(link_recipients.c.force))
        return tuple(ForceCode(force) for force in found)

    def give(self, notice: Notice) -> None:
        """Store a notice to a recipient of a revoked link."""
        row = self._transaction.numbers.one(notices.c.notice_row)
        self._add(notices, notice, notice_row=row, noticed_at=notice.at)

    def of_force(self, force: ForceCode) -> tuple[Notice, ...]:
        """Return the notices to a force, newest first."""
        query = rows_where(notices, force=force)
        told = [
            value_of(Notice, row, at=row.noticed_at) for row in self._connection.execute(query)
        ]
        answered = self._of_disclosures(force)
        return tuple(sorted((*told, *answered), key=_moment, reverse=True))

    def _of_disclosures(self, force: ForceCode) -> list[Notice]:
        """Return notices to a force whose own request was answered using a revoked link."""
        query = (
            select(disclosure_notices)
            .join(disclosures, disclosures.c.disclosure_id == disclosure_notices.c.disclosure_id)
            .where(
                disclosures.c.recipient_kind == PartyKind.FORCE.value,
                disclosures.c.recipient_code == force,
                disclosure_notices.c.kind == NoticeKind.LINK_REVOKED.value,
            )
        )
        return [
            Notice(row.notice_id, row.about, force, datetime.combine(row.given_on, time(), UTC))
            for row in self._connection.execute(query)
        ]


def _moment(notice: Notice) -> tuple[datetime, str]:
    return (notice.at, notice.notice_id)
