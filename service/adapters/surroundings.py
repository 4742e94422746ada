"""The real clock, random ids and secrets, and the version of the code."""

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import metadata

from service.adapters.secret_files import SECRET_BYTES
from service.ports.surroundings import Surroundings

utc_now: Callable[[], datetime] = partial(datetime.now, UTC)
"""Returns the present time in UTC."""


def surroundings() -> Surroundings:
    """Return the real clock, random ids and secrets."""
    return Surroundings(
        clock=utc_now,
        new_id=lambda: uuid.uuid4().hex,
        new_secret=lambda: secrets.token_urlsafe(SECRET_BYTES),
    )


def code_version() -> str:
    """Return the version of this distribution, or `unknown` if it is not installed."""
    try:
        return metadata.version("identlink")
    except metadata.PackageNotFoundError:
        return "unknown"
