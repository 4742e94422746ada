"""The answers of the service, as frozen values.

A test of the service compares each class with the schema of the same answer in `openapi.json`.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Model:
    """The base of the service's responses. Fields that a later version adds are ignored."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return the value for a JSON object."""
        given = {
            field.name: _read(field.name, told[field.name])
            for field in fields(cls)
            if field.name in told or field.default is MISSING
        }
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Owner(Model):
    """The force that holds the record of a link."""

    force: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkedFingers(Model):
    """The fingers that a link is based on, as ANSI/NIST-ITL numbers."""

    compared: tuple[int, ...]
    identified: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Link(Model):
    """A link that two examiners confirmed."""

    link_id: str
    search_id: str
    linked_at: datetime
    owner: Owner | None
    record_id: str | None
    revoked_at: datetime | None
    fingers: LinkedFingers | None


@dataclass(frozen=True, slots=True)
class PrintNote(Model):
    """A remark about one print of a capture that was sent as files."""

    position: int
    part: str
    words: str
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Submitted(Model):
    """A search that the service has accepted."""

    search_id: str
    state: str
    notes: tuple[PrintNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Search(Model):
    """A search; it includes its outcome once the outcome is known."""

    search_id: str
    search_type: str
    submitted_at: datetime
    purpose: str
    on_behalf_of: str
    state: str
    outcome: str | None
    link: Link | None
    reference: str


@dataclass(frozen=True, slots=True)
class Encounter(Model):
    """A capture that was enrolled."""

    encounter_id: str
    person_id: str
    record_id: str | None
    captured_at: datetime
    fingers: int
    reference: str


@dataclass(frozen=True, slots=True)
class Batch(Model):
    """A batch and its progress."""

    batch_id: str
    reference: str
    priority: str
    purpose: str
    on_behalf_of: str
    submitted_at: datetime
    cancelled_at: datetime | None
    finished_at: datetime | None
    lines: int
    waiting: int
    working: int
    done: int
    failed: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class BatchLine(Model):
    """One line of a batch: its search, or its problem."""

    line: int
    state: str
    search_id: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class EnquiryCandidate(Model):
    """A person whose record matches the stated names: only the force that holds the record."""

    candidate_id: str
    band: str
    owner: Owner | None
    record_id: str | None


@dataclass(frozen=True, slots=True)
class EnquiryResult(Model):
    """The result of a names enquiry."""

    search_id: str
    candidates: tuple[EnquiryCandidate, ...]
    waiting: int
    """The number of items by this name that still wait to be attached to a record."""


@dataclass(frozen=True, slots=True)
class Notice(Model):
    """A notice that a link was revoked."""

    notice_id: str
    link_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Webhook(Model):
    """A webhook endpoint, which is notified of outcomes."""

    endpoint_id: str
    url: str
    topics: tuple[str, ...]
    added_at: datetime
    secret_version: int
    is_paused: bool


@dataclass(frozen=True, slots=True)
class WebhookSecret(Model):
    """A webhook endpoint and its secret, which is returned only once."""

    webhook: Webhook
    secret: str


_INSIDE: dict[str, type[Model]] = {
    "link": Link,
    "owner": Owner,
    "webhook": Webhook,
    "candidates": EnquiryCandidate,
    "notes": PrintNote,
}


def _read(name: str, value: Any) -> Any:
    if name == "at" or name.endswith("_at"):
        return None if value is None else datetime.fromisoformat(value)
    if name == "fingers" and isinstance(value, Mapping):
        return LinkedFingers.of(value)
    if isinstance(value, list):
        return tuple(_read(name, one) for one in value)
    if isinstance(value, Mapping):
        return _INSIDE[name].of(value)
    return value
