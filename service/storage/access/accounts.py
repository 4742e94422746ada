"""Accounts, their links with the identity provider, and their second factors."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, select

from domain.access.access import Role
from domain.access.accounts import Account, FactorKind, SecondFactor, SubjectLink
from domain.errors import ConflictError
from domain.ids import FactorId, ForceCode, UserId
from service.provenance.bundle.row_commitments import account_digest, subject_ref
from service.provenance.vault.key_stores import Access
from service.storage.engine.rows import Among, AnyRow, rows_given, rows_where, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.workbench import (
    account_subjects,
    accounts,
    recovery_codes,
    second_factor_removals,
    second_factor_uses,
    second_factors,
    tokens,
)
from service.storage.transaction import ANY_KEY, TransactionPart

# Built once, because building a statement costs as much as running it.
_ACCOUNT = rows_given(accounts, "user_id")
_LOCKED = _ACCOUNT.with_for_update()
_BY_NAME = rows_given(accounts, "sign_in_name")
_BY_SUBJECT = (
    select(accounts)
    .join(account_subjects, account_subjects.c.user_id == accounts.c.user_id)
    .where(account_subjects.c.subject_sha256 == bindparam("subject_sha256"))
)
_NAMES = select(accounts.c.user_id, accounts.c.sign_in_name).where(
    Among(accounts.c.user_id, "user_ids")
)


class Accounts(TransactionPart):
    """Local accounts. An account is disabled, never deleted, because sealed decisions name it."""

    def add(self, account: Account) -> None:
        """Store an account. Raises ConflictError when the sign-in name is taken."""
        if not self._add_new(accounts, account, unless_taken=ANY_KEY):
            raise ConflictError("The sign-in name is taken: choose another name.")

    def get(self, user_id: UserId) -> Account | None:
        """Return an account, disabled or not."""
        return self._one(Account, _ACCOUNT, user_id=user_id)

    def locked(self, user_id: UserId) -> Account | None:
        """Return an account, locked against other transactions until this transaction ends."""
        return self._one(Account, _LOCKED, user_id=user_id)

    def by_name(self, sign_in_name: str) -> Account | None:
        """Return the account with this sign-in name, disabled or not."""
        return self._one(Account, _BY_NAME, sign_in_name=sign_in_name)

    def names(self, user_ids: Collection[UserId]) -> Mapping[UserId, str]:
        """Return the sign-in names of those users that have local accounts."""
        found = self._rows(_NAMES, user_ids=sorted(set(user_ids)))
        return {UserId(user_id): name for user_id, name in found}

    def enabled(self, role: Role) -> int:
        """Return the number of accounts with a role that may sign in."""
        query = select(func.count()).where(accounts.c.role == role, ~accounts.c.is_disabled)
        return int(self._cell(query))

    def actors(self) -> Iterator[tuple[UserId, ForceCode | None]]:
        """Yield every account that may have called, by sign-in or token, with its force."""
        known = select(accounts.c.user_id, accounts.c.force).union(
            select(tokens.c.user_id, tokens.c.force)
        )
        for user_id, force in self._connection.execute(known):
            yield UserId(user_id), ForceCode(force) if force else None

    def by_subject(self, subject_sha256: str) -> Account | None:
        """Return the account linked to a subject of the identity provider, disabled or not."""
        return self._one(Account, _BY_SUBJECT, subject_sha256=subject_sha256)

    def link(self, link: SubjectLink) -> bool:
        """Link a subject to an account for sign-in. Returns False if either is already linked."""
        return self._add_new(account_subjects, link, unless_taken=ANY_KEY)

    def unlink(self, user_id: UserId) -> None:
        """Remove the link between an account and the identity provider's subject."""
        is_theirs = account_subjects.c.user_id == user_id
        row = self._row(select(account_subjects).where(is_theirs))
        if row is not None:
            self._connection.execute(delete(account_subjects).where(is_theirs))
            self._transaction.withdrawn.append((Access.SUBJECT, subject_ref(subject_link_of(row))))

    def save(self, account: Account) -> None:
        """Store the password hash of an account and whether it is disabled."""
        before = self.get(account.user_id)
        if before is not None:
            self._transaction.withdrawn.extend(_taken_away(before, account))
        self._change(
            accounts,
            {"user_id": account.user_id},
            password_hash=account.password_hash,
            is_disabled=account.is_disabled,
        )


