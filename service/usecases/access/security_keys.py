"""Security keys (WebAuthn, level 2): how they are registered and how they answer a challenge.

A key answers only for the host where it was registered, so a page that imitates ours gets nothing
of use. Keys are asked to store the account (a discoverable credential). The sign-in page then
names no key and does not reveal which accounts have one.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from domain.access.accounts import Account
from domain.errors import InvalidInputError

ASKED_FOR = timedelta(minutes=15)
"""A challenge must be answered within this time after its page was shown."""

_LONGEST_ANSWER = 16_000
_UNREADABLE = "The security key did not give a usable answer. Try again."
_WRONG = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the library also raises for an answer that lacks a part or has one of another type."""


class Asking(StrEnum):
    """The purpose of a challenge. An answer for one purpose cannot be used for another."""

    REGISTER = "register"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A challenge that one page sends to security keys."""

    origin: str
    """Scheme, host and port at which the browser shows our pages."""
    challenge: bytes = field(repr=False)
    """32 bytes derived from a secret of the browser and the time."""
    asked_at: int
    """Seconds since 1970."""

    @property
    def host(self) -> str:
        """The host name that keys are bound to."""
        return urlsplit(self.origin).hostname or ""

    @property
    def is_possible(self) -> bool:
        """Whether keys can be bound to the host: only to a name, never to an IP address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False

    def is_timely(self, now: datetime) -> bool:
        """Whether the challenge is recent enough to be answered."""
        age_s = now.timestamp() - self.asked_at
        return -1 <= age_s <= ASKED_FOR.total_seconds()


@dataclass(frozen=True, slots=True)
class SecurityKey:
    """A registered key, as stored in its sealed payload."""

    name: str
    host: str
    credential_id: bytes
    public_key: bytes
    """The public key in COSE form, as the security key gave it."""

    def sealed(self) -> bytes:
        """Return the key as JSON, for storage in a sealed payload."""
        told = {
            "name": self.name,
            "host": self.host,
            "credential_id": self.credential_id.hex(),
            "public_key": self.public_key.hex(),
        }
        return json.dumps(told).encode()


def key_of(sealed: bytes) -> SecurityKey | None:
    """Return a key from its payload; None if the payload has been erased."""
    if not sealed:
        return None
    told = json.loads(sealed)
    return SecurityKey(
        told["name"],
        told["host"],
        bytes.fromhex(told["credential_id"]),
        bytes.fromhex(told["public_key"]),
    )


def ceremony(origin: str, secret: str, asking: Asking, asked_at: int) -> Ceremony:
    """Return the challenge derived from a browser's secret of 256 random bits and a time."""
    text = f"security key {asking} {asked_at}".encode()
    return Ceremony(origin, hmac.new(secret.encode(), text, hashlib.sha256).digest(), asked_at)


def options_to_register(asked: Ceremony, account: Account, known: tuple[SecurityKey, ...]) -> str:
    """Return the options for registering a key in a browser, as the JSON that WebAuthn defines."""
    import webauthn  # noqa: PLC0415 - 25 MB that few processes ever need
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_registration_options(
        rp_id=asked.host,
        rp_name="identlink",
        user_id=hashlib.sha256(account.user_id.encode()).digest(),
        user_name=account.sign_in_name,
        challenge=asked.challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.DISCOURAGED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=one.credential_id) for one in known
        ],
    )
    return str(webauthn.options_to_json(options))


def options_to_prove(asked: Ceremony) -> str:
    """Return the options for answering a challenge in a browser, as WebAuthn JSON.

    No key is named. The password is the other factor, so the key asks only for a touch.
    """
    challenge = base64.urlsafe_b64encode(asked.challenge).rstrip(b"=").decode()
    told = {"challenge": challenge, "rpId": asked.host, "userVerification": "discouraged"}
    return json.dumps({**told, "timeout": 60_000, "allowCredentials": []})


def registered(asked: Ceremony, answer: str, name: str) -> SecurityKey:
    """Return the key that answered a registration. Raises InvalidInputError for a wrong answer."""
    import webauthn  # noqa: PLC0415 - as above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    if not asked.is_possible or not _is_readable(answer):
        raise InvalidInputError(_UNREADABLE, pointer="/key")
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
        )
    except (WebAuthnException, *_WRONG) as error:
        raise InvalidInputError(_UNREADABLE, pointer="/key") from error
    return SecurityKey(name, asked.host, found.credential_id, found.credential_public_key)


def is_of(answer: str, key: SecurityKey) -> bool:
    """Whether an answer says that it comes from this key."""
    if not _is_readable(answer):
        return False
    given = json.loads(answer).get("rawId")
    return isinstance(given, str) and _base64url(given) == key.credential_id


def answered(asked: Ceremony, answer: str, key: SecurityKey) -> int | None:
    """Return the counter of a key's correct answer, 0 if it does not count; None if wrong."""
    import webauthn  # noqa: PLC0415 - as above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    if key.host != asked.host:
        return None
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=key.host,
            expected_origin=asked.origin,
            credential_public_key=key.public_key,
            # The caller compares the counter with the counter of the last use.
            credential_current_sign_count=0,
        )
    except (WebAuthnException, *_WRONG):
        return None
    return int(found.new_sign_count)


def _is_readable(answer: str) -> bool:
    if len(answer) > _LONGEST_ANSWER:
        return False
    try:
        return isinstance(json.loads(answer), dict)
    except (ValueError, RecursionError):
        return False


def _base64url(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
