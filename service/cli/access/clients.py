"""`identlink client`: systems of forces that get access tokens by keys of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from domain.access import Scope
from domain.clients import Client
from domain.ids import ClientId, ClientKeyId, ForceCode
from service.bootstrap import open_store
from service.cli.context import CONSOLE, Call, Group
from service.usecases.access.clients import (
    AddClient,
    IssuedKey,
    add_client,
    list_clients,
    revoke_client,
    revoke_key,
    rotate_key,
)

app = Group(help="Systems of forces and their keys.")

ClientArgument = Annotated[str, typer.Argument(help="Id of the client.")]


@app.command("add")
def add(
    call: Call,
    name: Annotated[str, typer.Argument(help="Name of the system: small letters, digits, . _ -")],
    force: Annotated[str, typer.Option("--force", help="Code of the force.")],
    *,
    scopes: Annotated[
        list[Scope] | None,
        typer.Option("--scope", help="May be given several times; all of a force's without it."),
    ] = None,
) -> None:
    """Add a client with its first key; the secret is shown this once and stored nowhere."""
    command = AddClient(CONSOLE, name, ForceCode(force), frozenset(scopes) if scopes else None)
    with open_store(call.named()) as services:
        issued = add_client(services, command)
    call.say(_sentence(issued), _facts(issued))


@app.command("list")
def list_all(call: Call) -> None:
    """List all clients and their keys, revoked ones included; no secret is shown."""
    with open_store(call.named()) as services:
        found = list_clients(services, CONSOLE)
    lines = [line for client in found for line in _lines(client)] or ["There is no client."]
    call.say("\n".join(lines), {"clients": [_listed(client) for client in found]})


@app.command("rotate")
def rotate(call: Call, client_id: ClientArgument) -> None:
    """Give a client a second key; both open until the old one is revoked."""
    with open_store(call.named()) as services:
        issued = rotate_key(services, CONSOLE, ClientId(client_id))
    call.say(_sentence(issued), _facts(issued))


@app.command("revoke")
def revoke(
    call: Call,
    client_id: ClientArgument,
    *,
    key_id: Annotated[
        str | None, typer.Option("--key", help="Revoke this key alone, not the client.")
    ] = None,
) -> None:
    """Revoke a client, or one of its keys, with every token got by it; at once."""
    with open_store(call.named()) as services:
        if key_id is None:
            revoke_client(services, CONSOLE, ClientId(client_id))
        else:
            revoke_key(services, CONSOLE, ClientId(client_id), ClientKeyId(key_id))
    facts = {"client_id": client_id, "key_id": key_id, "revoked": True}
    call.say(f"The {'client' if key_id is None else 'key'} is revoked.", facts)


def _sentence(issued: IssuedKey) -> str:
    client = issued.client
    return "\n".join(
        (
            f"Client {client.client_id} ({client.name}, force {client.force}),"
            f" key {issued.key.key_id}.",
            "Its secret, shown this once:",
            issued.secret,
        )
    )


def _facts(issued: IssuedKey) -> Mapping[str, object]:
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
