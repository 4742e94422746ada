"""Second factors: enrolled, tried, removed and reset.

An authenticator shows a code of six digits for each half minute (TOTP, RFC 6238, with SHA-1 as
every authenticator has it). Recovery codes stand in when it is lost. No code serves twice.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from domain.access import Caller, Scope
from domain.accounts import Account
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.events.access import (
    SecondFactorAdded,
    SecondFactorRefused,
    SecondFactorRemoved,
    SecondFactorUsed,
)
from domain.ids import FactorId, UserId
from domain.second_factors import CodeFault, CodeKind, FactorRemoval, SecondFactor
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.failed_sign_ins import Counted, attempts_key, count_attempt
from service.usecases.access.one_time_codes import (
    matching_step,
    new_recovery_code,
    new_secret,
    plain,
    recovery_sha256,
)
from service.usecases.access.session_events import record_end
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.workbench import Workbench

_RECOVERY_CODES = 10
_WRONG = "The code is not right, or it was used before. Wait for the next one and enter that."


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The recovery codes are shown once, here, and stored nowhere."""

    factor_id: FactorId
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorState:
    """The second factor of an account as its owner sees it."""

    factor: SecondFactor | None
    recovery_codes_left: int = 0


def must_enrol(bench: Workbench, unit: UnitOfWork, account: Account) -> bool:
    """Whether an account with a password lacks the second factor that its role must have."""
    return (
        account.role in bench.sign_in.second_factor_roles
        and account.password_hash != ""
        and not unit.second_factors.is_there(account.user_id)
    )


def factor_state(bench: Workbench, user_id: UserId) -> FactorState:
    """Return the second factor of an account, and how many recovery codes are left."""
    with bench.services.units.read() as unit:
        factor = unit.second_factors.of(user_id)
        if factor is None:
            return FactorState(None)
        uses = [_use_id(factor, code) for code in factor.recovery_sha256]
        used = unit.second_factors.used(factor.factor_id, uses)
    return FactorState(factor, len(factor.recovery_sha256) - len(used))


def enrolment_secret(bench: Workbench, user_id: UserId, session_secret: str) -> bytes:
    """Return the secret that a session may enrol now: the same on each page until it is enrolled.

    It follows from the session's secret of 256 random bits, so that nothing is stored before a
    code proves that an authenticator has it; it tells nothing about the session's secret.
    """
    with bench.services.units.read() as unit:
        times = unit.second_factors.times_enrolled(user_id)
    return new_secret(session_secret, times)


def enrol(bench: Workbench, caller: Caller, secret: bytes, code: str) -> Enrolled:
    """Enrol an authenticator that proves by a code that it has the secret.

    Raises InvalidInputError (a wrong code), ConflictError (the account has one already).
    """
    surroundings = bench.services.surroundings
    now = surroundings.clock()
    step = matching_step(secret, plain(code), now)
    if step is None:
        raise InvalidInputError(_WRONG, pointer="/code")
    codes = tuple(new_recovery_code(surroundings.new_secret()) for _ in range(_RECOVERY_CODES))
    factor = SecondFactor(
        FactorId(surroundings.new_id()),
        caller.actor.user_id,
        now,
        secret=secret,
        recovery_sha256=frozenset(map(recovery_sha256, codes)),
    )
    with bench.services.units.write() as unit:
        existing(unit.accounts.locked(factor.user_id))
        if unit.second_factors.is_there(factor.user_id):
            raise ConflictError("The account has a second factor already: remove it first.")
        unit.second_factors.add(factor)
        record(unit, surroundings, caller, SecondFactorAdded(factor.factor_id, factor.user_id))
        _use(bench, unit, caller, factor, CodeKind.ONE_TIME, str(step))
        unit.commit()
    return Enrolled(factor.factor_id, codes)


