"""Second factors on a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select

from domain.accounts import FactorKind, SecondFactor
from domain.ids import FactorId, UserId
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
        kind = None if factor.kind is FactorKind.AUTHENTICATOR else factor.kind
        row = row_of(second_factors, factor, payload_id=payload_id, kind=kind)
        self._connection.execute(insert(second_factors).values(row).inline())
        codes = [
            {"factor_id": factor.factor_id, "code_sha256": digest}
            for digest in sorted(factor.recovery_sha256)
        ]
        self._connection.execute(insert(recovery_codes), codes)

    def of(self, user_id: UserId) -> tuple[SecondFactor, ...]:
        """Return the live factors of an account, the oldest first."""
        query = select(second_factors).where(_is_live(user_id))
        order = (second_factors.c.added_at, second_factors.c.factor_id)
        rows = self._connection.execute(query.order_by(*order)).all()
        secrets = self._transaction.payloads.get_many(
            PayloadKind.SECOND_FACTOR, [row.payload_id for row in rows]
        )
        return tuple(
            SecondFactor(
                FactorId(row.factor_id),
                UserId(row.user_id),
                row.added_at,
                secret=secrets.get(row.payload_id, b""),
                recovery_sha256=self._recovery_of(FactorId(row.factor_id)),
                kind=FactorKind(row.kind or FactorKind.AUTHENTICATOR),
            )
            for row in rows
        )

    def _recovery_of(self, factor_id: FactorId) -> frozenset[str]:
        codes = select(recovery_codes.c.code_sha256).where(recovery_codes.c.factor_id == factor_id)
        return frozenset(self._connection.execute(codes).scalars())

    def is_there(self, user_id: UserId) -> bool:
        """Whether an account has a live factor; the secret stays sealed."""
        query = select(second_factors.c.factor_id).where(_is_live(user_id)).limit(1)
        return self._connection.execute(query).first() is not None

    def times_enrolled(self, user_id: UserId) -> int:
        """Return how many factors an account has or had."""
        query = select(func.count()).where(second_factors.c.user_id == user_id)
        return int(self._connection.execute(query).scalar_one())

    def use(
        self, factor_id: FactorId, use_id: str, at: datetime, counter: int | None = None
    ) -> bool:
        """Note that a code was used; False when it was used before."""
        row = {"use_id": use_id, "factor_id": factor_id, "used_at": at, "counter": counter}
        return insert_unless_taken(self._connection, second_factor_uses, row, key=("use_id",))

    def counter(self, factor_id: FactorId) -> int:
        """Return the highest counter that a security key has told, 0 for none."""
        query = select(func.max(second_factor_uses.c.counter)).where(
            second_factor_uses.c.factor_id == factor_id
        )
        return int(self._connection.execute(query).scalar() or 0)

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


def _is_live(user_id: UserId) -> ColumnElement[bool]:
    removed = select(second_factor_removals.c.factor_id)
    return and_(second_factors.c.user_id == user_id, second_factors.c.factor_id.not_in(removed))
