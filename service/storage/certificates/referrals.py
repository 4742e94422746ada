"""Referrals of requests to a body outside the office, and its answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from domain.certificates.referrals import Referral, ReferralReply
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import ReferralId, RequestId
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import AnyRow, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.certificates import referral_replies, referrals
from service.storage.transaction import TransactionPart


class Referrals(TransactionPart):
    """A referral and its answer are written once each."""

    def make(self, referral: Referral) -> None:
        """Store a referral."""
        number = self._transaction.numbers.one(referrals.c.referral_row)
        self._add(referrals, referral, referral_row=number)

    def answer(self, referral: Referral, reply: ReferralReply) -> None:
        """Store the answer to a referral; raises ConflictError when it has one."""
        body = to_bytes({"markers": list(reply.markers), "words": reply.words})
        if not self._add_new(
            referral_replies,
            reply,
            unless_taken=("referral_id",),
            referral_id=referral.referral_id,
            request_id=referral.request_id,
            payload_id=self._put(PayloadKind.REFERRAL, body),
        ):
            raise ConflictError("This referral is answered already: read it again.")

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
        rows = self._rows(query.order_by(referrals.c.referral_row))
        return tuple(map(self._referral, rows))

    def _referral(self, row: AnyRow) -> Referral:
        return value_of(Referral, row, reply=None if row.verdict is None else self._reply(row))

    def _reply(self, row: AnyRow) -> ReferralReply:
        body = self._transaction.payloads.get(PayloadKind.REFERRAL, row.payload_id)
        markers, words = ((), "") if body is None else _told(body)
        return value_of(ReferralReply, row, markers=markers, words=words)


def _told(body: bytes) -> tuple[tuple[str, ...], str]:
    values = from_bytes(body)
    try:
        return tuple(map(str, values["markers"])), str(values["words"])
    except (KeyError, TypeError) as error:
        raise VaultDamagedError("The answer to a referral is not in its format.") from error


_REFERRALS = select(
    referrals,
    referral_replies.c.verdict,
    referral_replies.c.answered_by,
    referral_replies.c.answered_at,
    referral_replies.c.payload_id,
).outerjoin(referral_replies, referral_replies.c.referral_id == referrals.c.referral_id)