def _taken_away(before: Account, after: Account) -> Iterator[tuple[Access, str]]:
    if after.is_disabled and not before.is_disabled:
        yield Access.ACCOUNT, before.user_id
    if before.password_hash not in {"", after.password_hash}:
        yield Access.PASSWORD, account_digest(before)


def account_of(row: AnyRow) -> Account:
    """Return the account of a row."""
    return value_of(Account, row)


def subject_link_of(row: AnyRow) -> SubjectLink:
    """Return the link between an account and a subject that a row holds."""
    return value_of(SubjectLink, row, blinding=row.blinding or "")


_IS_LIVE = and_(
    second_factors.c.user_id == bindparam("user_id"),
    second_factors.c.factor_id.not_in(select(second_factor_removals.c.factor_id)),
)
_FACTORS = (
    select(second_factors)
    .where(_IS_LIVE)
    .order_by(second_factors.c.added_at, second_factors.c.factor_id)
)
_A_FACTOR = select(second_factors.c.factor_id).where(_IS_LIVE).limit(1)
_TIMES_ENROLLED = select(func.count()).where(second_factors.c.user_id == bindparam("user_id"))
_RECOVERY_CODES = rows_given(recovery_codes.c.code_sha256, "factor_id")


class SecondFactors(TransactionPart):
    """Factors, written once; the secret is a payload, erased when the factor is removed."""

    def add(self, factor: SecondFactor) -> None:
        """Store a factor with the digests of its recovery codes."""
        payload_id = self._put(PayloadKind.SECOND_FACTOR, factor.secret)
        kind = None if factor.kind is FactorKind.AUTHENTICATOR else factor.kind
        self._add(second_factors, factor, payload_id=payload_id, kind=kind)
        codes = [
            {"factor_id": factor.factor_id, "code_sha256": digest}
            for digest in sorted(factor.recovery_sha256)
        ]
        self._add_all(recovery_codes, codes)

    def of(self, user_id: UserId) -> tuple[SecondFactor, ...]:
        """Return the factors of an account that have not been removed, oldest first."""
        rows = self._rows(_FACTORS, user_id=user_id)
        secrets = self._bodies(PayloadKind.SECOND_FACTOR, rows)
        return tuple(
            value_of(
                SecondFactor,
                row,
                secret=secrets.get(row.payload_id, b""),
                recovery_sha256=self._recovery_of(FactorId(row.factor_id)),
                kind=FactorKind(row.kind or FactorKind.AUTHENTICATOR),
            )
            for row in rows
        )

    def _recovery_of(self, factor_id: FactorId) -> frozenset[str]:
        return frozenset(self._column(_RECOVERY_CODES, factor_id=factor_id))

    def is_there(self, user_id: UserId) -> bool:
        """Whether an account has a factor that has not been removed; decrypts nothing."""
        return self._has(_A_FACTOR, user_id=user_id)

    def times_enrolled(self, user_id: UserId) -> int:
        """Return the number of factors that the account has now or had in the past."""
        return int(self._cell(_TIMES_ENROLLED, user_id=user_id))

    def use(
        self, factor_id: FactorId, use_id: str, at: datetime, counter: int | None = None
    ) -> bool:
        """Record that a code was used. Returns False if it had already been used."""
        return self._add_new(
            second_factor_uses, use_id=use_id, factor_id=factor_id, used_at=at, counter=counter
        )

    def counter(self, factor_id: FactorId) -> int:
        """Return the highest counter that a security key has reported, or 0 if none."""
        query = select(func.max(second_factor_uses.c.counter)).where(
            second_factor_uses.c.factor_id == factor_id
        )
        return int(self._cell(query) or 0)

    def used(self, factor_id: FactorId, use_ids: Iterable[str]) -> frozenset[str]:
        """Return which of these codes of a factor have already been used."""
        query = rows_where(second_factor_uses.c.use_id, factor_id=factor_id)
        return frozenset(self._column(query)) & frozenset(use_ids)

    def remove(self, factor_id: FactorId, at: datetime) -> None:
        """Remove a factor and erase its secret; does nothing if the factor is already removed."""
        if self._add_new(second_factor_removals, factor_id=factor_id, removed_at=at):
            its = rows_where(second_factors.c.payload_id, factor_id=factor_id)
            self._transaction.payloads.delete(self._column(its))
            self._transaction.withdrawn.append((Access.SECOND_FACTOR, factor_id))
