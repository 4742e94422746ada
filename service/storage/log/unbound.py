"""Payloads of earlier releases, which are bound to their number alone, bound to their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from service.provenance.vault.binding import MARK, Named
from service.provenance.vault.vault import COMMITTED_BYTES
from service.storage.engine.rows import Among
from service.storage.statement.owners import misowned_payloads, payload_columns
from service.storage.tables.erasures import stored_payloads
from service.storage.transaction import TransactionPart

_NUMBER = stored_payloads.c.payload_id
_IS_UNBOUND = func.substr(stored_payloads.c.body, COMMITTED_BYTES + 1, len(MARK)) != MARK


class Unbound(TransactionPart):
    """Payloads that open for whichever row names them, until they are bound."""

    def count(self) -> int:
        """Return how many there are; it takes no keys."""
        return int(
            self._cell(select(func.count()).select_from(stored_payloads).where(_IS_UNBOUND))
        )

    def are_owned_once(self) -> bool:
        """Whether no payload is named by two rows without a loan, and each by one."""
        return next(misowned_payloads(self._connection), None) is None

    def first(self, limit: int) -> dict[int, list[str]]:
        """Return up to `limit` by number, each with the rows that name it: one pass over all."""
        found = self._column(select(_NUMBER).where(_IS_UNBOUND).order_by(_NUMBER).limit(limit))
        owners: dict[int, list[str]] = defaultdict(list)
        for column in payload_columns() if found else ():
            query = select(column).where(Among(column, "ids"))
            for number in self._column(query, ids=list(found)):
                if isinstance(number, Named):
                    owners[int(number)].append(number.owner)
        return owners

    def bind(self, owners: Mapping[int, Sequence[str]]) -> None:
        """Seal payloads anew for the rows that name them; raises VaultDamagedError."""
        self._transaction.payloads.bind_unbound(owners)
