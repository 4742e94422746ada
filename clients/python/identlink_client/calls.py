"""The calls of the API without a connection: requests, refusals, tokens, and when to repeat."""

import base64
import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import httpx2


class IdentlinkError(Exception):
    """The base class of all errors of this client."""


class ConnectionFailedError(IdentlinkError):
    """The service could not be reached, or its answer was lost."""


class UnknownAnswerError(IdentlinkError):
    """The answer is not one of identlink."""

    def __init__(self) -> None:
        super().__init__(
            "The answer is not one of identlink: check the address, or update this package."
        )


class Answer(dict[str, Any]):
    """An object of an answer. Raises UnknownAnswerError for a field that is missing."""

    def __missing__(self, name: str) -> NoReturn:
        raise UnknownAnswerError


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault of one field."""

    pointer: str
    detail: str


class ProblemError(IdentlinkError):
    """A problem document (RFC 9457). Distinguish problems by `code`, never by their wording."""

    def __init__(self, status: int, document: Mapping[str, Any], retry_after_s: float | None):
        self.status = status
        self.code = str(document.get("type") or document.get("error") or "").rpartition("/")[2]
        self.title = str(document.get("title") or "")
        self.detail = str(document.get("detail") or "")
        self.request_id = str(document.get("instance") or "")
        self.retry_after_s = retry_after_s
        errors = document.get("errors")
        self.faults = tuple(
            Fault(str(one.get("pointer", "")), str(one.get("detail", "")))
            for one in (errors if isinstance(errors, list) else ())
        )
        super().__init__(self._words())

    def _words(self) -> str:
        words = self.detail or self.title
        if not words and self.code:
            words = f"The service refused: {self.code}."
        if not words:
            words = f"Another program answered, with status {self.status}: check the address."
        return " ".join([words, *(f"{one.pointer}: {one.detail}" for one in self.faults)])


class NotAuthenticatedProblem(ProblemError):
    """401: the token or the client is unknown, revoked or expired."""


class NotPermittedProblem(ProblemError):
    """403: the role or the scopes do not allow the call."""


class NotFoundProblem(ProblemError):
    """404: the thing does not exist, or the caller may not see it."""


class ConflictProblem(ProblemError):
    """409: the call conflicts with the current state."""


class RateLimitedProblem(ProblemError):
    """429: too many calls or attempts."""


class UnavailableProblem(ProblemError):
    """503: a part of the service is unavailable; nothing has changed."""


_KINDS: dict[int, type[ProblemError]] = {
    401: NotAuthenticatedProblem,
    403: NotPermittedProblem,
    404: NotFoundProblem,
    409: ConflictProblem,
    429: RateLimitedProblem,
    503: UnavailableProblem,
}


def problem_of(answer: httpx2.Response) -> ProblemError:
    """Return the problem in an answer that is not successful."""
    try:
        document = _object(answer)
    except UnknownAnswerError:
        document = Answer()
    kind = _KINDS.get(answer.status_code, ProblemError)
    return kind(answer.status_code, document, retry_after_s(answer))


def _object(answer: httpx2.Response) -> Answer:
    """Return the object in an answer, empty if there is no body; raises UnknownAnswerError."""
    if not answer.content:
        return Answer()
    try:
        told = answer.json(object_hook=Answer)
    except ValueError:
        raise UnknownAnswerError from None
    if not isinstance(told, Answer):
        raise UnknownAnswerError
    return told


def retry_after_s(answer: httpx2.Response) -> float | None:
    """Return the seconds that an answer asks to wait; None if it does not ask."""
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else None


Json = Mapping[str, Any]

MAX_WAIT_S = 60.0
"""The longest wait before a retry; if the service asks for longer, the problem is raised."""

_PASSING = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `key` is its idempotency key; a change without a key is never repeated."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None
    lines: Sequence[Json] | None = None
    key: str = ""
    client: "ClientCredentials | None" = None
    """The client that asks for a token with this call; None if the call needs a token."""

    @property
    def is_repeatable(self) -> bool:
        """Whether making the call twice has the same effect as making it once."""
        return self.method in {"GET", "DELETE"} or bool(self.key or self.client)

    def headers(self) -> dict[str, str]:
        """Return the headers of this call."""
        named = {"Idempotency-Key": self.key} if self.key else {}
        if self.client is not None:
            return {"Authorization": self.client.basic}
        if self.body is not None:
            return named | {"Content-Type": "application/json"}
        return named | ({"Content-Type": "application/x-ndjson"} if self.lines is not None else {})

    def encoded_lines(self) -> Iterator[bytes]:
        """Yield the lines of a batch, one by one."""
        for line in self.lines or ():
            yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


def new_key() -> str:
    """Return a new idempotency key."""
    return str(uuid.uuid4())


@dataclass(slots=True)
class Attempts:
    """How often a call is tried, and how long to wait in between."""

    call: Call
    most: int
    made: int = 0

    def wait_s(self, met: httpx2.Response | httpx2.TransportError) -> float | None:
        """Return the seconds until the next attempt; None if this attempt was the last."""
        self.made += 1
        if self.made >= self.most or not self.call.is_repeatable:
            return None
        backoff_s: float = min(8.0, 0.25 * 2**self.made) * (0.5 + secrets.randbelow(512) / 1024)
        if not isinstance(met, httpx2.Response):
            return backoff_s
        if met.status_code not in _PASSING:
            return None
        asked_s = retry_after_s(met)
        if asked_s is None:
            return backoff_s
        return asked_s if asked_s <= MAX_WAIT_S else None


def read(met: httpx2.Response | httpx2.TransportError) -> Answer:
    """Return the object of a success. Raises ProblemError, ConnectionFailedError,
    UnknownAnswerError.
    """
    if not isinstance(met, httpx2.Response):
        raise ConnectionFailedError(
            "The service could not be reached, or the connection was lost: try again later."
        ) from met
    if not met.is_success:
        raise problem_of(met)
    return _object(met)


_ID = re.compile(r"[A-Za-z0-9_-]+")


def place(collection: str, its_id: str, *parts: str) -> str:
    """Return the path of a thing in a collection, or of a part of the thing.

    Raises ValueError for an id that would make another path.
    """
    if not _ID.fullmatch(its_id):
        raise ValueError("The id is wrong: give it exactly as the service told it.")
    return "/".join((collection, its_id, *parts))


# The calls that a force can make.


def token(client: "ClientCredentials") -> Call:
    """Return the call that asks for a token."""
    return Call("POST", "/v1/oauth/token", client=client)


def enrolment(body: Json, key: str) -> Call:
    """Return the call that enrols a capture."""
    return Call("POST", "/v1/encounters", body=body, key=key or new_key())


def search(
    search_type: str, impressions: Sequence[Json], details: Json | None, reference: str, key: str
) -> Call:
    """Return the API call that searches with prints."""
    body: dict[str, Any] = {"search_type": search_type, "impressions": list(impressions)}
    body |= {"details": details} if details else {}
    body |= {"reference": reference} if reference else {}
    return Call("POST", "/v1/searches", body=body, key=key or new_key())


def enquiry(details: Json, key: str) -> Call:
    """Return the call that searches by names."""
    return Call("POST", "/v1/names-enquiries", body={"details": details}, key=key or new_key())


def batch(lines: Sequence[Json], priority: str, key: str) -> Call:
    """Return the call that submits a batch."""
    query = {"priority": priority} if priority else {}
    return Call("POST", "/v1/search-batches", query, lines=lines, key=key or new_key())


def webhook(url: str, topics: Sequence[str], key: str) -> Call:
    """Return the call that adds a webhook."""
    body = {"url": url, "topics": list(topics)}
    return Call("POST", "/v1/webhooks", body=body, key=key or new_key())


def page(path: str, *, start: Mapping[str, str], **wanted: str) -> Call:
    """Return the call for a page of a list."""
    return Call("GET", path, {name: value for name, value in {**wanted, **start}.items() if value})


_MARGIN_S = 30.0
"""The number of seconds before its end at which a token is replaced."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """The id and the secret of a client (`identlink client add`)."""

    client_id: str
    secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    """A subset of the client's scopes; if empty, all of them."""

    @property
    def form(self) -> dict[str, str]:
        """The form that requests a token."""
        asked = {"grant_type": "client_credentials"}
        return asked | ({"scope": " ".join(self.scopes)} if self.scopes else {})

    @property
    def basic(self) -> str:
        """The header that authenticates the client (RFC 7617)."""
        pair = f"{self.client_id}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token issued by an administrator, or an access token of the identity provider."""

    secret: str = field(repr=False)


@dataclass(slots=True)
class TokenKeeper:
    """Holds the token in use, and knows when a new token is needed."""

    credentials: ClientCredentials | Token
    seconds: Callable[[], float]
    _secret: str = field(default="", repr=False)
    _ends_at: float = 0.0

    @property
    def current(self) -> str | None:
        """The token to send; None if a token must be fetched."""
        if isinstance(self.credentials, Token):
            return self.credentials.secret
        return self._secret if self._secret and self.seconds() < self._ends_at else None

    def keep(self, secret: str, expires_in_s: float) -> str:
        """Store a fetched token and return it."""
        self._secret = secret
        self._ends_at = self.seconds() + max(0.0, expires_in_s - _MARGIN_S)
        return secret

    def forget(self) -> bool:
        """Forget a token that was refused; return whether another token can be fetched."""
        had_one, self._secret = bool(self._secret), ""
        return had_one and isinstance(self.credentials, ClientCredentials)
