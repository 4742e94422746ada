"""Settings of the identity provider, which are checked before a process starts."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from domain.access.access import Role
from domain.errors import ConfigurationError
from service.adapters.identity.provider_web import is_allowed_address
from service.adapters.store_modes import demand_private

CALLBACK_PATH = "/workbench/sign-in/provider/answer"
"""The path to which browsers return. It is registered with the provider, below the
public address."""

_IS_PREFIX = re.compile(r"(/[A-Za-z0-9._-]+)*").fullmatch
_LONGEST_SECRET_BYTES = 4_096


class ProviderSettings(BaseSettings, use_attribute_docstrings=True):
    """How people sign in: by the identity provider, with local accounts, or both."""

    public_url: str | None = None
    """Address at which browsers reach this service, `https://HOST`, or `https://HOST/PATH` behind
    a proxy that serves it below a path; needed with an identity provider."""
    local_accounts: bool = True
    """Whether accounts with a password may sign in to the workbench."""
    second_factor_roles: frozenset[Role] = frozenset()
    """Roles whose accounts with a password must have a second factor, as JSON: `["examiner",
    "supervisor"]`. Until it is set up they reach its page alone."""
    oidc_issuer: str | None = None
    """Issuer of the OpenID Connect provider by which people sign in, as it names itself; without
    it, only local accounts can sign in."""
    oidc_client_id: str | None = None
    """The id under which the provider knows this service."""
    oidc_client_secret_file: Path | None = None
    """File (mode 0600) with the secret of that client."""
    oidc_client_secret: SecretStr | None = None
    """The client secret itself, if a file cannot be used."""
    oidc_scopes: str = "openid profile"
    """Scopes that the provider is asked for."""
    oidc_role_claim: str = Field(default="roles", min_length=1)
    """Claim with a person's roles at the provider: a name, or a path such as `realm_access.roles`.
    """
    oidc_roles: dict[str, str] = {}
    """Roles of the provider and ours, as JSON: `{"WORD": "ROLE"}`, for a force `"force:CODE"`, for
    a case officer `"case-officer:CODE"`, likewise for a reconciler. Other words are ignored;
    exactly one has to lead to a role."""
    provider_acr: tuple[str, ...] = ()
    """Ways of authentication (`acr`) that are accepted, as JSON; they are requested from the
    provider. Without it, all are accepted."""
    oidc_max_age_s: int | None = Field(default=None, ge=0)
    """How long ago, in seconds, a person may have signed in at the provider; an older sign-in
    there must be repeated. Without it, any sign-in is accepted."""
    oidc_subject_claim: str = Field(default="sub", min_length=1)
    """Claim that identifies a person in the same way to every client of the provider. Microsoft
    Entra: `oid`, because its `sub` differs between the sign-in and the API."""
    oidc_scope_prefix: str = ""
    """Prefix of our scopes in the provider's access tokens, such as `api://identlink/`."""
    oidc_name_claim: str = "preferred_username"
    """Claim with the name to show; it decides nothing."""
    oidc_api_audience: str | None = None
    """Audience of the provider's access tokens for the API; without it, no such token is accepted.
    """


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """What is known of the provider once its settings are checked."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_address: str
    """The address to which browsers return, exactly as registered with the provider."""
    told: ProviderSettings


def provider_plan(settings: ProviderSettings) -> ProviderPlan | None:
    """Return the plan of the provider, or None if no provider is set.

    Raises ConfigurationError, also if neither way of signing in is available.
    """
    issuer = settings.oidc_issuer
    if issuer is None:
        if not settings.local_accounts:
            raise ConfigurationError(
                "With these settings nobody can sign in: set IDENTLINK_OIDC_ISSUER or "
                "IDENTLINK_LOCAL_ACCOUNTS."
            )
        return None
    _check_address("IDENTLINK_OIDC_ISSUER", issuer)
    client_id = _required("IDENTLINK_OIDC_CLIENT_ID", settings.oidc_client_id)
    public = _required("IDENTLINK_PUBLIC_URL", settings.public_url).rstrip("/")
    _check_address("IDENTLINK_PUBLIC_URL", public)
    if not settings.oidc_roles:
        raise ConfigurationError(
            "IDENTLINK_OIDC_ROLES is empty: map at least one role of the provider."
        )
    if "openid" not in settings.oidc_scopes.split(" "):
        raise ConfigurationError("IDENTLINK_OIDC_SCOPES lacks openid: add it.")
    if not all(value and " " not in value for value in settings.provider_acr):
        raise ConfigurationError(
            "IDENTLINK_PROVIDER_ACR has an empty value, or a value with a space: correct it."
        )
    if settings.oidc_api_audience in {"", client_id}:
        # An ID token has the client as its audience, and must never give access to the API.
        raise ConfigurationError(
            "IDENTLINK_OIDC_API_AUDIENCE is empty or the same as the client's id: "
            "set it to another value."
        )
    return ProviderPlan(
        issuer=issuer,
        client_id=client_id,
        client_secret=_secret(settings),
        redirect_address=f"{public}{CALLBACK_PATH}",
        told=settings,
    )


def public_origin(settings: ProviderSettings) -> str:
    """Return the scheme, host and port at which browsers reach the service; empty if none is set.

    Raises ConfigurationError if the setting is not a valid address.
    """
    if not settings.public_url:
        return ""
    _check_address("IDENTLINK_PUBLIC_URL", settings.public_url)
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def path_prefix(settings: ProviderSettings) -> str:
    """Return the path below which the service is reached, without a final slash.

    Raises ConfigurationError for an invalid address, or characters that are not allowed.
    """
    public = (settings.public_url or "").rstrip("/")
    if not public:
        return ""
    _check_address("IDENTLINK_PUBLIC_URL", public)
    prefix = urlsplit(public).path
    if _IS_PREFIX(prefix) is None:
        raise ConfigurationError(
            "The path in IDENTLINK_PUBLIC_URL can contain only letters, digits, full stops, "
            "underscores, hyphens and single slashes: correct it."
        )
    return prefix


def _required(name: str, value: str | None) -> str:
    if not value:
        raise ConfigurationError(f"{name} is missing: set it, or unset IDENTLINK_OIDC_ISSUER.")
    return value


def _check_address(name: str, value: str) -> None:
    if not is_allowed_address(value) or urlsplit(value).query:
        raise ConfigurationError(f"{name} must be an https address without a query: correct it.")


def _secret(settings: ProviderSettings) -> str:
    told, file = settings.oidc_client_secret, settings.oidc_client_secret_file
    if (told is None) == (file is None):
        raise ConfigurationError(
            "IDENTLINK_OIDC_ISSUER needs a client secret: set "
            "IDENTLINK_OIDC_CLIENT_SECRET_FILE or IDENTLINK_OIDC_CLIENT_SECRET."
        )
    secret = told.get_secret_value() if told is not None else _read(file or Path())
    if not secret:
        raise ConfigurationError("The client secret for the identity provider is empty: set one.")
    return secret


def _read(path: Path) -> str:
    """Return the secret in a file. Raises ConfigurationError if others can read the file."""
    try:
        raw = path.read_bytes()[:_LONGEST_SECRET_BYTES]
        secret = raw.decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            "The file named by IDENTLINK_OIDC_CLIENT_SECRET_FILE cannot be read: check that it "
            "exists."
        ) from None
    demand_private(path, "The file named by IDENTLINK_OIDC_CLIENT_SECRET_FILE")
    return secret
