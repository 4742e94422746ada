"""What all bodies and answers have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.errors import LinkingError

_NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""PostgreSQL keeps no NUL in text, and no name or address holds a control character."""


class Body(BaseModel):
    """Something that is sent to us."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Answer(BaseModel):
    """Something that we send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, StringConstraints(max_length=200, pattern=_NO_CONTROLS)]
"""A name, a town, the line of an address; may be empty."""

LongText = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
"""Notes and reasons: personal data that never leaves the database's payloads."""

Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
]
"""A reason that must be given."""

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""An id of this service."""

Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[\x20-\x7e]*$")]
"""A short code."""

DateText = Annotated[
    str, StringConstraints(max_length=10), Field(json_schema_extra={"format": "date"})
]
"""A day, `YYYY-MM-DD`; whether it exists is for the domain to say."""


@contextmanager
def at(pointer: str) -> Iterator[None]:
    """Put the place in the body in front of the pointer of any domain error raised inside."""
    try:
        yield
    except LinkingError as error:
        error.pointer = f"{pointer}{error.pointer or ''}"
        raise
