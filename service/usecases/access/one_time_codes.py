"""One-time codes of authenticators (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp

from domain.accounts import Account

STEP_S = 30
_SECRET_BYTES = 20
"""As long as a SHA-1 digest: what RFC 4226, section 4, recommends."""

_STEPS_APART = 1
"""How far the clocks of authenticator and server may be apart: a step each way (section 5.2)."""

_RECOVERY_BYTES = 10
_GROUP = 4


def new_secret(session_secret: str, enrolled_before: int) -> bytes:
    """Return the secret that follows from a session's and the number of earlier enrolments."""
    label = f"second factor {enrolled_before}".encode()
    return hmac.new(session_secret.encode(), label, hashlib.sha256).digest()[:_SECRET_BYTES]


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits of a step: the number of half minutes since 1970."""
    return pyotp.HOTP(base32(secret)).at(step)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the step about now whose code this is; all are compared, in constant time."""
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
    """Return a secret as people type it into an authenticator."""
    return base64.b32encode(secret).decode()


def new_recovery_code(random: str) -> str:
    """Return a recovery code of 80 bits made of a random secret of at least as many."""
    digest = hashlib.sha256(random.encode()).digest()[:_RECOVERY_BYTES]
    letters = base64.b32encode(digest).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def recovery_sha256(code: str) -> str:
    """Return the digest under which a recovery code is kept; with 80 random bits no salt helps."""
    return hashlib.sha256(plain(code).encode()).hexdigest()


def plain(code: str) -> str:
    """Return a code without the blanks and dashes that people put into it."""
    return "".join(code.lower().replace("-", " ").split())
