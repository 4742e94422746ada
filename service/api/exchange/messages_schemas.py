"""A call of another State, and the answer to it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.exchange.codec import MOST_BYTES
from service.api.base import Answer, Body
from service.usecases.exchange.receiving import MOST_TRANSMISSIONS

# Base64 takes four characters for three bytes; the rest is the head and the signature.
_Transmission = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_BYTES * 4 // 3 + 4_000)
]


class TransmissionsBody(Body):
    """Signed messages: JSON Web Signatures in compact form, Ed25519."""

    transmissions: tuple[_Transmission, ...] = Field(
        min_length=1, max_length=MOST_TRANSMISSIONS, strict=False
    )


class TransmissionsAnswer(Answer):
    """Signed answers, one to each message that wants one."""

    transmissions: tuple[str, ...]
