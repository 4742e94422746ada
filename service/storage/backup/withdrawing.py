"""Repeats, when a backup is restored, the withdrawals of access made after the backup.

Times are not compared. Each withdrawal names an id or digest, so a newer password or link differs
and is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from domain.ids import ClientId, ClientKeyId, FactorId, TokenId
from domain.jobs import JobKind
from domain.webhooks import Endpoint
from service.provenance.bundle.row_commitments import account_digest, endpoint_digest, subject_ref
from service.provenance.vault.key_stores import Access, Withdrawal, WithdrawnAgain
from service.storage.access.accounts import Accounts, SecondFactors, account_of, subject_link_of
from service.storage.access.clients import Clients, Tokens
from service.storage.engine.rows import Among
from service.storage.messages.jobs import Jobs
from service.storage.messages.webhooks import Webhooks
from service.storage.tables.access import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    second_factor_removals,
    second_factors,
    token_revocations,
    tokens,
)
from service.storage.tables.workbench import account_subjects, accounts
from service.storage.transaction import Transaction

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


def _tokens(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(tokens.c.token_id).where(
        Among(tokens.c.token_id, "refs"),
        tokens.c.token_id.not_in(select(token_revocations.c.token_id)),
    )
    held = transaction.connection.execute(query.order_by(tokens.c.token_id), _these(moments))
    for token_id in held.scalars().all():
        Tokens(transaction).revoke(TokenId(token_id), moments[token_id])
        yield WithdrawnAgain(Access.TOKEN, (token_id,))


def _clients(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(clients.c.client_id, clients.c.force).where(
        Among(clients.c.client_id, "refs"),
        clients.c.client_id.not_in(select(client_revocations.c.client_id)),
    )
    held = transaction.connection.execute(query.order_by(clients.c.client_id), _these(moments))
    for client_id, force in held.all():
        Clients(transaction).revoke(ClientId(client_id), moments[client_id])
        yield WithdrawnAgain(Access.CLIENT, (client_id,), force)


def _client_keys(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    key_id = client_keys.c.client_key_id
    query = (
        select(key_id, client_keys.c.client_id, clients.c.force)
        .join(clients, clients.c.client_id == client_keys.c.client_id)
        .where(
            Among(key_id, "refs"),
            key_id.not_in(select(client_key_revocations.c.client_key_id)),
        )
    )
    held = transaction.connection.execute(query.order_by(key_id), _these(moments))
    for found, client_id, force in held.all():
        Clients(transaction).revoke_key(ClientKeyId(found), moments[found])
        yield WithdrawnAgain(Access.CLIENT_KEY, (found, client_id), force)


def _accounts(transaction: Transaction, moments: _Moments) -> Iterator[WithdrawnAgain]:
    query = select(accounts).where(
        Among(accounts.c.user_id, "refs"), accounts.c.is_disabled.is_(False)
    )
    held = transaction.connection.execute(query.order_by(accounts.c.user_id), _these(moments))
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
    query = select(second_factors.c.factor_id, second_factors.c.user_id).where(
        Among(second_factors.c.factor_id, "refs"),
        second_factors.c.factor_id.not_in(select(second_factor_removals.c.factor_id)),
    )
    held = transaction.connection.execute(
        query.order_by(second_factors.c.factor_id), _these(moments)
    )
    for factor_id, user_id in held.all():
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
    """Give each endpoint the secret that followed the last withdrawn one.

    The force already holds that secret.
    """
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


def _these(moments: _Moments) -> dict[str, list[str]]:
    return {"refs": sorted(moments)}


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
