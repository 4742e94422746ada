"""Settings of the public pages, read once from `IDENTLINK_PUBLIC_PAGES_*`.

They are separate from the office's settings: this process has no store, no database and no keys.
"""

from pathlib import Path
from typing import Any

from pydantic import Field, IPvAnyNetwork, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import ConfigurationError

PREFIX = "IDENTLINK_PUBLIC_PAGES_"


class PublicSettings(BaseSettings, use_attribute_docstrings=True):
    """The settings: one frozen value for the whole process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", max_length=255)
    """Address to listen on."""
    port: int = Field(default=8410, ge=0, le=65_535)
    """Port to listen on; 0 takes a free one."""
    office: str = Field(default="http://127.0.0.1:8400", pattern=r"^https?://[^\s/?#]+$")
    """Address of the office's API, without a path."""
    client_id: str = Field(default="", max_length=64)
    """Id of the client that the office added."""
    client_secret_file: Path | None = None
    """File with the secret of the client, which only this process may read."""
    office_name: str = Field(default="", max_length=100)
    """Name of the office, in the header of every page."""
    contact: str = Field(default="", max_length=1_000)
    """How to reach the office: e-mail, telephone and address, a line each."""
    fees: dict[str, str] = {}
    """Fee of each kind of application that is not free, as JSON: `{"police-certificate": "£65"}`.
    """
    messages: Path | None = None
    """Directory of further catalogues of messages, one `LANGUAGE.json` each; English and Welsh are
    built in."""
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Proxies in front whose `X-Forwarded-For` and `-Proto` are trusted, as JSON."""
    plain_cookies: bool = False
    """Whether cookies may be sent over plain HTTP: to try the pages out on one machine, without a
    proxy."""
    pages_per_minute: int = Field(default=120, ge=1)
    """Pages that one address may ask for in a minute."""
    starts_per_hour: int = Field(default=20, ge=1)
    """Applications that one address may begin in an hour."""
    uploads_per_hour: int = Field(default=60, ge=1)
    """Documents that one address may send in an hour."""
    downloads_per_hour: int = Field(default=20, ge=1)
    """Documents that one address may download in an hour."""
    openings_per_hour: int = Field(default=60, ge=1)
    """Attempts to open an application from one address in an hour."""
    failures_from_anywhere: int = Field(default=10, ge=1)
    """Wrong codes for one reference, from addresses that have not opened it, before the next
    attempt from such addresses is delayed, by a minute at most."""

    def client_secret(self) -> str:
        """Return the client's secret; raises ConfigurationError if it cannot be read."""
        path = self.client_secret_file
        if path is None or not self.client_id:
            raise ConfigurationError(
                f"Set {PREFIX}CLIENT_ID and {PREFIX}CLIENT_SECRET_FILE. To get the id and the "
                f"secret, run `identlink client add` with the scope applications:carry."
            )
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(
                f"{PREFIX}CLIENT_SECRET_FILE cannot be read: check its path and its owner."
            ) from None


def load_public_settings(**given: Any) -> PublicSettings:
    """Return the settings: arguments override the environment, which overrides the defaults.

    Raises ConfigurationError, which names every faulty setting and repeats no value.
    """
    try:
        return PublicSettings(**given)
    except ValidationError as error:
        names = sorted({f"{PREFIX}{str(one['loc'][0]).upper()}" for one in error.errors()})
        raise ConfigurationError(f"Check these settings: {', '.join(names)}.") from None
