"""Restores a backup in one transaction, and repeats later erasures and withdrawals of access.

The key store is kept apart and is newer than the backup; it remembers both. A payload whose key
was destroyed on purpose stays erased even if the backup holds the payload, and a revoked token
stays revoked. Times are not compared: each withdrawal names an id or digest, so a newer password
or link differs and is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Column, Connection, MetaData, Select, Table, delete, inspect, select
from sqlalchemy.engine.reflection import Inspector

from domain.errors import BackupDamagedError, StorePart
from domain.events.catalogue import NewEvent
from domain.ids import ClientId, ClientKeyId, FactorId, PersonId, TokenId
from domain.jobs import JobKind
from domain.outages import KeysMissingError
from domain.webhooks import Endpoint
from prints.vectors.codec import VectorCodec
from service.provenance.bundle.row_commitments import account_digest, endpoint_digest, subject_ref
from service.provenance.vault.key_stores import Access, Withdrawal, WithdrawnAgain
from service.provenance.vault.vault import Vault
from service.storage.access.accounts import Accounts, SecondFactors, account_of, subject_link_of
from service.storage.access.clients import Clients, Tokens
from service.storage.backup.backup import BackupReader, payload_pages, read_backup
from service.storage.engine.engines import commit
from service.storage.engine.migrate import upgrade_connection
from service.storage.engine.rows import Among, rows_where
from service.storage.log.head import number
from service.storage.messages.jobs import Jobs
from service.storage.messages.webhooks import Webhooks
from service.storage.people.erasure import erase_person, stored_about
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import encounters, persons, records
from service.storage.tables.workbench import (
    account_subjects,
    accounts,
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    second_factor_removals,
    second_factors,
    sessions,
    token_revocations,
    tokens,
)
from service.storage.transaction import Transaction, transaction_on

_OF_MIGRATIONS = "alembic_version"


def present_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each table of the current schema, in order."""
    return {table.name: tuple(table.columns.keys()) for table in METADATA.sorted_tables}


def tables_in(connection: Connection) -> tuple[Table, ...]:
    """Return the tables of a database with an earlier schema, in an order for inserting rows."""
    look = inspect(connection)
    names = [name for name in look.get_table_names() if name != _OF_MIGRATIONS]
    found = {
        name: tuple(str(column["name"]) for column in look.get_columns(name)) for name in names
    }
    return _tables(look, {name: found[name] for name in sorted(found, key=_place)})


def tables_of(connection: Connection, columns: Mapping[str, tuple[str, ...]]) -> tuple[Table, ...]:
    """Return the tables of a backup, all of which the database also has, in the backup's order.

    Raises BackupDamagedError for a table or column that is missing from the database's schema.
    """
    look = inspect(connection)
    there = set(look.get_table_names()) - {_OF_MIGRATIONS}
    for table, names in columns.items():
        held = {str(each["name"]) for each in look.get_columns(table)} if table in there else set()
        if not held or not held.issuperset(names):
            raise BackupDamagedError(
                "The backup contains tables that do not belong to its schema: use another backup."
            )
    return _tables(look, columns)


def _tables(look: Inspector, columns: Mapping[str, Sequence[str]]) -> tuple[Table, ...]:
    apart = MetaData()
    return tuple(_table(look, apart, name, names) for name, names in columns.items())


def _table(look: Inspector, apart: MetaData, name: str, columns: Sequence[str]) -> Table:
    """Return a table whose columns have their current type, or their old type if removed since."""
    known = METADATA.tables.get(name)
    types = {} if known is None else {each.name: each.type for each in known.columns}
    found = {str(each["name"]): each["type"] for each in look.get_columns(name)}
    keys = set(look.get_pk_constraint(name)["constrained_columns"])
    return Table(
        name,
        apart,
        *(
            Column(each, types.get(each, found[each]), primary_key=each in keys)
            for each in columns
        ),
    )


def _place(name: str) -> tuple[int, str]:
    order = [table.name for table in METADATA.sorted_tables]
    return (order.index(name) if name in order else len(order), name)


_REF_BYTES = 16
"""An encrypted body begins with a reference to its key, of this many bytes."""

Lost = Mapping[PersonId, int]
"""The numbers of payloads that people lost who were not erased: purged prints, or entries."""

EventsOfRestore = Callable[
    [Sequence[PersonId], Lost, Sequence[WithdrawnAgain]], Sequence[NewEvent]
]
"""Returns the events for the repeated erasures and withdrawals."""


