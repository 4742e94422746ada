"""Referrals of requests to a body outside the office, and its answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, insert, select

from domain.certificates.referrals import Referral, ReferralReply, ReferralVerdict
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import ReferralId, RequestId, UserId
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.certificates import referral_replies, referrals
from service.storage.transaction import TransactionPart


class Referrals(TransactionPart):
    """A referral and its answer are written once each."""

    def make(self, referral: Referral) -> None:
        """Store a referral."""
        number = self._transaction.numbers.one(referrals.c.referral_row)
        row = row_of(referrals, referral, referral_row=number)
        self._connection.execute(insert(referrals).values(row).inline())

    def answer(self, referral: Referral, reply: ReferralReply) -> None:
        """Store the answer to a referral; raises ConflictError when it has one."""
        body = to_bytes({"markers": list(reply.markers), "words": reply.words})
        row = row_of(
            referral_replies,
            reply,
            referral_id=referral.referral_id,
            request_id=referral.request_id,
            payload_id=self._transaction.payloads.put(PayloadKind.REFERRAL, body),
        )
        if not insert_unless_taken(self._connection, referral_replies, row, key=("referral_id",)):
            raise ConflictError("This referral has already been answered: reload it.")

    def get(self, referral_id: ReferralId) -> Referral | None:
        """Return a referral, or None when unknown."""
        found = self._read(_REFERRALS.where(referrals.c.referral_id == referral_id))
        return found[0] if found else None

    def of_request(self, request_id: RequestId) -> tuple[Referral, ...]:
        """Return the referrals of a request, oldest first."""
        return self._read(_REFERRALS.where(referrals.c.request_id == request_id))

    def unanswered(self, limit: int) -> tuple[Referral, ...]:
        """Return referrals without an answer, oldest first."""
        return self._read(_REFERRALS.where(referral_replies.c.referral_id.is_(None)).limit(limit))

    def _read(self, query: Select[Any]) -> tuple[Referral, ...]:
        rows = self._connection.execute(query.order_by(referrals.c.referral_row)).all()
        return tuple(map(self._referral, rows))

    def _referral(self, row: AnyRow) -> Referral:
        return Referral(
            ReferralId(row.referral_id),
            RequestId(row.request_id),
            row.number,
            UserId(row.made_by),
            row.made_at,
            None if row.verdict is None else self._reply(row),
        )

    def _reply(self, row: AnyRow) -> ReferralReply:
        body = self._transaction.payloads.get(PayloadKind.REFERRAL, row.payload_id)
        markers, words = ((), "") if body is None else _told(body)
        return ReferralReply(
            ReferralVerdict(row.verdict), UserId(row.answered_by), row.answered_at, markers, words
        )


def _told(body: bytes) -> tuple[tuple[str, ...], str]:
    values = from_bytes(body)
    try:
        return tuple(map(str, values["markers"])), str(values["words"])
    except (KeyError, TypeError) as error:
        raise VaultDamagedError("The answer to a referral has the wrong format.") from error


_REFERRALS = select(
    referrals,
    referral_replies.c.verdict,
    referral_replies.c.answered_by,
    referral_replies.c.answered_at,
    referral_replies.c.payload_id,
).outerjoin(referral_replies, referral_replies.c.referral_id == referrals.c.referral_id)
