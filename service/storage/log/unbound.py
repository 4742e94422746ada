"""Binds payloads of earlier releases, so far bound only to their numbers, to their rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from service.provenance.vault.key_stores import MARK, Named
from service.provenance.vault.vault import COMMITTED_BYTES
from service.storage.engine.rows import Among
from service.storage.statement.both_ways import misowned_payloads, payload_columns
from service.storage.tables.erasures import stored_payloads
from service.storage.transaction import TransactionPart

_NUMBER = stored_payloads.c.payload_id
_IS_UNBOUND = func.substr(stored_payloads.c.body, COMMITTED_BYTES + 1, len(MARK)) != MARK


class Unbound(TransactionPart):
    """Payloads that can be decrypted for any row that names them, until they are bound."""

    def count(self) -> int:
        """Return the number of unbound payloads; this needs no keys."""
        return int(
            self._cell(select(func.count()).select_from(stored_payloads).where(_IS_UNBOUND))
        )

    def are_owned_once(self) -> bool:
        """Whether each payload is named by exactly one row, apart from declared loans."""
        return next(misowned_payloads(self._connection), None) is None

    def first(self, limit: int) -> dict[int, list[str]]:
        """Return up to `limit` unbound payloads by number, each with the rows that name it.

        Reads all payload columns once.
        """
        found = self._column(select(_NUMBER).where(_IS_UNBOUND).order_by(_NUMBER).limit(limit))
        owners: dict[int, list[str]] = defaultdict(list)
        for column in payload_columns() if found else ():
            query = select(column).where(Among(column, "ids"))
            for number in self._column(query, ids=list(found)):
                if isinstance(number, Named):
                    owners[int(number)].append(number.owner)
        return owners

    def bind(self, owners: Mapping[int, Sequence[str]]) -> None:
        """Encrypt payloads again, bound to the rows that name them. Raises VaultDamagedError."""
        self._transaction.payloads.bind_unbound(owners)
