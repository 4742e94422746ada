"""Proofs of a second factor: a code or the answer of a security key, checked and used up."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import pyotp

from domain.access.access import Caller
from domain.access.accounts import Account, CodeFault, CodeKind, FactorKind, SecondFactor
from domain.events.access import SecondFactorRefused, SecondFactorUsed
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.security_keys import Ceremony, answered, is_of, key_of
from service.usecases.access.sign_ins import Counted, attempts_key, count_attempt
from service.usecases.log.recording import record
from service.usecases.workbench import Workbench

STEP_S = 30
_SECRET_BYTES = 20
"""The length of a SHA-1 digest, as RFC 4226, section 4, recommends."""

_STEPS_APART = 1
"""How far the clocks of authenticator and server may differ: one step either way (RFC 6238,
section 5.2)."""

_RECOVERY_BYTES = 10
_GROUP = 4


def new_secret(session_secret: str, enrolled_before: int) -> bytes:
    """Return the secret derived from a session's secret and the number of earlier enrolments."""
    label = f"second factor {enrolled_before}".encode()
    return hmac.new(session_secret.encode(), label, hashlib.sha256).digest()[:_SECRET_BYTES]


def code_at(secret: bytes, step: int) -> str:
    """Return the six-digit code for a step: the number of half minutes since 1970."""
    return pyotp.HOTP(base32(secret)).at(step)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the step about now that has this code. All are compared, in constant time."""
    if not secret:
        return None
    this = int(now.timestamp()) // STEP_S
    steps = range(max(0, this - _STEPS_APART), this + _STEPS_APART + 1)
    equal = [
        step
        for step in steps
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode())
    ]
    return equal[0] if equal else None


def enrolment_address(secret: bytes, account: Account) -> str:
    """Return the `otpauth` address that authenticators read from a QR code."""
    totp = pyotp.TOTP(base32(secret))
    return totp.provisioning_uri(name=account.sign_in_name, issuer_name="identlink")


def base32(secret: bytes) -> str:
    """Return a secret in base 32, as people type it into an authenticator."""
    return base64.b32encode(secret).decode()


def new_recovery_code(random: str) -> str:
    """Return an 80-bit recovery code made from a random secret of at least 80 bits."""
    digest = hashlib.sha256(random.encode()).digest()[:_RECOVERY_BYTES]
    letters = base64.b32encode(digest).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def recovery_sha256(code: str) -> str:
    """Return the stored digest of a recovery code: 80 random bits, so a salt would not help."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def plain(code: str) -> str:
    """Return a code without the spaces and hyphens that people may type in it."""
    return "".join(code.lower().replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Proof:
    """A person's proof of a second factor: a code or a security key's answer."""

    code: str = field(default="", repr=False)
    """A code from an authenticator, or a recovery code."""
    answer: str = field(default="", repr=False)
    """The answer of a security key, as the JSON that WebAuthn defines."""
    asked: Ceremony | None = None
    """The challenge that the security key answers."""


class Use(NamedTuple):
    """One use of a second factor."""

    factor: SecondFactor
    kind: CodeKind
    place: str
    """The value that can be used only once: the step, the digest of the recovery code, or the
    challenge."""
    counter: int | None = None


NO_PROOF = Proof()


def is_proven(
    bench: Workbench, unit: UnitOfWork, caller: Caller, account: Account, proof: Proof
) -> bool:
    """Whether an account has no second factor, or this proof is right for one of its factors.

    The caller commits. Every use is logged, and every refusal with its reason. A wrong proof
    delays the next attempt, from any source, in the same way as a wrong password.
    """
    factors = unit.second_factors.of(account.user_id)
    if not factors:
        return True
    factor, fault = _tried(bench, unit, caller, factors, proof)
    if fault is not None:
        refused = SecondFactorRefused(account.user_id, factor.factor_id, fault)
        record(bench.services, unit, caller, refused)
    return fault is None


def use_up(bench: Workbench, unit: UnitOfWork, caller: Caller, use: Use) -> bool:
    """Use up a code or an answer; return False if it has been used before."""
    services, use_id = bench.services, use_id_of(use.factor, use.place)
    factor_id, at = use.factor.factor_id, services.now()
    if not unit.second_factors.use(factor_id, use_id, at, use.counter):
        return False
    record(services, unit, caller, SecondFactorUsed(use_id, factor_id, use.kind))
    return True


def use_id_of(factor: SecondFactor, place: str) -> str:
    """Return the opaque id of a use of a step, a recovery code or a challenge."""
    return hashlib.sha256(f"{factor.factor_id}\n{place}".encode()).hexdigest()


def _tried(
    bench: Workbench,
    unit: UnitOfWork,
    caller: Caller,
    factors: tuple[SecondFactor, ...],
    proof: Proof,
) -> tuple[SecondFactor, CodeFault | None]:
    """Return the factor tried and its fault; None if the proof was right and is now used up."""
    if not (plain(proof.code) or proof.answer):
        return factors[0], CodeFault.MISSING
    counted = Counted(attempts_key("second factor", factors[0].user_id), bench.sign_in.by_source)
    if count_attempt(unit, (counted,), now=bench.services.now()) is None:
        return factors[0], CodeFault.HELD_UP
    if proof.answer:
        use = _use_of_answer(bench, factors, proof)
    else:
        use = _use_of_code(bench, factors, plain(proof.code))
    if use is None:
        return factors[0], CodeFault.WRONG
    fault = _fault_of(bench, unit, caller, use)
    if fault is None:
        unit.sessions.forget(counted.key)
    return use.factor, fault


def _fault_of(bench: Workbench, unit: UnitOfWork, caller: Caller, use: Use) -> CodeFault | None:
    """Use up the proof of a factor, and return its fault, if any."""
    if _is_copied(unit, use):
        return CodeFault.COPIED
    return None if use_up(bench, unit, caller, use) else CodeFault.USED


def _use_of_answer(
    bench: Workbench, factors: tuple[SecondFactor, ...], proof: Proof
) -> Use | None:
    asked = proof.asked
    if asked is None or not asked.is_timely(bench.services.now()):
        return None
    for factor in factors:
        key = key_of(factor.secret) if factor.kind is FactorKind.SECURITY_KEY else None
        if key is not None and is_of(proof.answer, key):
            counter = answered(asked, proof.answer, key)
            if counter is None:
                return None
            return Use(factor, CodeKind.SECURITY_KEY, asked.challenge.hex(), counter)
    return None


def _use_of_code(bench: Workbench, factors: tuple[SecondFactor, ...], code: str) -> Use | None:
    now, digest = bench.services.now(), recovery_sha256(code)
    for factor in factors:
        is_authenticator = factor.kind is FactorKind.AUTHENTICATOR
        step = matching_step(factor.secret, code, now) if is_authenticator else None
        if step is not None:
            return Use(factor, CodeKind.ONE_TIME, str(step))
        if _is_among(digest, factor.recovery_sha256):
            return Use(factor, CodeKind.RECOVERY, digest)
    return None


def _is_copied(unit: UnitOfWork, use: Use) -> bool:
    """Whether a key that counts did not raise its counter (WebAuthn, section 6.1.1)."""
    if use.counter is None:
        return False
    last = unit.second_factors.counter(use.factor.factor_id)
    return (use.counter, last) != (0, 0) and use.counter <= last


def _is_among(digest: str, known: frozenset[str]) -> bool:
    """Whether a digest is among the known digests. All are compared, in constant time."""
    return sum(hmac.compare_digest(digest, each) for each in known) > 0
