"""Accounts: added, given a new password, linked to an identity provider and disabled.

Some of these changes need two administrators to vouch for them.
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from domain import errors
from domain.access.access import ROLES_OF_FORCES, ROLES_OF_SYSTEMS, Caller, Role, Scope, decides
from domain.access.accounts import Account, SubjectLink
from domain.events.access import NO_SUBJECT, AccountAdded, AccountChange, AccountChanged
from domain.forces import force_name
from domain.ids import ForceCode, UserId
from service.ports.identity import subject_sha256
from service.ports.surroundings import Surroundings
from service.provenance.bundle.row_commitments import account_digest, subject_commitment
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.second_factors import reset
from service.usecases.access.sessions import SignIn, recognise, sign_in, sign_out
from service.usecases.access.sign_ins import end_sessions
from service.usecases.log.recording import Concern, record
from service.usecases.workbench import SignInPolicy, Workbench

# A person who opened two such accounts alone could take both parts of a decision. Each
# administrator signs in with password and second factor and is then signed out; both acts are
# logged.


Vouchers = tuple[SignIn, ...]
"""The sign-ins of two administrators; empty where no vouching is needed."""

_NEEDED = 2


class Vouched(NamedTuple):
    """The two administrators who vouched; both fields are None if no vouching is needed."""

    first: UserId | None = None
    second: UserId | None = None


NOBODY = Vouched()


def vouched(bench: Workbench, role: Role, vouchers: Vouchers, *, is_new: bool = False) -> Vouched:
    """Return the two administrators who vouch for an account with this role.

    No vouching is needed for a role that decides nothing, in a trial, or for a new administrator
    while there are fewer than two. Raises NotPermittedError, NotAuthenticatedError,
    SelfVerificationError.
    """
    if bench.sign_in.is_trial or not decides(role):
        return NOBODY
    if role is Role.ADMINISTRATOR and is_new and _administrators(bench) < _NEEDED:
        return NOBODY
    if len(vouchers) != _NEEDED:
        raise errors.NotPermittedError(
            "An account with this role needs two administrators to vouch for it: "
            "name both with --administrator."
        )
    first, second = (_administrator(bench, one) for one in vouchers)
    if first == second:
        raise errors.SelfVerificationError("The second administrator must be a different person.")
    return Vouched(first, second)


def _administrators(bench: Workbench) -> int:
    with bench.services.units.read() as unit:
        return unit.accounts.enabled(Role.ADMINISTRATOR)


def _administrator(bench: Workbench, attempt: SignIn) -> UserId:
    """Sign an administrator in and out. Raises NotAuthenticatedError, NotPermittedError."""
    visitor = recognise(bench, sign_in(bench, attempt))
    sign_out(bench, visitor)
    account = visitor.account
    with bench.services.units.read() as unit:
        has_factor = unit.second_factors.is_there(account.user_id)
    if account.role is not Role.ADMINISTRATOR or not has_factor:
        raise errors.NotPermittedError(
            "Only an administrator with a second factor can vouch for someone: use another "
            "account."
        )
    return account.user_id


_IS_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]").fullmatch


@dataclass(frozen=True, slots=True)
class AddAccount:
    """A request to add an account. The account of a force's user names the force."""

    caller: Caller
    sign_in_name: str
    password: str
    role: Role
    force: ForceCode | None = None
    vouchers: Vouchers = ()


def add_account(bench: Workbench, command: AddAccount) -> UserId:
    """Add an account and return its opaque id; only an Argon2id hash of the password is kept.

    Raises NotPermittedError, InvalidInputError (name, password, role, force), UnknownForceError,
    ConflictError (the name is taken), and the errors of `vouched`.
    """
    command.caller.actor.require(Scope.OPERATE)
    _check(bench.sign_in, command)
    by = vouched(bench, command.role, command.vouchers, is_new=True)
    services = bench.services
    account = Account(
        user_id=UserId(services.new_id()),
        sign_in_name=command.sign_in_name,
        role=command.role,
        force=command.force,
        # Hash before the transaction begins: hashing is slow on purpose.
        password_hash=bench.passwords.hash(command.password),
        added_at=services.now(),
    )
    with services.units.begin() as unit:
        unit.accounts.add(account)
        event = AccountAdded(
            account.user_id,
            account.role,
            first_voucher=by.first,
            second_voucher=by.second,
            row_sha256=account_digest(account),
        )
        record(services, unit, command.caller, event, Concern(account.force))
    return account.user_id


def change_password(
    bench: Workbench, caller: Caller, user_id: UserId, password: str, *, vouchers: Vouchers = ()
) -> None:
    """Give an account a new password and end its sessions.

    Raises NotPermittedError, NotFoundError, InvalidInputError, and the errors of `vouched`.
    """
    caller.actor.require(Scope.OPERATE)
    _check_password(bench.sign_in, password)
    by = _vouched(bench, user_id, vouchers)
    hashed = bench.passwords.hash(password)
    services = bench.services
    with services.units.begin() as unit:
        account = replace(_account(unit, user_id), password_hash=hashed)
        unit.accounts.save(account)
        end_sessions(services, unit, caller, user_id)
        change = AccountChange.PASSWORD
        event = AccountChanged(
            user_id,
            change,
            first_voucher=by.first,
            second_voucher=by.second,
            row_sha256=account_digest(account),
        )
        record(services, unit, caller, event)


