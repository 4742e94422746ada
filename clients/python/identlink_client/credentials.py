"""Ways to authenticate: a client that fetches short-lived tokens, or a token that was issued."""

from collections.abc import Callable
from dataclasses import dataclass, field

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
