"""Two administrators vouch for the changes that open an account whose role decides.

Whoever opens two such accounts by themselves can take both parts of a decision. Each
administrator signs in with password and second factor, and is signed out again: both are on
record.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.access import Role
from domain.errors import NotPermittedError, SelfVerificationError
from domain.ids import UserId
from domain.two_people import decides
from service.usecases.access.sessions import SignIn, recognise, sign_in, sign_out
from service.usecases.workbench import Workbench

Vouchers = tuple[SignIn, ...]
"""The sign-ins of two administrators; none where no vouching is needed."""

_NEEDED = 2


class Vouched(NamedTuple):
    """The vouching administrators; empty if nobody has to vouch."""

    first: UserId | None = None
    second: UserId | None = None


NOBODY = Vouched()


def vouched(bench: Workbench, role: Role, vouchers: Vouchers, *, is_new: bool = False) -> Vouched:
    """Return the two administrators who vouch for an account of this role.

    None must for a role that decides nothing, in a trial, and for a new administrator while there
    are fewer than two. Raises NotPermittedError, NotAuthenticatedError, SelfVerificationError.
    """
    if bench.sign_in.is_trial or not decides(role):
        return NOBODY
    if role is Role.ADMINISTRATOR and is_new and _administrators(bench) < _NEEDED:
        return NOBODY
    if len(vouchers) != _NEEDED:
        raise NotPermittedError(
            "An account with this role needs two administrators to vouch for it: "
            "name both with --administrator."
        )
    first, second = (_administrator(bench, one) for one in vouchers)
    if first == second:
        raise SelfVerificationError("The second administrator must be a different person.")
    return Vouched(first, second)


def _administrators(bench: Workbench) -> int:
    with bench.services.units.read() as unit:
        return unit.accounts.enabled(Role.ADMINISTRATOR)


def _administrator(bench: Workbench, attempt: SignIn) -> UserId:
    """Sign an administrator in and out; raises NotAuthenticatedError, NotPermittedError."""
    visitor = recognise(bench, sign_in(bench, attempt))
    sign_out(bench, visitor)
    account = visitor.account
    with bench.services.units.read() as unit:
        has_factor = unit.second_factors.is_there(account.user_id)
    if account.role is not Role.ADMINISTRATOR or not has_factor:
        raise NotPermittedError(
            "Only an administrator with a second factor can vouch: use another account."
        )
    return account.user_id
