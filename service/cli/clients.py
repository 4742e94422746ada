"""`identlink client` and `identlink token`: clients with their keys, and bearer tokens."""

from collections.abc import Mapping
from typing import Annotated

import typer

from domain.access.access import Role, Scope
from domain.access.accounts import Client
from domain.ids import ClientId, ClientKeyId, ForceCode, TokenId, UserId
from service.bootstrap.stores import open_store
from service.cli.context import CONSOLE, Call, ForceOption, Group
from service.usecases.access import clients as access_clients
from service.usecases.access.tokens import IssuedToken, IssueToken, issue_token, revoke_token
from service.usecases.services import StoreServices

clients = Group(help="Clients (police forces' systems) and their keys.")

ClientArgument = Annotated[str, typer.Argument(help="Id of the client.")]


@clients.command("add")
def add(
    call: Call,
    name: Annotated[
        str,
        typer.Argument(
            help="System name: lower-case letters, digits, full stops, underscores, hyphens"
        ),
    ],
    force: Annotated[str, typer.Option(help="Code of the force.")],
    *,
    scopes: Annotated[
        list[Scope] | None,
        typer.Option(
            "--scope",
            help="Scope of the client; may be repeated. All scopes of a force by default.",
        ),
    ] = None,
) -> None:
    """Add a client with its first key; its secret is shown only now and is not stored."""
    command = access_clients.AddClient(
        CONSOLE, name, ForceCode(force), frozenset(scopes) if scopes else None
    )
    with open_store(call.named()) as services:
        issued = access_clients.add_client(services, command)
    call.say(_key_sentence(issued), _key_facts(issued))


@clients.command("list")
def list_all(call: Call) -> None:
    """List all clients and their keys, including revoked keys; secrets are not shown."""
    with open_store(call.named()) as services:
        found = access_clients.list_clients(services, CONSOLE)
    lines = [line for client in found for line in _lines(client)] or ["There is no client."]
    call.say("\n".join(lines), {"clients": [_listed(client) for client in found]})


@clients.command("rotate")
def rotate(call: Call, client_id: ClientArgument) -> None:
    """Give a client a second key; both are valid until you revoke the old key."""
    with open_store(call.named()) as services:
        issued = access_clients.rotate_key(services, CONSOLE, ClientId(client_id))
    call.say(_key_sentence(issued), _key_facts(issued))


@clients.command("revoke")
def revoke(
    call: Call,
    client_id: ClientArgument,
    *,
    key_id: Annotated[
        str | None, typer.Option("--key", help="Revoke only this key, not the client.")
    ] = None,
) -> None:
    """Revoke a client or one of its keys at once, with every token issued for it."""
    with open_store(call.named()) as services:
        if key_id is None:
            access_clients.revoke_client(services, CONSOLE, ClientId(client_id))
        else:
            access_clients.revoke_key(services, CONSOLE, ClientId(client_id), ClientKeyId(key_id))
    facts = {"client_id": client_id, "key_id": key_id, "revoked": True}
    call.say(f"The {'client' if key_id is None else 'key'} is revoked.", facts)


def _key_sentence(issued: access_clients.IssuedKey) -> str:
    client = issued.client
    return "\n".join(
        (
            f"Client {client.client_id} ({client.name}, force {client.force}),"
            f" key {issued.key.key_id}.",
            "Its secret, shown only now:",
            issued.secret,
        )
    )


def _key_facts(issued: access_clients.IssuedKey) -> Mapping[str, object]:
    return {
        "client_id": issued.client.client_id,
        "name": issued.client.name,
        "force": issued.client.force,
        "scopes": sorted(scope.value for scope in issued.client.scopes),
        "key_id": issued.key.key_id,
        "secret": issued.secret,
    }


def _lines(client: Client) -> list[str]:
    state = ", revoked" if client.revoked_at else ""
    keys = [
        f"  key {key.key_id}, added {key.added_at:%Y-%m-%d}{', revoked' if key.revoked_at else ''}"
        for key in client.keys
    ]
    return [f"{client.client_id}  {client.name}, force {client.force}{state}", *keys]


def _listed(client: Client) -> Mapping[str, object]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "force": client.force,
        "scopes": sorted(scope.value for scope in client.scopes),
        "revoked": client.revoked_at is not None,
        "keys": [
            {"key_id": key.key_id, "revoked": key.revoked_at is not None} for key in client.keys
        ],
    }


tokens = Group(help="Bearer tokens.")

RoleOption = Annotated[Role, typer.Option(help="Role of the caller.")]
UserOption = Annotated[
    str | None,
    typer.Option(
        help="Account that the token acts for, by id or sign-in name; a new account by default."
    ),
]
DaysOption = Annotated[
    int | None,
    typer.Option(min=1, help="Days of validity; default IDENTLINK_TOKEN_DAYS."),
]


@tokens.command()
def issue(
    call: Call,
    role: RoleOption,
    *,
    force: ForceOption = None,
    user: UserOption = None,
    days: DaysOption = None,
) -> None:
    """Issue a token; its secret is shown only now and is not stored."""
    settings = call.named()
    with open_store(settings) as services:
        issued = issue_token(
            services,
            IssueToken(
                caller=CONSOLE,
                user_id=_user(services, user) if user else _new_account(services, role),
                role=role,
                force=ForceCode(force) if force else None,
                valid_for=settings.token_lifetime(days),
                may_decide=settings.trial,
            ),
        )
    call.say(_token_sentence(issued), _token_facts(issued))


@tokens.command("revoke")
def revoke_one(
    call: Call, token_id: Annotated[str, typer.Argument(help="Id of the token, not its secret.")]
) -> None:
    """Revoke a token at once; revoking it again has no effect."""
    with open_store(call.named()) as services:
        revoke_token(services, CONSOLE, TokenId(token_id))
    call.say("The token is revoked.", {"token_id": token_id, "revoked": True})


def _user(services: StoreServices, told: str) -> UserId:
    """Return the id of the account with this sign-in name; else take the text as the id."""
    with services.units.read() as unit:
        account = unit.accounts.by_name(told)
    return UserId(told) if account is None else account.user_id


def _new_account(services: StoreServices, role: Role) -> UserId:
    """Return a new account, because two tokens without a user name may belong to two people."""
    return UserId(f"{role}-{services.new_id()[:12]}")


def _token_facts(issued: IssuedToken) -> dict[str, object]:
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


def _token_sentence(issued: IssuedToken) -> str:
    token = issued.token
    return "\n".join(
        (
            f"Token {token.token_id} for {token.actor.user_id} ({token.actor.role}),"
            f" valid until {token.expires_at:%Y-%m-%d}.",
            "Its secret, shown only now:",
            issued.secret,
        )
    )
