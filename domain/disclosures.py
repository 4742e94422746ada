"""Disclosures of links, notices to their recipients, and consultations of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.access import Purpose, Role
from domain.convictions import ConvictionVersion
from domain.ids import DisclosureId, ForceCode, LinkId, NoticeId, RequestId, UserId
from domain.releasing import Releasable
from domain.requests import Party, ReplyOutcome
from domain.restrictions import UsePurpose


class Form(StrEnum):
    """The form in which a disclosure leaves."""

    LETTER = "letter"
    MESSAGE = "message"
    """A signed message to another installation."""
    FILE = "file"
    API = "api"
    DOWNLOAD = "download"
    """Fetched at the pages of the public, under reference and code."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Information that leaves to one recipient.

    Raises ValueError for an item made for another destination.
    """

    disclosure_id: DisclosureId
    request_id: RequestId
    recipient: Party
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    items: tuple[Releasable, ...]
    states_to_ask: tuple[str, ...] = ()
    """ISO 3166-1 alpha-3: States whose convictions may not be given, but may be named."""
    words: str = ""
    """The text that goes with it. Sealed."""

    def __post_init__(self) -> None:
        for item in self.items:
            bound = item.destination
            if (bound.recipient, bound.purpose) != (self.recipient, self.purpose):
                raise ValueError("An item was released for a different recipient or purpose.")
        if self.items and self.outcome is not ReplyOutcome.INFORMATION:
            raise ValueError("Only an answer with information may contain items.")

    @property
    def versions(self) -> tuple[ConvictionVersion, ...]:
        """The versions of convictions that it tells."""
        return tuple(item.held.ref for item in self.items)


@dataclass(frozen=True, slots=True)
class SentDisclosure:
    """A disclosure as it is stored: it stays, even when the record changes."""

    disclosure_id: DisclosureId
    request_id: RequestId
    recipient: Party
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    versions: tuple[ConvictionVersion, ...]
    sent_at: datetime
    sent_by: UserId
    content: str | None = None
    """The information told, as JSON; None once it was erased, or where it is not read."""
    acknowledged_at: datetime | None = None


class NoticeKind(StrEnum):
    """The news for the recipient of a disclosure."""

    CORRECTED = "corrected"
    RESTRICTED = "restricted"
    ERASED = "erased"
    LINK_REVOKED = "link revoked"
    SUPERSEDED = "certificate superseded"
    """The ground of a certificate has changed: it is to be replaced."""


@dataclass(frozen=True, slots=True)
class DisclosureNotice:
    """Something that was disclosed is no longer true; its recipient must act on it too."""

    notice_id: NoticeId
    disclosure_id: DisclosureId
    kind: NoticeKind
    given_on: date
    """The day of the change: its clock starts."""
    about: str = ""
    """The opaque id of the changed conviction, of the link, or of the certificate."""
    version: int = 0
    """Version of the record that changed; 0 for a link or a person."""
    acknowledged_at: datetime | None = None


NOTICE_CLOCK = "exchange-notification"
"""The clock rule of a notice: 28 days from the change, as of a notification."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that a link was revoked, to a force that had been told of the link."""

    notice_id: str
    link_id: LinkId
    force: ForceCode
    at: datetime


@dataclass(frozen=True, slots=True)
class Consultation:
    """One look at a person's prints, records, searches or links."""

    at: datetime
    kind: str
    """A code: the kind of thing that was shown, or the type of the event."""
    role: Role | None
    """None for a caller at the console, or one whose account is not known here."""
    force: ForceCode | None
    """The force of the caller; None for the office itself."""
    purpose: Purpose
