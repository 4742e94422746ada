"""Time, ids and secrets from outside, passed in so that a test can hold them still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware, UTC."""

NewId = Callable[[], str]
"""Returns a fresh opaque id: 32 hexadecimal characters without meaning or order."""

NewSecret = Callable[[], str]
"""Returns a fresh secret of at least 256 bits, URL-safe."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The non-deterministic outside of a use case."""

    clock: Clock
    new_id: NewId
    new_secret: NewSecret
