"""Settings of the exchange with other States."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from service.usecases.exchange.desk import BEGAN


class ExchangeSettings(BaseSettings, use_attribute_docstrings=True):
    """Whether this installation exchanges convictions, for which State, and how."""

    exchange_state: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    """The State that this installation speaks for, ISO 3166-1 alpha-3, such as GBR; without it,
    nothing is exchanged."""
    exchange_since: date = BEGAN
    """First day of exchange: convictions recorded earlier are not sent to other States."""
    exchange_folder: Path | None = None
    """Directory of the drop folders, one for each State that uses a gateway; whoever can write to
    a folder can speak for that State."""
    exchange_plain_http: bool = False
    """Whether signed messages may use plain HTTP: to a proxy in your own network that adds TLS, or
    in tests."""
