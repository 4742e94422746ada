"""`identlink token`: bearer tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from domain.access import Role
from domain.errors import InvalidInputError
from domain.ids import ForceCode, TokenId, UserId
from service.bootstrap import open_store
from service.cli.context import CONSOLE, Call, Group
from service.settings import Settings
from service.usecases.access.tokens import IssuedToken, IssueToken, issue_token, revoke_token
from service.usecases.services import StoreServices

app = Group(help="Bearer tokens.")

RoleOption = Annotated[Role, typer.Option("--role", help="Role of the caller.")]
ForceOption = Annotated[
    str | None, typer.Option("--force", help="Code of the force, for the role `force` alone.")
]
UserOption = Annotated[
    str | None,
    typer.Option(
        "--user",
        help="Account that the token speaks for, by id or sign-in name; default a new one.",
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option("--days", min=1, help="Days of validity; default IDENTLINK_TOKEN_DAYS."),
]


@app.command()
def issue(
    call: Call,
    role: RoleOption,
    *,
    force: ForceOption = None,
    user: UserOption = None,
    days: DaysOption = None,
) -> None:
    """Issue a token; its secret is shown this once and stored nowhere."""
    settings = call.named()
    with open_store(settings) as services:
        issued = issue_token(
            services,
            IssueToken(
                caller=CONSOLE,
                user_id=_user(services, user) if user else _new_account(services, role),
                role=role,
                force=ForceCode(force) if force else None,
                valid_for=_valid_for(settings, days),
                may_decide=settings.trial,
            ),
        )
    call.say(_sentence(issued), _facts(issued))


@app.command()
def revoke(
    call: Call, token_id: Annotated[str, typer.Argument(help="Id of the token, not its secret.")]
) -> None:
    """Revoke a token at once; revoking it again changes nothing."""
    with open_store(call.named()) as services:
        revoke_token(services, CONSOLE, TokenId(token_id))
    call.say("The token is revoked.", {"token_id": token_id, "revoked": True})


def _user(services: StoreServices, told: str) -> UserId:
    """Return the id of the account with this sign-in name; else the id is as it was told."""
    with services.units.read() as unit:
        account = unit.accounts.by_name(told)
    return UserId(told) if account is None else account.user_id


def _new_account(services: StoreServices, role: Role) -> UserId:
    """Return an unused account: two tokens without a name are two persons."""
    return UserId(f"{role}-{services.surroundings.new_id()[:12]}")


def _valid_for(settings: Settings, days: int | None) -> timedelta:
    asked = settings.token_days if days is None else days
    if asked > settings.token_days_maximum:
        raise InvalidInputError(
            f"The lifetime is too long: ask for at most {settings.token_days_maximum} days."
        )
    return timedelta(days=asked)


def _facts(issued: IssuedToken) -> dict[str, object]:
    actor = issued.token.actor
    return {
        "token_id": issued.token.token_id,
        "secret": issued.secret,
        "user": actor.user_id,
        "role": actor.role.value,
        "force": actor.force,
        "scopes": sorted(scope.value for scope in actor.scopes),
        "expires_at": issued.token.expires_at.isoformat(),
    }


def _sentence(issued: IssuedToken) -> str:
    token = issued.token
    return "\n".join(
        (
            f"Token {token.token_id} for {token.actor.user_id} ({token.actor.role}),"
            f" valid until {token.expires_at:%Y-%m-%d}.",
            "Its secret, shown this once:",
            issued.secret,
        )
    )
