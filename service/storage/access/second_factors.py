"""Second factors on a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, select

from domain.ids import FactorId, UserId
from domain.second_factors import SecondFactor
from service.provenance.vault.withdrawals import Access
from service.storage.engine.rows import row_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.access import (
    recovery_codes,
    second_factor_removals,
    second_factor_uses,
    second_factors,
)
from service.storage.transaction import TransactionPart


class SecondFactors(TransactionPart):
    """Written once; the secret is sealed in a payload, which goes when the factor is removed."""

    def add(self, factor: SecondFactor) -> None:
        """Store a factor with the digests of its recovery codes."""
        payload_id = self._transaction.payloads.put(PayloadKind.SECOND_FACTOR, factor.secret)
        row = row_of(second_factors, factor, payload_id=payload_id)
        self._connection.execute(insert(second_factors).values(row).inline())
        codes = [
            {"factor_id": factor.factor_id, "code_sha256": digest}
            for digest in sorted(factor.recovery_sha256)
        ]
        self._connection.execute(insert(recovery_codes), codes)

    def of(self, user_id: UserId) -> SecondFactor | None:
        """Return the live factor of an account."""
        removed = select(second_factor_removals.c.factor_id)
        query = select(second_factors).where(
            second_factors.c.user_id == user_id, second_factors.c.factor_id.not_in(removed)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        codes = select(recovery_codes.c.code_sha256).where(
            recovery_codes.c.factor_id == row.factor_id
        )
        payloads = self._transaction.payloads
        return SecondFactor(
            FactorId(row.factor_id),
            UserId(row.user_id),
            row.added_at,
            secret=payloads.get(PayloadKind.SECOND_FACTOR, row.payload_id) or b"",
            recovery_sha256=frozenset(self._connection.execute(codes).scalars()),
        )

    def is_there(self, user_id: UserId) -> bool:
        """Whether an account has a live factor; the secret stays sealed."""
        removed = select(second_factor_removals.c.factor_id)
        query = select(second_factors.c.factor_id).where(
            second_factors.c.user_id == user_id, second_factors.c.factor_id.not_in(removed)
        )
        return self._connection.execute(query).first() is not None

    def times_enrolled(self, user_id: UserId) -> int:
        """Return how many factors an account has or had."""
        query = select(func.count()).where(second_factors.c.user_id == user_id)
        return int(self._connection.execute(query).scalar_one())

    def use(self, factor_id: FactorId, use_id: str, at: datetime) -> bool:
        """Note that a code was used; False when it was used before."""
        row = {"use_id": use_id, "factor_id": factor_id, "used_at": at}
        return insert_unless_taken(self._connection, second_factor_uses, row, key=("use_id",))

    def used(self, factor_id: FactorId, use_ids: Iterable[str]) -> frozenset[str]:
        """Return which of these codes of a factor were used."""
        query = select(second_factor_uses.c.use_id).where(
            second_factor_uses.c.factor_id == factor_id
        )
        return frozenset(self._connection.execute(query).scalars()) & frozenset(use_ids)

    def remove(self, factor_id: FactorId, at: datetime) -> None:
        """Remove a factor and erase its secret; does nothing when it is removed already."""
        row = {"factor_id": factor_id, "removed_at": at}
        if insert_unless_taken(self._connection, second_factor_removals, row, key=("factor_id",)):
            its = select(second_factors.c.payload_id).where(
                second_factors.c.factor_id == factor_id
            )
            self._transaction.payloads.delete(self._connection.execute(its).scalars().all())
            self._transaction.withdrawn.append((Access.SECOND_FACTOR, factor_id))
