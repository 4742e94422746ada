"""Local accounts on a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from domain.access import Role
from domain.accounts import Account
from domain.errors import ConflictError
from domain.ids import ForceCode, UserId
from service.storage.rows import AnyRow
from service.storage.steps import in_steps
from service.storage.tables.workbench import account_subjects, accounts
from service.storage.transaction import Transaction
from service.storage.writes import insert_unless_taken


class SqlAccounts:
    """The account repository on a database."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def add(self, account: Account) -> None:
        """Store an account; raises ConflictError when the sign-in name is taken."""
        row = {
            "user_id": account.user_id,
            "sign_in_name": account.sign_in_name,
            "role": account.role,
            "force": account.force,
            "password_hash": account.password_hash,
            "added_at": account.added_at,
            "is_disabled": account.is_disabled,
        }
        if not insert_unless_taken(self._connection, accounts, row):
            raise ConflictError("This sign-in name is taken.")

    def get(self, user_id: UserId) -> Account | None:
        """Return an account, disabled or not."""
        query = select(accounts).where(accounts.c.user_id == user_id)
        row = self._connection.execute(query).first()
        return None if row is None else _account(row)

    def by_name(self, sign_in_name: str) -> Account | None:
        """Return the account with this sign-in name, disabled or not."""
        query = select(accounts).where(accounts.c.sign_in_name == sign_in_name)
        row = self._connection.execute(query).first()
        return None if row is None else _account(row)

    def names(self, user_ids: Collection[UserId]) -> Mapping[UserId, str]:
        """Return the sign-in names of those that are local accounts."""
        found: dict[UserId, str] = {}
        for part in in_steps(sorted(set(user_ids))):
            query = select(accounts.c.user_id, accounts.c.sign_in_name).where(
                accounts.c.user_id.in_(part)
            )
            found.update((UserId(i), name) for i, name in self._connection.execute(query))
        return found

    def by_subject(self, subject_sha256: str) -> Account | None:
        """Return the account of a subject of the identity provider, disabled or not."""
        query = (
            select(accounts)
            .join(account_subjects, account_subjects.c.user_id == accounts.c.user_id)
            .where(account_subjects.c.subject_sha256 == subject_sha256)
        )
        row = self._connection.execute(query).first()
        return None if row is None else _account(row)

    def link(self, subject_sha256: str, user_id: UserId, at: datetime) -> bool:
        """Let a subject sign in to an account; False when either has another already."""
        row = {"subject_sha256": subject_sha256, "user_id": user_id, "linked_at": at}
        return insert_unless_taken(self._connection, account_subjects, row)

    def unlink(self, user_id: UserId) -> None:
        """Let no subject sign in to an account any more."""
        self._connection.execute(
            delete(account_subjects).where(account_subjects.c.user_id == user_id)
        )

    def save(self, account: Account) -> None:
        """Store a new password hash, or that the account is disabled."""
        self._connection.execute(
            update(accounts)
            .where(accounts.c.user_id == account.user_id)
            .values(password_hash=account.password_hash, is_disabled=account.is_disabled)
        )


def _account(row: AnyRow) -> Account:
    return Account(
        user_id=UserId(row.user_id),
        sign_in_name=row.sign_in_name,
        role=Role(row.role),
        force=row.force and ForceCode(row.force),
        password_hash=row.password_hash,
        added_at=row.added_at,
        is_disabled=row.is_disabled,
    )