class KeyMemory(Protocol):
    """The key store's memory of destroyed keys and withdrawn access."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed, and which were never in this key store."""

    def withdrawals(self) -> Sequence[Withdrawal]:
        """Return all access that has ever been withdrawn."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The erasures and withdrawals that a restore has repeated."""

    persons: int
    payloads: int
    withdrawn: Mapping[Access, int]
    """The number of withdrawals of each kind; kinds without any are left out."""


def restore(  # noqa: PLR0913 - the store's parts, each by its name
    connection: Connection,
    backup: BackupReader,
    *,
    tables: Sequence[Table],
    codec: VectorCodec,
    vault: Vault,
    keys: KeyMemory,
    events_of: EventsOfRestore,
) -> Restored:
    """Fill an empty database, then repeat erasures and withdrawals, all in one transaction.

    `tables` are the tables of the backup. A schema of an earlier release is upgraded in the
    process. Raises ConflictError when the database is not empty, KeysMissingError when the keys
    are older than the backup, BackupDamagedError for a backup that is truncated or changed.
    """
    read_backup(connection, backup, tables)
    upgrade_connection(connection)
    # It is not known which sessions have since ended, so everybody must sign in again.
    connection.execute(delete(sessions))
    transaction = transaction_on(connection, codec, vault)
    erased = _erased_payloads(connection, keys)
    gone, lost = _erase(transaction, erased)
    withdrawn = withdraw_again(transaction, keys.withdrawals())
    number(connection, events_of(gone, lost, withdrawn), transaction.changes)
    transaction.committing()
    commit(connection)
    transaction.payloads.committed()
    counts = Counter(again.access for again in withdrawn)
    return Restored(persons=len(gone), payloads=len(erased), withdrawn=counts)


def _erase(
    transaction: Transaction, payload_ids: Sequence[int]
) -> tuple[list[PersonId], dict[PersonId, int]]:
    """Erase these payloads, and the persons of whom nothing else is left.

    Who lost only prints or entries keeps what is left: to erase it could not be undone.
    """
    destroyed, gone, lost = set(payload_ids), list[PersonId](), dict[PersonId, int]()
    for row, person_id in _persons_of(transaction.connection, payload_ids).items():
        about = stored_about(transaction, {"row": row, "person_id": person_id})
        if about <= destroyed:
            gone.append(person_id)
            erase_person(transaction, person_id)
        else:
            lost[person_id] = len(about & destroyed)
    transaction.payloads.delete(payload_ids)
    return gone, lost


def _erased_payloads(connection: Connection, keys: KeyMemory) -> list[int]:
    erased: list[int] = []
    for page in payload_pages(connection):
        refs = {body[:_REF_BYTES].hex(): payload_id for payload_id, body in page}
        destroyed, missing = keys.destroyed_and_missing(list(refs))
        if missing:
            raise KeysMissingError(
                "Some keys that this backup needs are missing: restore the newest backup"
                " of the keys first.",
                part=StorePart.KEYS,
            )
        erased += [refs[ref] for ref in destroyed]
    return sorted(erased)


def _persons_of(connection: Connection, payload_ids: Sequence[int]) -> dict[int, PersonId]:
    """Return the persons whose captures or records are among these payloads, by ascending row."""
    found: dict[int, PersonId] = {}
    for table in (encounters, records):
        query = (
            select(persons.c.person_row, persons.c.person_id)
            .join(table, table.c.person_row == persons.c.person_row)
            .where(Among(table.c.payload_id, "ids"))
        )
        rows = connection.execute(query, {"ids": payload_ids})
        found |= {row: PersonId(person_id) for row, person_id in rows}
    return dict(sorted(found.items()))


_Moments = Mapping[str, datetime]
"""When each access was withdrawn, by its id or digest."""


def withdraw_again(
    transaction: Transaction, withdrawals: Iterable[Withdrawal]
) -> tuple[WithdrawnAgain, ...]:
    """Withdraw access that the key store remembers as withdrawn but the database holds as valid.

    Returns the repeated withdrawals in order. Access that the database does not hold, or that is
    already withdrawn there, is skipped.
    """
    remembered: dict[Access, dict[str, datetime]] = {access: {} for access in Access}
    for one in withdrawals:
        remembered[one.access][one.ref] = one.at
    return tuple(
        again
        for access, moments in remembered.items()
        if moments
        for again in _AGAIN[access](transaction, moments)
    )


def _valid(
    transaction: Transaction, moments: _Moments, query: Select[Any], withdrawn: Column[Any]
) -> Sequence[Any]:
    """Return the rows of a query on access that are to be withdrawn and are not yet, by id."""
    key: Any = query.selected_columns[0]
    left = query.where(Among(key, "refs"), key.not_in(select(withdrawn))).order_by(key)
    return transaction.connection.execute(left, {"refs": sorted(moments)}).all()


