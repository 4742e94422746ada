"""Local accounts on a database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from domain.access import Role
from domain.accounts import Account, SubjectLink
from domain.errors import ConflictError
from domain.ids import ForceCode, UserId
from service.provenance.bundle.row_commitments import account_digest, subject_ref
from service.provenance.vault.withdrawals import Access
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.access import tokens
from service.storage.tables.workbench import account_subjects, accounts
from service.storage.transaction import TransactionPart


class Accounts(TransactionPart):
    """Local accounts. An account is disabled, never deleted: sealed decisions name it."""

    def add(self, account: Account) -> None:
        """Store an account; raises ConflictError when the sign-in name is taken."""
        row = row_of(accounts, account)
        if not insert_unless_taken(self._connection, accounts, row):
            raise ConflictError("The sign-in name is taken: choose another name.")

    def get(self, user_id: UserId) -> Account | None:
        """Return an account, disabled or not."""
        return self._find(select(accounts).where(accounts.c.user_id == user_id))

    def locked(self, user_id: UserId) -> Account | None:
        """Return an account, locked against other transactions until this one ends."""
        query = select(accounts).where(accounts.c.user_id == user_id)
        return self._find(query.with_for_update())

    def by_name(self, sign_in_name: str) -> Account | None:
        """Return the account with this sign-in name, disabled or not."""
        return self._find(select(accounts).where(accounts.c.sign_in_name == sign_in_name))

    def names(self, user_ids: Collection[UserId]) -> Mapping[UserId, str]:
        """Return the sign-in names of those that are local accounts."""
        query = select(accounts.c.user_id, accounts.c.sign_in_name).where(
            Among(accounts.c.user_id, "user_ids")
        )
        found = self._connection.execute(query, {"user_ids": sorted(set(user_ids))})
        return {UserId(user_id): name for user_id, name in found}

    def enabled(self, role: Role) -> int:
        """Return how many accounts of a role may sign in."""
        query = select(func.count()).where(accounts.c.role == role, ~accounts.c.is_disabled)
        return int(self._connection.execute(query).scalar_one())

    def actors(self) -> Iterator[tuple[UserId, ForceCode | None]]:
        """Yield every account that may ever have called, local or by token, and its force."""
        known = select(accounts.c.user_id, accounts.c.force).union(
            select(tokens.c.user_id, tokens.c.force)
        )
        for user_id, force in self._connection.execute(known):
            yield UserId(user_id), ForceCode(force) if force else None

    def by_subject(self, subject_sha256: str) -> Account | None:
        """Return the account of a subject of the identity provider, disabled or not."""
        query = (
            select(accounts)
            .join(account_subjects, account_subjects.c.user_id == accounts.c.user_id)
            .where(account_subjects.c.subject_sha256 == subject_sha256)
        )
        return self._find(query)

    def link(self, link: SubjectLink) -> bool:
        """Let a subject sign in to an account; False when either has another already."""
        row = row_of(account_subjects, link)
        return insert_unless_taken(self._connection, account_subjects, row)

    def unlink(self, user_id: UserId) -> None:
        """Let no subject sign in to an account any more."""
        is_theirs = account_subjects.c.user_id == user_id
        row = self._connection.execute(select(account_subjects).where(is_theirs)).first()
        if row is not None:
            self._connection.execute(delete(account_subjects).where(is_theirs))
            self._transaction.withdrawn.append((Access.SUBJECT, subject_ref(subject_link_of(row))))

    def save(self, account: Account) -> None:
        """Store a new password hash, or that the account is disabled."""
        before = self.get(account.user_id)
        if before is not None:
            self._transaction.withdrawn.extend(_taken_away(before, account))
        self._connection.execute(
            update(accounts)
            .where(accounts.c.user_id == account.user_id)
            .values(password_hash=account.password_hash, is_disabled=account.is_disabled)
        )

    def _find(self, query: Select[Any]) -> Account | None:
        row = self._connection.execute(query).first()
        return None if row is None else account_of(row)


def _taken_away(before: Account, after: Account) -> Iterator[tuple[Access, str]]:
    if after.is_disabled and not before.is_disabled:
        yield Access.ACCOUNT, before.user_id
    if before.password_hash not in {"", after.password_hash}:
        yield Access.PASSWORD, account_digest(before)


def account_of(row: AnyRow) -> Account:
    """Return the account that a row of the table is."""
    return value_of(Account, row)


def subject_link_of(row: AnyRow) -> SubjectLink:
    """Return the identity provider's subject that a row holds."""
    return SubjectLink(row.subject_sha256, UserId(row.user_id), row.linked_at, row.blinding or "")