def link_account(
    bench: Workbench, caller: Caller, user_id: UserId, subject: str, *, vouchers: Vouchers = ()
) -> None:
    """Allow a subject (a user id) of the identity provider to sign in to an existing account.

    Raises NotPermittedError, NotFoundError (no account, no provider), InvalidInputError,
    ConflictError (the account or the subject is already linked), and the errors of `vouched`.
    """
    caller.actor.require(Scope.OPERATE)
    if bench.provider is None:
        raise errors.NotFoundError("There is no identity provider: set IDENTLINK_OIDC_ISSUER.")
    if not 0 < len(subject) <= 255:
        raise errors.InvalidInputError(
            "The subject of the identity provider has the wrong length: write 1 to 255 characters."
        )
    digest = subject_sha256(bench.provider.provider.issuer, subject)
    by = _vouched(bench, user_id, vouchers)
    services = bench.services
    link = subject_link(services.surroundings, digest, user_id)
    with services.units.begin() as unit:
        _account(unit, user_id)
        if not unit.accounts.link(link):
            raise errors.ConflictError(
                "This account or this subject of the identity provider is already "
                "linked: unlink it first."
            )
        change, commitment = AccountChange.LINKED, subject_commitment(link)
        event = AccountChanged(
            user_id,
            change,
            first_voucher=by.first,
            second_voucher=by.second,
            subject_commitment=commitment,
        )
        record(services, unit, caller, event)


def unlink_account(bench: Workbench, caller: Caller, user_id: UserId) -> None:
    """Stop sign-ins to an account through the identity provider, and end its sessions.

    Raises NotPermittedError, NotFoundError.
    """
    services = bench.services
    with services.begin(caller, Scope.OPERATE) as unit:
        _account(unit, user_id)
        unit.accounts.unlink(user_id)
        end_sessions(services, unit, caller, user_id)
        change = AccountChange.UNLINKED
        event = AccountChanged(user_id, change, subject_commitment=NO_SUBJECT)
        record(services, unit, caller, event)


def reset_second_factor(
    bench: Workbench, caller: Caller, user_id: UserId, *, vouchers: Vouchers = ()
) -> None:
    """Remove the second factors of an account. Raises the errors of `reset` and `vouched`."""
    caller.actor.require(Scope.OPERATE)
    reset(bench, caller, user_id, by=_vouched(bench, user_id, vouchers))


def disable_account(bench: Workbench, caller: Caller, user_id: UserId) -> None:
    """Stop an account's sign-ins and end its sessions. Raises NotPermittedError, NotFoundError."""
    services = bench.services
    with services.begin(caller, Scope.OPERATE) as unit:
        unit.accounts.save(replace(_account(unit, user_id), is_disabled=True))
        end_sessions(services, unit, caller, user_id)
        record(services, unit, caller, AccountChanged(user_id, AccountChange.DISABLED))


def subject_link(surroundings: Surroundings, subject: str, user_id: UserId) -> SubjectLink:
    """Return the link from a subject's digest to an account; its secret blinds it in the log."""
    return SubjectLink(subject, user_id, surroundings.clock(), surroundings.new_secret())


def _vouched(bench: Workbench, user_id: UserId, vouchers: Vouchers) -> Vouched:
    """Return the vouchers for a change to an account.

    Raises NotFoundError and the errors of `vouched`.
    """
    with bench.services.units.read() as unit:
        account = errors.existing(unit.accounts.get(user_id))
    return vouched(bench, account.role, vouchers)


def _account(unit: UnitOfWork, user_id: UserId) -> Account:
    """Return the account to change. It is locked, so simultaneous changes are made in turn."""
    return errors.existing(unit.accounts.locked(user_id))


def _check(policy: SignInPolicy, command: AddAccount) -> None:
    if not _IS_NAME(command.sign_in_name):
        raise errors.InvalidInputError(
            "The sign-in name is malformed: use 3 to 64 lower-case letters, digits, "
            "full stops, hyphens or underscores.",
            pointer="/sign_in_name",
        )
    if command.role in ROLES_OF_SYSTEMS:
        raise errors.InvalidInputError(
            "This role is only for clients: add a client instead.", pointer="/role"
        )
    if (command.role in ROLES_OF_FORCES) != (command.force is not None):
        raise errors.InvalidInputError(
            "An account for a force, case officer or reconciler must name a force; "
            "other accounts must not name one."
        )
    if command.force is not None:
        force_name(command.force)
    _check_password(policy, command.password)


def _check_password(policy: SignInPolicy, password: str) -> None:
    if not policy.shortest_password <= len(password) <= policy.longest_password:
        raise errors.InvalidInputError(
            f"The password has the wrong length: use {policy.shortest_password} to "
            f"{policy.longest_password} characters.",
            pointer="/password",
        )
