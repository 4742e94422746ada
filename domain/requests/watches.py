"""Watches: those who were given an answer learn when it is out of date, and nothing else.

The holder of a certificate subscribes, and anyone with the holder's code may ask whether the
record behind the certificate has changed. An agency watches one of its own cases, and is told once
to ask again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import CertificateId, RequestId, UserId


class WatchAnswer(StrEnum):
    """The answer to a question that is asked with a holder's code."""

    UNCHANGED = "unchanged"
    CHANGED = "changed, ask anew"
    NONE = "no subscription"
    """The code is wrong, or the subscription is over. Also for a person who is erased or
    restricted: an answer of its own would tell that.
    """


class WatchAct(StrEnum):
    """What happened to a watch."""

    BEGUN = "begun"
    CONFIRMED = "confirmed"
    ENDED = "ended"
    """Its holder, or the agency, wants it no longer."""
    NOTICED = "told to ask again"


class WatchState(StrEnum):
    """The state of a watch."""

    WATCHING = "watching"
    ASK_AGAIN = "ask again"
    """The record has changed. The watch is over; what changed is told only to who asks again."""
    LAPSED = "lapsed"
    """The agency did not confirm it in time."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class WatchStep:
    """One step of a watch; the first begins it."""

    watch_id: str
    number: int
    """Numbered from 1."""
    act: WatchAct
    confirm_by: date
    """The last day on which the watch is valid unless it is confirmed."""
    stepped_by: UserId
    stepped_at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch with its steps, oldest first."""

    watch_id: str
    request_id: RequestId
    last_day: date
    """The watch ends with this day, whether confirmed or not."""
    after_change: int
    """The number of the last change of any record before the watch began."""
    certificate_id: CertificateId | None = None
    """The certificate whose holder subscribed; None for an agency's watch."""
    code_digest: str | None = None
    """SHA-256, in hexadecimal, of the certificate's number and the holder's code."""
    agency: str | None = None
    steps: tuple[WatchStep, ...] = ()

    def state(self, on: date) -> WatchState:
        """Return the state of the watch on a day."""
        last = self.steps[-1]
        if last.act is WatchAct.NOTICED:
            return WatchState.ASK_AGAIN
        if last.act is WatchAct.ENDED or on > self.last_day:
            return WatchState.ENDED
        return WatchState.LAPSED if on > last.confirm_by else WatchState.WATCHING


@dataclass(frozen=True, slots=True)
class WatchCheck:
    """One question to a holder's watch, as its holder sees it."""

    check_id: str
    watch_id: str
    answer: WatchAnswer
    checked_by: UserId
    checked_at: datetime
    """When the officer checked the document."""
    organisation: str = ""
    """Who asked, as they state it. Sealed, and not verified."""
