"""The digest by which an event commits to the content of an access row.

An opaque id in an event shows that a row exists, but not what the row contains. An insider could
put another digest of a secret, another force or a later expiry into a row, and then call under
another identity while the log still agrees. So the event states a digest of the row, and the row
is compared with the last event that states a digest of it. Events of earlier releases state no
digest and stay valid.

A digest in an event is public, so it must not allow anybody to test guesses. Tokens, keys and
sessions are stored as hashes of 256 random bits. A password is stored in the encoded form of
Argon2id; its salt of at least 128 random bits is published nowhere and blinds the digest. A
subject of an identity provider has no such random part, so it gets a separate blinding value.
Names that people read are left out.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import rfc8785

from domain.access.access import Token
from domain.access.accounts import Account, Client, ClientKey, Session, SubjectLink
from domain.webhooks import Endpoint
from service.provenance.canonical import moment

_LABEL = "identlink/row/1"


def token_digest(token: Token) -> str:
    """Return the digest of a token's row; a revocation is recorded in a separate row."""
    actor = token.actor
    return _digest(
        "token",
        token.token_id,
        token.secret_sha256,
        actor.user_id,
        actor.role,
        actor.force,
        _set(actor.scopes),
        token.issued_at,
        token.expires_at,
        token.client_key_id,
    )


def client_digest(client: Client) -> str:
    """Return the digest of a client's row, without its name."""
    scopes = _set(client.scopes)
    return _digest("client", client.client_id, client.force, scopes, client.added_at)


def client_key_digest(key: ClientKey) -> str:
    """Return the digest of the row of a client's key."""
    number = str(key.number)
    return _digest(
        "client key", key.key_id, key.client_id, number, key.secret_sha256, key.added_at
    )


def account_digest(account: Account) -> str:
    """Return the digest of an account's row since its last password, without its name."""
    return _digest(
        "account",
        account.user_id,
        account.role,
        account.force,
        account.password_hash,
        account.added_at,
    )


def subject_commitment(link: SubjectLink) -> str:
    """Return the commitment to the identity provider's subject that signs in to an account."""
    return _digest("subject", link.blinding, link.user_id, link.subject_sha256)


def subject_ref(link: SubjectLink) -> str:
    """Return the opaque id of a link to a subject, which is unique and free of personal data.

    The subject is not part of the id, because of links made before subjects were blinded.
    """
    return _digest("subject link", link.user_id, link.linked_at)


def session_ref(session: Session) -> str:
    """Return the opaque id of a session, unique to its account and its start.

    If the identity provider began the session, the id is bound to the provider's session, so that
    the end of that one ends this one too.
    """
    provider = () if session.sid_sha256 is None else (session.sid_sha256,)
    return _digest("session", session.secret_sha256, session.user_id, session.begun_at, *provider)


def endpoint_digest(endpoint: Endpoint) -> str:
    """Return the digest of a webhook's row, with the version of its secret.

    The id in the digest is random and public; the address is neither secret nor personal data.
    """
    return _digest(
        "webhook",
        endpoint.endpoint_id,
        endpoint.force,
        endpoint.url,
        _set(endpoint.topics),
        endpoint.added_by,
        endpoint.added_at,
        str(endpoint.secret_version),
    )


def _set(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _digest(kind: str, *values: str | datetime | None) -> str:
    """Return the SHA-256 of a row's canonical JSON as 64 hex digits; no two rows share it."""
    told = [moment(value) if isinstance(value, datetime) else value for value in values]
    # JSON takes enumerations as strings, but the encoder of RFC 8785 does not.
    plain = [None if value is None else str(value) for value in told]
    return hashlib.sha256(rfc8785.dumps([_LABEL, kind, *plain])).hexdigest()
