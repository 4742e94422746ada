"""Settings for what is recorded about callers: accesses, refused calls, lines in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from domain.events.looking import LookKind
from service.live.gathering import LookBook
from service.live.refusals import WINDOW_S, Refusals

_OneIn = Annotated[int, Field(ge=1, le=1_000_000)]


class RecordSettings(BaseSettings, use_attribute_docstrings=True):
    """The policy of the office on recording who has viewed what."""

    looks_sampled: dict[LookKind, _OneIn] = {}
    """Kinds of look of which only one in so many is recorded, as JSON, such as `{"queue": 10}`;
    without it, every look is."""
    refusal_seconds: int = Field(default=int(WINDOW_S), ge=1, le=86_400)
    """Seconds within which equal refused calls of an account are recorded as one event."""
    pseudonym_days: int = Field(default=30, ge=1, le=3_660)
    """Days after which callers get new pseudonyms in the operational log."""

    def look_book(self) -> LookBook:
        """Return the recorder of accesses with this policy."""
        return LookBook(self.looks_sampled)

    def refusals(self) -> Refusals:
        """Return a counter of refused calls with this policy."""
        return Refusals(float(self.refusal_seconds))

    @property
    def pseudonym_period(self) -> timedelta:
        """How long a pseudonym lasts."""
        return timedelta(days=self.pseudonym_days)
