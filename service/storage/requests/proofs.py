"""Stated answers of applications that officers saw shown by a document."""

from __future__ import annotations

from sqlalchemy import insert, select

from domain.ids import RequestId
from domain.proofs import ProofCheck
from service.storage.engine.rows import row_of, value_of
from service.storage.tables.requests import proof_checks
from service.storage.transaction import TransactionPart


class Proofs(TransactionPart):
    """A check is written once."""

    def add(self, check: ProofCheck) -> None:
        """Store a check."""
        number = self._transaction.numbers.one(proof_checks.c.proof_row)
        row = row_of(proof_checks, check, proof_row=number)
        self._connection.execute(insert(proof_checks).values(row).inline())

    def of_request(self, request_id: RequestId) -> tuple[ProofCheck, ...]:
        """Return the checks of a request, oldest first."""
        query = (
            select(proof_checks)
            .where(proof_checks.c.request_id == request_id)
            .order_by(proof_checks.c.proof_row)
        )
        return tuple(value_of(ProofCheck, row) for row in self._connection.execute(query))
