"""Recipients of links and notices of revocation on a database."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import insert, select

from domain.disclosures import Notice, NoticeKind
from domain.ids import ForceCode, LinkId
from domain.requests import PartyKind
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.links import link_recipients, notices
from service.storage.tables.requests import disclosure_notices, disclosures
from service.storage.transaction import TransactionPart


class Notices(TransactionPart):
    """Recipients and notices are written once."""

    def tell(self, link_id: LinkId, force: ForceCode, at: datetime) -> None:
        """Remember that a force was told of a link; the first time counts."""
        row = {"link_id": link_id, "force": force, "told_at": at}
        insert_unless_taken(self._connection, link_recipients, row, key=("link_id", "force"))

    def recipients(self, link_id: LinkId) -> tuple[ForceCode, ...]:
        """Return the forces that were told of a link, in order of their codes."""
        query = select(link_recipients.c.force).where(link_recipients.c.link_id == link_id)
        found = self._connection.execute(query.order_by(link_recipients.c.force)).scalars()
        return tuple(ForceCode(force) for force in found)

    def give(self, notice: Notice) -> None:
        """Store a notice to a recipient of a revoked link."""
        self._connection.execute(
            insert(notices)
            .values(
                notice_row=self._transaction.numbers.one(notices.c.notice_row),
                notice_id=notice.notice_id,
                link_id=notice.link_id,
                force=notice.force,
                noticed_at=notice.at,
            )
            .inline()
        )

    def of_force(self, force: ForceCode) -> tuple[Notice, ...]:
        """Return the notices to a force, newest first."""
        query = select(notices).where(notices.c.force == force)
        told = [
            Notice(row.notice_id, LinkId(row.link_id), ForceCode(row.force), row.noticed_at)
            for row in self._connection.execute(query)
        ]
        answered = self._of_disclosures(force)
        return tuple(sorted((*told, *answered), key=_moment, reverse=True))

    def _of_disclosures(self, force: ForceCode) -> list[Notice]:
        """Return the notices to a force that a request of its own was answered on such a link."""
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
            Notice(
                row.notice_id,
                LinkId(row.about),
                force,
                datetime.combine(row.given_on, time(), UTC),
            )
            for row in self._connection.execute(query)
        ]


def _moment(notice: Notice) -> tuple[datetime, str]:
    return (notice.at, notice.notice_id)
