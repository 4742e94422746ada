"""The sandbox's clock: the real time, moved forward by calls that only a sandbox accepts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.adapters.surroundings import utc_now

_YEARS_S = 10 * 366 * 86_400
"""The furthest that one call moves the clock: enough for every period in the service."""


@dataclass(slots=True)
class MovedClock:
    """The current time, plus the time by which it was moved."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time that the sandbox takes as the current time."""
        return utc_now() + self.ahead

    def forward(self, by: timedelta) -> None:
        """Move the clock forward; never back, because the log's times must not go back."""
        self.ahead += by


class Forward(BaseModel):
    """How far to move the clock."""

    model_config = ConfigDict(extra="forbid", strict=True)

    forward_s: Annotated[int, Field(ge=0, le=_YEARS_S)]


def clock_calls(clock: MovedClock) -> APIRouter:
    """Return the API calls that read and move a clock; they need no token."""
    router = APIRouter(prefix="/sandbox/clock", include_in_schema=False)

    @router.get("")
    def get_clock() -> dict[str, datetime]:
        return {"now": clock()}

    @router.post("")
    def post_clock(body: Forward) -> dict[str, datetime]:
        clock.forward(timedelta(seconds=body.forward_s))
        return {"now": clock()}

    return router
