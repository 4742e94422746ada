"""Stated answers of applications that officers saw shown by a document."""

from __future__ import annotations

from domain.ids import RequestId
from domain.proofs import ProofCheck
from service.storage.engine.rows import rows_where
from service.storage.tables.requests import proof_checks
from service.storage.transaction import TransactionPart


class Proofs(TransactionPart):
    """A check is written once."""

    def add(self, check: ProofCheck) -> None:
        """Store a check."""
        number = self._transaction.numbers.one(proof_checks.c.proof_row)
        self._add(proof_checks, check, proof_row=number)

    def of_request(self, request_id: RequestId) -> tuple[ProofCheck, ...]:
        """Return the checks of a request, oldest first."""
        query = rows_where(proof_checks, request_id=request_id).order_by(proof_checks.c.proof_row)
        return self._all(ProofCheck, query)
