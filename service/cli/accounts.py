"""`identlink account`: accounts that sign in to the workbench."""

from typing import Annotated

import typer

from domain.access.access import Role
from domain.errors import NotFoundError
from domain.ids import ForceCode, UserId
from service.bootstrap.desks import open_provider
from service.bootstrap.runtime import Runtime, open_runtime
from service.cli.context import CONSOLE, Call, ForceOption, Group, StoreCall
from service.usecases.access import accounts
from service.usecases.access.second_factor_proofs import Proof
from service.usecases.access.sessions import SignIn
from service.usecases.workbench import SignInPolicy, Workbench
from service.web.mounting import build_workbench

app = Group(help="Accounts that sign in to the workbench.")

second_factor = Group(help="Second factors of accounts.")
app.add_typer(second_factor, name="second-factor")

Name = Annotated[
    str,
    typer.Argument(
        help="Sign-in name: lower-case letters, digits, full stops, underscores, hyphens"
    ),
]
RoleOption = Annotated[Role, typer.Option(help="Role of the account.")]
Administrators = Annotated[
    list[str] | None,
    typer.Option(
        "--administrator",
        metavar="NAME",
        help="An administrator who approves an account that decides; give this option"
        " twice, for two administrators. Each administrator is asked for a password and a"
        " one-time code.",
    ),
]
Password = Annotated[
    str,
    typer.Option(
        envvar="IDENTLINK_ACCOUNT_PASSWORD",
        prompt=True,
        confirmation_prompt=True,
        hide_input=True,
        show_envvar=True,
        help="At least 12 characters; the command asks for it unless it is in the environment.",
    ),
]


@app.command("add")
def add(
    call: Call,
    name: Name,
    role: RoleOption,
    password: Password,
    *,
    force: ForceOption = None,
    administrators: Administrators = None,
) -> None:
    """Add an account; only an Argon2id hash of its password is stored.

    Two administrators must approve an account that examines, decides, releases or administers.
    """
    with open_runtime(call.named()) as runtime:
        owner = ForceCode(force) if force else None
        user_id = accounts.add_account(
            _bench(runtime),
            accounts.AddAccount(CONSOLE, name, password, role, owner, _vouchers(administrators)),
        )
    call.say(f"Added {name} as {role.value}.", {"user_id": user_id, "name": name})


@app.command("password")
def password_of(
    call: StoreCall, name: Name, password: Password, *, administrators: Administrators = None
) -> None:
    """Change the password of an account; its sessions end."""
    with open_runtime(call.named()) as runtime:
        bench, user_id = _bench(runtime), _user(runtime, name)
        vouchers = _vouchers(administrators)
        accounts.change_password(bench, CONSOLE, user_id, password, vouchers=vouchers)
    call.say(f"Changed the password of {name}.")


@app.command("link")
def link(
    call: StoreCall,
    name: Name,
    subject: Annotated[str, typer.Option(help="The person's `sub` at the identity provider.")],
    *,
    administrators: Administrators = None,
) -> None:
    """Let a person sign in to an account with the identity provider."""
    with open_runtime(call.named()) as runtime:
        bench, user_id = _bench(runtime), _user(runtime, name)
        accounts.link_account(bench, CONSOLE, user_id, subject, vouchers=_vouchers(administrators))
    call.say(f"Linked {name}.")


@app.command("unlink")
def unlink(call: StoreCall, name: Name) -> None:
    """Stop an account from signing in with the identity provider."""
    with open_runtime(call.named()) as runtime:
        accounts.unlink_account(_bench(runtime), CONSOLE, _user(runtime, name))
    call.say(f"Unlinked {name}.")


@second_factor.command("reset")
def reset_factors(call: StoreCall, name: Name, *, administrators: Administrators = None) -> None:
    """Remove the second factor of an account, for example when it is lost; its sessions end."""
    with open_runtime(call.named()) as runtime:
        bench, user_id = _bench(runtime), _user(runtime, name)
        accounts.reset_second_factor(bench, CONSOLE, user_id, vouchers=_vouchers(administrators))
    call.say(f"Reset the second factor of {name}.")


@app.command("disable")
def disable(call: StoreCall, name: Name) -> None:
    """Disable an account: nobody can sign in to it; its sealed decisions are kept."""
    with open_runtime(call.named()) as runtime:
        accounts.disable_account(_bench(runtime), CONSOLE, _user(runtime, name))
    call.say(f"Disabled {name}.")


def _bench(runtime: Runtime) -> Workbench:
    return build_workbench(
        runtime.services,
        sign_in_policy=SignInPolicy(is_trial=runtime.settings.trial),
        identities=open_provider(runtime.settings),
    )


def _vouchers(administrators: list[str] | None) -> accounts.Vouchers:
    """Ask each administrator for a password and a one-time code."""
    return tuple(
        SignIn(
            name,
            typer.prompt(f"Password of {name}", hide_input=True),
            "console",
            proof=Proof(code=typer.prompt(f"One-time code of {name}", hide_input=True)),
        )
        for name in administrators or ()
    )


def _user(runtime: Runtime, name: str) -> UserId:
    with runtime.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is None:
        raise NotFoundError(
            "There is no account with this name: create it with `identlink account add`."
        )
    return account.user_id
