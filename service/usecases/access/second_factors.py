"""Second factors: enrolled, removed and reset.

An authenticator app shows a new six-digit code every 30 seconds (TOTP, RFC 6238, with SHA-1, which
all authenticator apps support). A security key signs a challenge (WebAuthn). Recovery codes
replace an authenticator or security key that is lost. No code can be used twice.
"""

from dataclasses import dataclass, field

from domain.access.access import Caller, Scope, decides
from domain.access.accounts import Account, CodeKind, FactorKind, FactorRemoval, SecondFactor
from domain.errors import ConflictError, InvalidInputError, NotFoundError, existing
from domain.events.access import SecondFactorAdded, SecondFactorRemoved
from domain.ids import FactorId, UserId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access import second_factor_proofs as proofs
from service.usecases.access.security_keys import Ceremony, SecurityKey, key_of, registered
from service.usecases.access.sign_ins import end_sessions
from service.usecases.log.recording import record
from service.usecases.workbench import Workbench

_RECOVERY_CODES = 10
_MOST_FACTORS = 8
_WRONG = "The code is not right, or it was used before. Wait for the next code and enter it."
_NOT_PROVEN = (
    "We could not check your second factor. The code was wrong or already used, or the "
    "security key did not answer. Try again."
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new factor. Its recovery codes are shown only here, once, and are not stored."""

    factor_id: FactorId
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactorState:
    """A second factor of an account, as shown to the account's owner."""

    factor: SecondFactor
    recovery_codes_left: int
    key: SecurityKey | None = None
    """The details of a security key; None for an authenticator or if the details have been
    erased."""


def must_enrol(bench: Workbench, unit: UnitOfWork, account: Account) -> bool:
    """Whether an account with a password lacks the second factor that its role needs.

    Every role that decides needs one, except in a trial.
    """
    policy = bench.sign_in
    is_needed = account.role in policy.second_factor_roles or (
        decides(account.role) and not policy.is_trial
    )
    return (
        is_needed
        and account.password_hash != ""
        and not unit.second_factors.is_there(account.user_id)
    )


def factor_states(bench: Workbench, user_id: UserId) -> tuple[FactorState, ...]:
    """Return the second factors of an account, each with the number of recovery codes left."""
    with bench.services.units.read() as unit:
        return tuple(_state(unit, factor) for factor in unit.second_factors.of(user_id))


def _state(unit: UnitOfWork, factor: SecondFactor) -> FactorState:
    uses = [proofs.use_id_of(factor, code) for code in factor.recovery_sha256]
    left = len(uses) - len(unit.second_factors.used(factor.factor_id, uses))
    is_key = factor.kind is FactorKind.SECURITY_KEY
    return FactorState(factor, left, key_of(factor.secret) if is_key else None)


def enrolment_secret(bench: Workbench, user_id: UserId, session_secret: str) -> bytes:
    """Return the secret that a session may enrol now, which stays the same until it is enrolled.

    It is derived from the session's secret of 256 random bits, so nothing is stored before a code
    proves that an authenticator has the secret. It reveals nothing about the session's secret.
    """
    with bench.services.units.read() as unit:
        times = unit.second_factors.times_enrolled(user_id)
    return proofs.new_secret(session_secret, times)


def enrol(
    bench: Workbench,
    caller: Caller,
    secret: bytes,
    code: str,
    proof: proofs.Proof = proofs.NO_PROOF,
) -> Enrolled:
    """Enrol an authenticator that proves with a code that it has the secret.

    `proof` is of a factor that the account already has. Raises InvalidInputError (a wrong code or
    proof), ConflictError (the account already has an authenticator).
    """
    step = proofs.matching_step(secret, proofs.plain(code), bench.services.now())
    if step is None:
        raise InvalidInputError(_WRONG, pointer="/code")
    factor, codes = _new(bench, caller, secret, FactorKind.AUTHENTICATOR)
    _add(bench, caller, proofs.Use(factor, CodeKind.ONE_TIME, str(step)), proof)
    return Enrolled(factor.factor_id, codes)


@dataclass(frozen=True, slots=True)
class KeyOffered:
    """The answer of a security key that is to be registered, and the name its owner gives it."""

    asked: Ceremony
    answer: str = field(repr=False)
    name: str


def enrol_key(
    bench: Workbench, caller: Caller, offered: KeyOffered, proof: proofs.Proof = proofs.NO_PROOF
) -> Enrolled:
    """Register a security key. `proof` is of a factor that the account already has.

    Raises InvalidInputError (a wrong or late answer, a wrong proof), ConflictError (too many
    factors).
    """
    if not offered.asked.is_timely(bench.services.now()):
        raise InvalidInputError("The page was open for too long. Try again.", pointer="/key")
    key = registered(offered.asked, offered.answer, offered.name)
    factor, codes = _new(bench, caller, key.sealed(), FactorKind.SECURITY_KEY)
    place = offered.asked.challenge.hex()
    _add(bench, caller, proofs.Use(factor, CodeKind.SECURITY_KEY, place, 0), proof)
    return Enrolled(factor.factor_id, codes)


def _new(
    bench: Workbench, caller: Caller, secret: bytes, kind: FactorKind
) -> tuple[SecondFactor, tuple[str, ...]]:
    """Return a factor and its new recovery codes. The factor holds only their digests."""
    made = bench.services.surroundings
    codes = tuple(proofs.new_recovery_code(made.new_secret()) for _ in range(_RECOVERY_CODES))
    factor = SecondFactor(
        FactorId(made.new_id()),
        caller.actor.user_id,
        made.clock(),
        secret=secret,
        recovery_sha256=frozenset(map(proofs.recovery_sha256, codes)),
        kind=kind,
    )
    return factor, codes


def _add(bench: Workbench, caller: Caller, first: proofs.Use, proof: proofs.Proof) -> None:
    """Store a factor that has been proved by its first use."""
    factor = first.factor
    with bench.services.units.begin() as unit:
        account = existing(unit.accounts.locked(factor.user_id))
        _check_room(unit, factor)
        is_right = proofs.is_proven(bench, unit, caller, account, proof)
        if is_right:
            unit.second_factors.add(factor)
            added = SecondFactorAdded(factor.factor_id, factor.user_id, factor.kind)
            record(bench.services, unit, caller, added)
            proofs.use_up(bench, unit, caller, first)
    if not is_right:
        raise InvalidInputError(_NOT_PROVEN, pointer="/proof")


def _check_room(unit: UnitOfWork, factor: SecondFactor) -> None:
    held = unit.second_factors.of(factor.user_id)
    if factor.kind is FactorKind.AUTHENTICATOR and any(one.kind is factor.kind for one in held):
        raise ConflictError("The account already has an authenticator: remove it first.")
    if len(held) >= _MOST_FACTORS:
        raise ConflictError("The account has too many second factors: remove one first.")


def remove(bench: Workbench, caller: Caller, factor_id: FactorId, proof: proofs.Proof) -> None:
    """Remove one of the caller's own second factors. A proof of any of them is needed.

    Raises NotFoundError (the caller has no such factor), InvalidInputError (a wrong proof).
    """
    with bench.services.units.begin() as unit:
        account = existing(unit.accounts.locked(caller.actor.user_id))
        wanted = {one.factor_id: one for one in unit.second_factors.of(account.user_id)}
        if factor_id not in wanted:
            raise NotFoundError("The account does not have this second factor: reload the list.")
        is_right = proofs.is_proven(bench, unit, caller, account, proof)
        if is_right:
            _remove(bench, unit, caller, wanted[factor_id], FactorRemoval.OWN)
    if not is_right:
        raise InvalidInputError(_NOT_PROVEN, pointer="/proof")


def reset(
    bench: Workbench,
    caller: Caller,
    user_id: UserId,
    *,
    by: tuple[UserId | None, UserId | None] = (None, None),
) -> None:
    """Remove the second factors of an account and end its sessions.

    `by` names the administrators who vouched for this. Raises NotPermittedError, NotFoundError (no
    account, no second factor).
    """
    with bench.services.begin(caller, Scope.OPERATE) as unit:
        existing(unit.accounts.locked(user_id))
        factors = unit.second_factors.of(user_id)
        if not factors:
            raise NotFoundError("The account has no second factor.")
        for factor in factors:
            _remove(bench, unit, caller, factor, FactorRemoval.RESET, *by)
        end_sessions(bench.services, unit, caller, user_id)


def _remove(
    bench: Workbench,
    unit: UnitOfWork,
    caller: Caller,
    factor: SecondFactor,
    by: FactorRemoval,
    *vouchers: UserId | None,
) -> None:
    services = bench.services
    unit.second_factors.remove(factor.factor_id, services.now())
    removed = SecondFactorRemoved(factor.factor_id, factor.user_id, by, *vouchers)
    record(services, unit, caller, removed)