def remove(bench: Workbench, caller: Caller, code: str) -> None:
    """Remove the caller's own second factor, which takes a code.

    Raises NotFoundError (there is none), InvalidInputError (a wrong code).
    """
    with bench.services.units.write() as unit:
        account = existing(unit.accounts.locked(caller.actor.user_id))
        is_right = is_code_right(bench, unit, caller, account, code)
        if is_right:
            _remove(bench, unit, caller, account.user_id, FactorRemoval.OWN)
        unit.commit()
    if not is_right:
        raise InvalidInputError(_WRONG, pointer="/code")


def reset(bench: Workbench, caller: Caller, user_id: UserId) -> None:
    """Remove the second factor of an account and end its sessions.

    Raises NotPermittedError, NotFoundError (no account, no second factor).
    """
    caller.actor.require(Scope.OPERATE)
    surroundings = bench.services.surroundings
    with bench.services.units.write() as unit:
        existing(unit.accounts.locked(user_id))
        _remove(bench, unit, caller, user_id, FactorRemoval.RESET)
        for session in unit.sessions.end_all(user_id, surroundings.clock()):
            record_end(surroundings, unit, caller, session)
        unit.commit()


def is_code_right(
    bench: Workbench, unit: UnitOfWork, caller: Caller, account: Account, code: str
) -> bool:
    """Whether an account has no second factor or this code is right; the caller commits.

    A use is put on record, and a refusal with its reason; wrong codes slow the next as wrong
    passwords do, from wherever they come.
    """
    factor = unit.second_factors.of(account.user_id)
    if factor is None:
        return True
    fault = _fault(bench, unit, caller, factor, plain(code))
    if fault is not None:
        refused = SecondFactorRefused(account.user_id, factor.factor_id, fault)
        record(unit, bench.services.surroundings, caller, refused)
    return fault is None


def _fault(
    bench: Workbench, unit: UnitOfWork, caller: Caller, factor: SecondFactor, code: str
) -> CodeFault | None:
    """Return what is wrong with a code, None for a right one, which is used now."""
    now = bench.services.surroundings.clock()
    if not code:
        return CodeFault.MISSING
    counted = Counted(attempts_key("second factor", factor.user_id), bench.sign_in.by_source)
    if count_attempt(unit, (counted,), now=now) is None:
        return CodeFault.HELD_UP
    step = matching_step(factor.secret, code, now)
    digest = recovery_sha256(code)
    if step is None and not _is_among(digest, factor.recovery_sha256):
        return CodeFault.WRONG
    kind, place = (CodeKind.RECOVERY, digest) if step is None else (CodeKind.ONE_TIME, str(step))
    if not _use(bench, unit, caller, factor, kind, place):
        return CodeFault.USED
    unit.sessions.forget(counted.key)
    return None


def _use(
    bench: Workbench,
    unit: UnitOfWork,
    caller: Caller,
    factor: SecondFactor,
    kind: CodeKind,
    place: str,
) -> bool:
    """Use up a code; False when it was used before."""
    surroundings, use_id = bench.services.surroundings, _use_id(factor, place)
    if not unit.second_factors.use(factor.factor_id, use_id, surroundings.clock()):
        return False
    record(unit, surroundings, caller, SecondFactorUsed(use_id, factor.factor_id, kind))
    return True


def _remove(
    bench: Workbench, unit: UnitOfWork, caller: Caller, user_id: UserId, by: FactorRemoval
) -> None:
    factor = unit.second_factors.of(user_id)
    if factor is None:
        raise NotFoundError("The account has no second factor.")
    surroundings = bench.services.surroundings
    unit.second_factors.remove(factor.factor_id, surroundings.clock())
    record(unit, surroundings, caller, SecondFactorRemoved(factor.factor_id, user_id, by))


def _use_id(factor: SecondFactor, place: str) -> str:
    """Return the opaque id of the use of a code: of a half minute, or of a recovery code."""
    return hashlib.sha256(f"{factor.factor_id}\n{place}".encode()).hexdigest()


def _is_among(digest: str, known: frozenset[str]) -> bool:
    """Whether a digest is among those known; all are compared, in constant time."""
    return sum(hmac.compare_digest(digest, each) for each in known) > 0
