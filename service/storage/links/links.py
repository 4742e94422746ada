"""Confirmed links and their revocations."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select

from domain.cases import Link
from domain.errors import AlreadyRevokedError, InvalidInputError, SelfVerificationError
from domain.ids import LinkId
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.finger_columns import finger_columns, fingers_in
from service.storage.tables.cases import analyses, comparison_revisions, comparisons, decisions
from service.storage.tables.links import link_decisions, link_revocations, links
from service.storage.transaction import TransactionPart
from service.storage.words import put_words, read_words


class Links(TransactionPart):
    """Links are written once; a revocation is a row beside the link."""

    def add(self, link: Link) -> None:
        """Store a link with its decisions.

        Raises SelfVerificationError unless two persons have identified this candidate.
        """
        sealed = self._sealed(link)
        first, second = _two_persons(link, sealed)
        self._connection.execute(
            insert(links).values(
                row_of(
                    links,
                    link,
                    first_decision_id=first.decision_id,
                    first_decided_by=first.decided_by,
                    second_decision_id=second.decision_id,
                    second_decided_by=second.decided_by,
                    **finger_columns(link.fingers),
                )
            )
        )
        self._connection.execute(
            insert(link_decisions),
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
        row = self._connection.execute(
            select(
                links,
                link_revocations.c.revoked_at,
                link_revocations.c.revoked_by,
                link_revocations.c.payload_id,
            )
            .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
            .where(links.c.link_id == link_id)
        ).first()
        if row is None:
            return None
        decided = self._connection.execute(
            select(link_decisions.c.decision_id)
            .where(link_decisions.c.link_id == link_id)
            .order_by(link_decisions.c.position)
        ).scalars()
        reason = read_words(self._transaction, [row.payload_id or 0])[0]
        return value_of(
            Link,
            row,
            decision_ids=tuple(decided),
            revocation_reason=reason,
            fingers=fingers_in(row),
        )

    def revoke(self, link: Link) -> None:
        """Store the revocation a link carries.

        Raises AlreadyRevokedError, InvalidInputError when the link carries none.
        """
        if link.revoked_at is None or link.revoked_by is None:
            raise InvalidInputError("A revocation has a time and a person.")
        row = row_of(
            link_revocations, link, payload_id=put_words(self._transaction, link.revocation_reason)
        )
        if not insert_unless_taken(self._connection, link_revocations, row, key=("link_id",)):
            raise AlreadyRevokedError

    def payloads_behind(self, link: Link) -> dict[int, str]:
        """Return the payloads that a link rests on, by number, each with its description.

        These are the words and marks of the people who decided; those of other candidates and
        examiners stay out, and so does the evidence of the search, which weighs details too.
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
        return {
            number: says
            for says, query in queries.items()
            for number in self._connection.execute(query).scalars()
        }

    def count(self) -> int:
        """Return how many links stand, without revoked ones."""
        made, revoked = (
            self._connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (links, link_revocations)
        )
        return int(made - revoked)

    def _sealed(self, link: Link) -> list[AnyRow]:
        """Return the decisions of the link in its own order."""
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
        raise SelfVerificationError("The candidate lacks identifications by two different people.")
    return agreeing[0], agreeing[1]
