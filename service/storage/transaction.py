"""The parts that repositories of a unit of work share: connection, payloads, queues."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from domain.events.logged import NewEvent
from prints.vectors.codec import VectorCodec
from service.provenance.vault.vault import Vault
from service.provenance.vault.withdrawals import Access
from service.storage.engine.row_numbers import RowNumbers
from service.storage.sealed.payloads import PayloadStore


@dataclass(slots=True)
class Transaction:
    """The current transaction. Events and changes wait here for their numbers until commit."""

    connection: Connection
    numbers: RowNumbers
    payloads: PayloadStore
    codec: VectorCodec
    """Writes and reads the templates of the gallery."""
    vault: Vault | None = None
    events: list[NewEvent] = field(default_factory=list)
    changes: list[tuple[int, int]] = field(default_factory=list)
    """(encounter row, kind), in the order in which they happened."""
    records: list[int] = field(default_factory=list)
    """Rows of people whose live record began, got another version, went, or came back."""
    held: dict[str, int] = field(default_factory=dict)
    """Rows by id of the persons that are locked against erasure."""
    stated: dict[str, str] = field(default_factory=dict)
    """The text of rows, as their event commits to them, by the id of what was stored here as a
    whole."""
    withdrawn: list[tuple[Access, str]] = field(default_factory=list)
    """Access that this transaction withdraws, by its id or digest."""

    def committing(self) -> None:
        """Tell the key store of withdrawals before the transaction itself is durable.

        A crash at the commit may leave it with access withdrawn that is not: see
        `WithdrawalMemory.withdraw`. A transaction without withdrawals writes nothing.
        """
        self.payloads.committing()
        if self.withdrawn and self.vault is not None:
            self.vault.withdraw_many(self.withdrawn)

    def forget(self) -> None:
        """Release queues, locks and numbers after the commit."""
        self.events.clear()
        self.changes.clear()
        self.records.clear()
        self.withdrawn.clear()
        self.stated.clear()
        self.held.clear()
        self.numbers.forget()


class TransactionPart:
    """Rows of one subject, read and written in a transaction; repositories derive from this."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection


def transaction_on(connection: Connection, codec: VectorCodec, vault: Vault | None) -> Transaction:
    """Return the shared parts for work on this connection."""
    numbers = RowNumbers(connection)
    payloads = PayloadStore(connection, numbers, vault)
    return Transaction(connection, numbers, payloads, codec, vault)
