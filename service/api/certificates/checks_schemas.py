"""A number with a code, the answer to it, and the published keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.certificates.codes import MOST_TYPED
from domain.certificates.standing import CheckAnswer
from service.api.base import Answer, Body

Typed = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_TYPED, pattern=r"^[\x20-\x7e]*$")
]


class CheckBody(Body):
    """The number and the code of a certificate, as they are printed on it."""

    number: Typed
    code: Typed


class CheckedAnswer(Answer):
    """Whether the certificate holds; the answer has one shape, whatever it says."""

    answer: CheckAnswer


class CertificateKeysAnswer(Answer):
    """The keys by which certificates verify without a connection."""

    office_key: str = Field(description="Ed25519 multikey that signs credentials.")
    log_key: str = Field(description="Verifier key of the log (C2SP signed note).")
