"""Sign-ins to the workbench, with a password that is new at every run."""

from __future__ import annotations

from domain.access import Role
from service.bootstrap import Runtime
from service.cli.context import CONSOLE
from service.demo.calls import DEMO_FORCE
from service.usecases.access.accounts import AddAccount, add_account, change_password
from service.web.mounting import build_workbench

SIGN_INS: tuple[tuple[str, Role], ...] = (
    ("examiner-a", Role.EXAMINER),
    ("examiner-b", Role.EXAMINER),
    ("supervisor-a", Role.SUPERVISOR),
    ("custody-a", Role.FORCE),
)

_PASSWORD_CHARACTERS = 16
"""Of 64 kinds: 96 random bits."""


def renew_sign_ins(runtime: Runtime) -> dict[str, str]:
    """Add the demo's accounts, or give them new passwords; returns passwords by sign-in name."""
    passwords = {}
    for name, role in SIGN_INS:
        password = runtime.services.surroundings.new_secret()[:_PASSWORD_CHARACTERS]
        _renew(runtime, name, role, password)
        passwords[name] = password
    return passwords


def _renew(runtime: Runtime, name: str, role: Role, password: str) -> None:
    bench = build_workbench(runtime.services)
    with runtime.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is None:
        force = DEMO_FORCE if role is Role.FORCE else None
        add_account(bench, AddAccount(CONSOLE, name, password, role, force))
    else:
        change_password(bench, CONSOLE, account.user_id, password)
