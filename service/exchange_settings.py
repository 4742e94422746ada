"""Settings of the exchange with other States."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from service.usecases.exchange.desk import BEGAN


class ExchangeSettings(BaseSettings):
    """Whether this installation exchanges convictions, for which State, and how."""

    exchange_state: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{3}$",
        description="The State that this installation speaks for, ISO 3166-1 alpha-3, such as "
        "GBR; without it, nothing is exchanged.",
    )
    exchange_since: date = Field(
        default=BEGAN,
        description="Convictions recorded before this day are not sent to other States.",
    )
    exchange_folder: Path | None = Field(
        default=None,
        description="Directory of the drop folders, one for each State that is reached by a "
        "gateway; write access there is the authority to speak for that State.",
    )
    exchange_plain_http: bool = Field(
        default=False,
        description="Whether signed messages may go over plain HTTP: to a proxy of one's own "
        "network that adds TLS, or in tests.",
    )
