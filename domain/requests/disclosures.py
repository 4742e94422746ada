"""Disclosures, notices to their recipients, accesses to a person's data, and watches.

Those who watch an answer learn when it is out of date, and nothing else. The holder of a
certificate subscribes, and anyone with the holder's code may ask whether the record behind it has
changed. An agency watches one of its own cases, and is told once to ask again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.access.access import Purpose, Role
from domain.ids import CertificateId, DisclosureId, ForceCode, LinkId, NoticeId, RequestId, UserId
from domain.people.convictions import ConvictionVersion
from domain.requests.releasing import Releasable
from domain.requests.requests import Party, ReplyOutcome
from domain.restrictions import UsePurpose


class Form(StrEnum):
    """The form in which information is disclosed."""

    LETTER = "letter"
    MESSAGE = "message"
    """A signed message to another installation."""
    FILE = "file"
    API = "api"
    DOWNLOAD = "download"
    """Downloaded by the applicant from the public pages, with reference and code."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Information that is disclosed to one recipient.

    Raises ValueError for an item that was released to another recipient or for another purpose.
    """

    disclosure_id: DisclosureId
    request_id: RequestId
    recipient: Party
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    items: tuple[Releasable, ...]
    states_to_ask: tuple[str, ...] = ()
    """States that may be named though their convictions may not be told; ISO 3166-1 alpha-3."""
    words: str = ""
    """The text that accompanies the disclosure. Sealed."""

    def __post_init__(self) -> None:
        for item in self.items:
            bound = item.destination
            if (bound.recipient, bound.purpose) != (self.recipient, self.purpose):
                raise ValueError(
                    "An item of this disclosure was released for a different recipient or purpose."
                )
        if self.items and self.outcome is not ReplyOutcome.INFORMATION:
            raise ValueError("An answer that gives no information must not contain items.")

    @property
    def versions(self) -> tuple[ConvictionVersion, ...]:
        """The versions of convictions that the disclosure contains."""
        return tuple(item.held.ref for item in self.items)


@dataclass(frozen=True, slots=True)
class SentDisclosure:
    """A disclosure as stored. It stays, even if the record changes later."""

    disclosure_id: DisclosureId
    request_id: RequestId
    recipient: Party
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    versions: tuple[ConvictionVersion, ...]
    sent_at: datetime
    """When the answer was sent."""
    sent_by: UserId
    content: str | None = None
    """The information disclosed, as JSON; None after it was erased, or if it was not loaded."""
    acknowledged_at: datetime | None = None
    """When the recipient confirmed receipt; None until then."""


class NoticeKind(StrEnum):
    """The kind of change about which the recipient of a disclosure is notified."""

    CORRECTED = "corrected"
    RESTRICTED = "restricted"
    ERASED = "erased"
    LINK_REVOKED = "link revoked"
    SUPERSEDED = "certificate superseded"
    """The data on which a certificate was based has changed: the certificate must be replaced."""


@dataclass(frozen=True, slots=True)
class DisclosureNotice:
    """Notice that information disclosed is no longer correct. Its recipient must act on it too."""

    notice_id: NoticeId
    disclosure_id: DisclosureId
    kind: NoticeKind
    given_on: date
    """The day of the change, on which the time limit begins."""
    about: str = ""
    """The opaque id of the conviction that changed, of the link, or of the certificate."""
    version: int = 0
    """Version of the record that changed; 0 for a link or a person."""
    acknowledged_at: datetime | None = None
    """When the recipient confirmed receipt; None until then."""


NOTICE_CLOCK = "exchange-notification"
"""The clock rule for a notice: 28 days from the change, as for a notification."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that a link was revoked, for a force to which the link had been disclosed."""

    notice_id: str
    """Id of the notice."""
    link_id: LinkId
    force: ForceCode
    at: datetime
    """When it happened."""


@dataclass(frozen=True, slots=True)
class Consultation:
    """One access to a person's prints, records, searches or links."""

    at: datetime
    """When it happened."""
    kind: str
    """A code: the kind of thing that was shown, or the type of the event."""
    role: Role | None
    """None for a caller at the console, or for an account that is not known here."""
    force: ForceCode | None
    """The force of the caller; None for the office itself."""
    purpose: Purpose


class WatchAnswer(StrEnum):
    """The answer to a question that is asked with a holder's code."""

    UNCHANGED = "unchanged"
    CHANGED = "changed, ask anew"
    NONE = "no subscription"
    """The code is wrong or the subscription over; or the person is erased or restricted, which an
    answer of its own would tell."""


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
