"""Tokens, clients, accounts and sessions."""

from enum import StrEnum

from domain.access.access import Role
from domain.access.accounts import CodeFault, CodeKind, FactorKind, FactorRemoval
from domain.errors import ProviderRefusal
from domain.events.declaring import Event, Standing, Subject, event
from domain.events.rows import ITS_ROW, Committed, Demand, Leaves
from domain.ids import ClientId, ClientKeyId, FactorId, TokenId, UserId

NO_SUBJECT = "none"
"""The commitment of an account that can no longer be opened through the identity provider."""


class AccountChange(StrEnum):
    """The kind of change made to an account."""

    PASSWORD = "password"  # noqa: S105 - a kind of change, not a secret
    LINKED = "linked"
    UNLINKED = "unlinked"
    DISABLED = "disabled"


class SessionState(StrEnum):
    """The state of a session."""

    OPEN = "open"
    ENDED = "ended"


@event("token-issued", leaves=(Committed("tokens", (("token_id", "token_id"),)),), demands=ITS_ROW)
class TokenIssued(Event):
    """A token was issued."""

    token_id: Subject[TokenId]
    role: Role
    user: UserId | ClientId
    row_sha256: Standing[str | None] = None
    key_id: Subject[ClientKeyId | None] = None


@event("token-revoked", leaves=Leaves("token_revocations"))
class TokenRevoked(Event):
    """A token was revoked."""

    token_id: Subject[TokenId]
    basis: str | None = None
    authority: str | None = None


@event(
    "client-added",
    leaves=(Committed("clients", (("client_id", "client_id"),), leaves_out=("name",)),),
    demands=ITS_ROW,
)
class ClientAdded(Event):
    """A client of a force was added."""

    client_id: Subject[ClientId]
    row_sha256: Standing[str | None] = None


@event("client-revoked", leaves=Leaves("client_revocations"))
class ClientRevoked(Event):
    """A client of a force was revoked, with its keys and tokens."""

    client_id: Subject[ClientId]
    basis: str | None = None
    authority: str | None = None


@event(
    "client-key-added",
    leaves=(Committed("client_keys", (("client_key_id", "key_id"),)),),
    demands=ITS_ROW,
)
class ClientKeyAdded(Event):
    """A client was given another key."""

    key_id: Subject[ClientKeyId]
    client_id: Subject[ClientId]
    row_sha256: Standing[str | None] = None


@event(
    "client-key-revoked",
    leaves=Leaves(
        "client_key_revocations", key="client_key_id", where=(("client_key_id", "key_id"),)
    ),
)
class ClientKeyRevoked(Event):
    """A key of a client was revoked."""

    key_id: Subject[ClientKeyId]
    client_id: Subject[ClientId | None] = None
    basis: str | None = None
    authority: str | None = None


@event(
    "account-added",
    leaves=(Committed("accounts", (("user_id", "user_id"),), leaves_out=("sign_in_name",)),),
    demands=ITS_ROW,
)
class AccountAdded(Event):
    """An account was added."""

    user_id: Subject[UserId]
    role: Role
    by: str | None = None
    """`provider` for an account that was created by the first sign-in at the identity provider."""
    first_voucher: UserId | None = None
    """The first of two administrators who vouched. None for a role that takes no decisions, in a
    trial, and for the first administrators."""
    second_voucher: UserId | None = None
    row_sha256: Standing[str | None] = None
    subject_commitment: Standing[str | None] = None


@event("account-changed", demands=Demand(when=("change", AccountChange.DISABLED)))
class AccountChanged(Event):
    """An account's password or link to the provider was changed, or the account was disabled."""

    user_id: Subject[UserId]
    change: AccountChange
    first_voucher: UserId | None = None
    second_voucher: UserId | None = None
    row_sha256: Standing[str | None] = None
    subject_commitment: Standing[str | None] = None
    basis: str | None = None
    authority: str | None = None


@event("account-locked")
class AccountLocked(Event):
    """Sign-ins to an account were suspended for a time after too many failed attempts."""

    user_id: Subject[UserId]


@event(
    "second-factor-added",
    leaves=Leaves("second_factors", says=("user_id",), parts=("recovery_codes",)),
)
class SecondFactorAdded(Event):
    """The owner of an account enrolled a second factor."""

    factor_id: Subject[FactorId]
    user_id: Subject[UserId]
    kind: FactorKind | None = None


@event("second-factor-removed", leaves=Leaves("second_factor_removals"))
class SecondFactorRemoved(Event):
    """The owner removed a second factor, or an administrator reset it."""

    factor_id: Subject[FactorId]
    user_id: Subject[UserId | None] = None
    by: FactorRemoval | None = None
    first_voucher: UserId | None = None
    """The first of two administrators who vouched for a reset, as for a new account."""
    second_voucher: UserId | None = None
    basis: str | None = None
    authority: str | None = None


@event("second-factor-used", leaves=Leaves("second_factor_uses"))
class SecondFactorUsed(Event):
    """A one-time code or a security key's answer was used; it cannot be used again."""

    use_id: Subject[str]
    factor_id: Subject[FactorId]
    kind: CodeKind


@event("second-factor-refused")
class SecondFactorRefused(Event):
    """A second factor was refused, at sign-in or when somebody tried to change second factors."""

    user_id: Subject[UserId]
    factor_id: Subject[FactorId]
    fault: CodeFault


@event("signed-in")
class SignedIn(Event):
    """A session began."""

    session_ref: Subject[str | None] = None
    user_id: Subject[UserId | None] = None
    by: str | None = None
    """How the user signed in: `password` or `provider`."""
    session: Standing[SessionState | None] = None


@event("provider-sign-in-refused")
class ProviderSignInRefused(Event):
    """A sign-in was refused because of the way in which the provider authenticated the person."""

    user_id: Subject[UserId | None]
    """None for a person who has no account."""
    reason: ProviderRefusal


@event("provider-signed-out")
class ProviderSignedOut(Event):
    """The provider reported that a person signed out; their sessions begun there were ended."""

    user_id: Subject[UserId | None]
    """None if the provider named only its own session, or a person who has no account."""
    sessions: int


@event("signed-out")
class SignedOut(Event):
    """A user or an administrator ended a session."""

    session_ref: Subject[str | None] = None
    user_id: Subject[UserId | None] = None
    session: Standing[SessionState | None] = None