def _tokens(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    revoked = token_revocations.c.token_id
    for (token_id,) in _valid(transaction, moments, select(tokens.c.token_id), revoked):
        Tokens(transaction).revoke(TokenId(token_id), moments[token_id])
        yield WithdrawnAgain(Access.TOKEN, (token_id,))


def _clients(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query, revoked = select(clients.c.client_id, clients.c.force), client_revocations.c.client_id
    for client_id, force in _valid(transaction, moments, query, revoked):
        Clients(transaction).revoke(ClientId(client_id), moments[client_id])
        yield WithdrawnAgain(Access.CLIENT, (client_id,), force)


def _client_keys(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(client_keys.c.client_key_id, client_keys.c.client_id, clients.c.force).join(
        clients, clients.c.client_id == client_keys.c.client_id
    )
    revoked = client_key_revocations.c.client_key_id
    for found, client_id, force in _valid(transaction, moments, query, revoked):
        Clients(transaction).revoke_key(ClientKeyId(found), moments[found])
        yield WithdrawnAgain(Access.CLIENT_KEY, (found, client_id), force)


def _accounts(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = rows_where(accounts, is_disabled=False).where(Among(accounts.c.user_id, "refs"))
    wanted = {"refs": sorted(moments)}
    held = transaction.connection.execute(query.order_by(accounts.c.user_id), wanted)
    for account in map(account_of, held.all()):
        Accounts(transaction).save(replace(account, is_disabled=True))
        yield WithdrawnAgain(Access.ACCOUNT, (account.user_id,))


def _passwords(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    """Remove passwords that accounts no longer had; an administrator must then set new ones."""
    query = select(accounts).where(accounts.c.password_hash != "").order_by(accounts.c.user_id)
    for account in map(account_of, transaction.connection.execute(query).all()):
        if account_digest(account) in moments:
            bare = replace(account, password_hash="")
            Accounts(transaction).save(bare)
            digest = account_digest(bare)
            yield WithdrawnAgain(Access.PASSWORD, (account.user_id,), row_sha256=digest)


def _subjects(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(account_subjects).order_by(account_subjects.c.user_id)
    for link in map(subject_link_of, transaction.connection.execute(query).all()):
        if subject_ref(link) in moments:
            Accounts(transaction).unlink(link.user_id)
            yield WithdrawnAgain(Access.SUBJECT, (link.user_id,))


def _second_factors(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(second_factors.c.factor_id, second_factors.c.user_id)
    removed = second_factor_removals.c.factor_id
    for factor_id, user_id in _valid(transaction, moments, query, removed):
        SecondFactors(transaction).remove(FactorId(factor_id), moments[factor_id])
        yield WithdrawnAgain(Access.SECOND_FACTOR, (factor_id, user_id))


def _webhooks(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    repository = Webhooks(transaction)
    for endpoint in repository.every():
        at = moments.get(endpoint.endpoint_id)
        if at is not None:
            repository.remove(endpoint.endpoint_id, at)
            Jobs(transaction).cancel(JobKind.DELIVERY, endpoint.endpoint_id, at)
            yield _of_webhook(Access.WEBHOOK, endpoint)


def _webhook_secrets(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    """Give each endpoint the secret after the last withdrawn one, which its force holds."""
    repository = Webhooks(transaction)
    for endpoint in repository.every():
        version, latest = endpoint.secret_version, endpoint
        while (at := moments.get(f"{endpoint.endpoint_id}:{version}")) is not None:
            version += 1
            repository.rotate(endpoint.endpoint_id, to_version=version, at=at)
            latest = replace(latest, secret_version=version, secret_changed_at=at)
        if latest is not endpoint:
            yield _of_webhook(Access.WEBHOOK_SECRET, latest)


def _of_webhook(access: Access, endpoint: Endpoint) -> WithdrawnAgain:
    return WithdrawnAgain(
        access,
        (endpoint.endpoint_id,),
        endpoint.force,
        row_sha256=endpoint_digest(endpoint),
        secret_version=endpoint.secret_version,
    )


_AGAIN: Mapping[Access, Callable[[Transaction, _Moments], Iterator[WithdrawnAgain]]] = {
    Access.TOKEN: _tokens,
    Access.CLIENT: _clients,
    Access.CLIENT_KEY: _client_keys,
    Access.ACCOUNT: _accounts,
    Access.PASSWORD: _passwords,
    Access.SUBJECT: _subjects,
    Access.SECOND_FACTOR: _second_factors,
    # Endpoints are removed first, because a removed endpoint needs no other secret.
    Access.WEBHOOK: _webhooks,
    Access.WEBHOOK_SECRET: _webhook_secrets,
}
