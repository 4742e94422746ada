"""The sandbox's clock: the real one, moved forward by calls that only a sandbox answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.adapters.surroundings import utc_now

_YEARS_S = 10 * 366 * 86_400
"""One call goes so far: far enough for every period that the service knows."""


@dataclass(slots=True)
class MovedClock:
    """The present instant, and what it was moved by."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Return the instant that the sandbox takes for the present."""
        return utc_now() + self.ahead

    def forward(self, by: timedelta) -> None:
        """Move it; never back, because the log's times never go back."""
        self.ahead += by


class Forward(BaseModel):
    """How far the clock is moved."""

    model_config = ConfigDict(extra="forbid", strict=True)

    forward_s: Annotated[int, Field(ge=0, le=_YEARS_S)]


def clock_calls(clock: MovedClock) -> APIRouter:
    """Return the calls that read and move a clock; they ask for no token."""
    router = APIRouter(prefix="/sandbox/clock", include_in_schema=False)

    @router.get("")
    def get_clock() -> dict[str, datetime]:
        return {"now": clock()}

    @router.post("")
    def post_clock(body: Forward) -> dict[str, datetime]:
        clock.forward(timedelta(seconds=body.forward_s))
        return {"now": clock()}

    return router
