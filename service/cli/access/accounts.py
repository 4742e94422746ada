"""`identlink account`: sign-ins to the workbench."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.access import Role
from domain.errors import NotFoundError
from domain.ids import ForceCode, UserId
from service.bootstrap import Runtime, open_provider, open_runtime
from service.cli.context import CONSOLE, JsonOption, StoreOption, named_settings_for, say
from service.usecases.access.accounts import (
    AddAccount,
    add_account,
    change_password,
    disable_account,
    link_account,
    unlink_account,
)
from service.usecases.access.second_factors import reset
from service.usecases.workbench import Workbench
from service.web.mounting import build_workbench

app = typer.Typer(help="Sign-ins to the workbench.", no_args_is_help=True)

second_factor = typer.Typer(help="Second factors of accounts.", no_args_is_help=True)
app.add_typer(second_factor, name="second-factor")

Name = Annotated[str, typer.Argument(help="Sign-in name: small letters, digits, . _ -")]
RoleOption = Annotated[Role, typer.Option("--role", help="Role of the account.")]
ForceOption = Annotated[
    str | None, typer.Option("--force", help="Code of the force; for the role `force` alone.")
]
Password = Annotated[
    str,
    typer.Option(
        "--password",
        envvar="IDENTLINK_ACCOUNT_PASSWORD",
        prompt=True,
        confirmation_prompt=True,
        hide_input=True,
        show_envvar=True,
        help="At least 12 characters; prompted for unless it is in the environment.",
    ),
]


@app.command("add")
def add(  # noqa: PLR0913 - one parameter for each option of the command
    context: typer.Context,
    name: Name,
    role: RoleOption,
    password: Password,
    *,
    force: ForceOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add an account; its password is kept as an Argon2id hash."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        owner = ForceCode(force) if force else None
        user_id = add_account(
            _bench(runtime), AddAccount(CONSOLE, name, password, role, force=owner)
        )
    say(f"Added {name} as {role.value}.", {"user_id": user_id, "name": name}, as_json=as_json)


@app.command("password")
def password_of(
    context: typer.Context, name: Name, password: Password, *, store: StoreOption = None
) -> None:
    """Give an account another password; its sessions end."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        change_password(_bench(runtime), CONSOLE, _user(runtime, name), password)
    say(f"Changed the password of {name}.", {}, as_json=False)


@app.command("link")
def link(
    context: typer.Context,
    name: Name,
    subject: Annotated[
        str, typer.Option("--subject", help="The person's `sub` at the identity provider.")
    ],
    store: StoreOption = None,
) -> None:
    """Let a person sign in to an account by the identity provider."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        link_account(_bench(runtime), CONSOLE, _user(runtime, name), subject)
    say(f"Linked {name}.", {}, as_json=False)


@app.command("unlink")
def unlink(context: typer.Context, name: Name, *, store: StoreOption = None) -> None:
    """End the sign-in to an account by the identity provider."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        unlink_account(_bench(runtime), CONSOLE, _user(runtime, name))
    say(f"Unlinked {name}.", {}, as_json=False)


@second_factor.command("reset")
def reset_second_factor(context: typer.Context, name: Name, *, store: StoreOption = None) -> None:
    """Remove the second factor of an account, as when it is lost; its sessions end."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        reset(_bench(runtime), CONSOLE, _user(runtime, name))
    say(f"Reset the second factor of {name}.", {}, as_json=False)


@app.command("disable")
def disable(context: typer.Context, name: Name, *, store: StoreOption = None) -> None:
    """Disable an account: it cannot sign in any more, and its sealed decisions stay."""
    with open_runtime(named_settings_for(context, store)) as runtime:
        disable_account(_bench(runtime), CONSOLE, _user(runtime, name))
    say(f"Disabled {name}.", {}, as_json=False)


def _bench(runtime: Runtime) -> Workbench:
    return build_workbench(runtime.services, identities=open_provider(runtime.settings))


def _user(runtime: Runtime, name: str) -> UserId:
    with runtime.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is None:
        raise NotFoundError("There is no account of that name: `identlink account add` makes one.")
    return account.user_id
