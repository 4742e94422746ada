"""Sign-ins to the workbench for every role, with one password that is new at every run."""

from __future__ import annotations

from domain.access import ROLES_OF_FORCES, Role
from domain.ids import UserId
from service.bootstrap import Runtime
from service.cli.context import CONSOLE
from service.demo.calls import DEMO_FORCE
from service.demo.officers import OFFICE
from service.usecases.access.accounts import AddAccount, add_account, change_password
from service.usecases.workbench import SignInPolicy, Workbench
from service.web.mounting import build_workbench

SIGN_INS: tuple[tuple[str, Role], ...] = (
    ("custody-a", Role.FORCE),
    ("examiner-a", Role.EXAMINER),
    ("examiner-b", Role.EXAMINER),
    ("supervisor-a", Role.SUPERVISOR),
    ("auditor-a", Role.AUDITOR),
    ("administrator-a", Role.ADMINISTRATOR),
    ("officer-a", Role.CASE_OFFICER),
    ("agency-a", Role.AGENCY),
    ("keyer-a", Role.KEYER),
    ("reconciler-a", Role.RECONCILER),
    ("sampler-a", Role.SAMPLER),
    ("referral-body-a", Role.REFERRAL_BODY),
)
"""Every role but that of the public's pages, which is a system without an account."""

_PASSWORD_CHARACTERS = 16
"""Of 64 kinds: 96 random bits."""


def renew_sign_ins(runtime: Runtime) -> str:
    """Add the demo's accounts, or give them a new password; return it, one for all of them."""
    password = runtime.services.surroundings.new_secret()[:_PASSWORD_CHARACTERS]
    bench = build_workbench(runtime.services, sign_in_policy=SignInPolicy(is_trial=True))
    for name, role in SIGN_INS:
        _renew(bench, name, role, password)
    return password


def user_of(runtime: Runtime, name: str) -> UserId:
    """Return the opaque id of an account of the demo."""
    with runtime.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is None:
        raise LookupError(name)
    return account.user_id


def _renew(bench: Workbench, name: str, role: Role, password: str) -> None:
    with bench.services.units.read() as unit:
        account = unit.accounts.by_name(name)
    if account is not None:
        change_password(bench, CONSOLE, account.user_id, password)
        return
    force = None
    if role in ROLES_OF_FORCES:
        force = DEMO_FORCE if role is Role.FORCE else OFFICE
    add_account(bench, AddAccount(CONSOLE, name, password, role, force))
