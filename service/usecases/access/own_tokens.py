"""The tokens issued in a person's name, as shown to that person."""

from dataclasses import dataclass

from domain.access.access import Token
from domain.access.accounts import Account
from domain.events.access import TokenIssued
from domain.ids import UserId
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.sessions import Visitor
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A token, with the issuer and purpose that the log states."""

    token: Token
    issued_by: str
    """The sign-in name of the issuer or, if the issuer has none, the issuer's id."""
    purpose: str
    is_valid: bool


def own_tokens(bench: Workbench, account: Account) -> tuple[OwnToken, ...]:
    """Return the tokens in the name of an account, newest first."""
    now = bench.services.surroundings.clock()
    with bench.services.units.read() as unit:
        tokens = unit.tokens.of(account.user_id)
        issues = [_issue(unit, token) for token in tokens]
        names = unit.accounts.names([UserId(issuer) for issuer, _ in issues])
    return tuple(
        OwnToken(
            token,
            names.get(UserId(issuer), issuer),
            purpose,
            token.revoked_at is None and token.expires_at > now,
        )
        for token, (issuer, purpose) in zip(tokens, issues, strict=True)
    )


def has_new_tokens(bench: Workbench, visitor: Visitor) -> bool:
    """Whether a token was issued in the visitor's name since their previous sign-in."""
    account = visitor.account
    with bench.services.units.read() as unit:
        newest = next(iter(unit.tokens.of(account.user_id)), None)
        last_at = unit.sessions.begun_before(account.user_id, visitor.session_sha256)
    return newest is not None and newest.issued_at >= (last_at or account.added_at)


def _issue(unit: UnitOfWork, token: Token) -> tuple[str, str]:
    """Return the issuer of a token and its purpose; empty texts if the log does not state them."""
    for entry in unit.events.about(token.token_id):
        if entry.event_type == TokenIssued.event_type:
            body = read_event(entry.body)
            return body.actor, body.purpose
    return "", ""
