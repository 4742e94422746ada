"""The log itself: searches of it, states that were accepted, keys that were lost."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.events.declaring import Event, Subject, event
from domain.ids import EventType, ForceCode, PersonId, UserId
from domain.store_secrets import StoreSecret


class StateReason(StrEnum):
    """The reason for accepting a log that does not continue the memory of its key."""

    BACKUP_RESTORED = "backup-restored"
    """An older backup was restored on purpose."""
    DATA_LOST = "data-lost"
    """A fault of a disk or a standby lost the last events, and no backup has them."""
    MEMORY_LOST = "memory-lost"
    """The file of the memory was lost, and so were its backups."""
    KEY_LOST = "key-lost"
    """The signing key was lost and made again."""
    TAMPERING_EXAMINED = "tampering-examined"
    """The log was changed, and the examination of that has ended."""


@event("log-searched", is_look=True)
class LogSearched(Event):
    """The log was searched, or a report was made from it."""

    subject_ref: Subject[str | None] = None
    """The id that was asked for."""
    found: int = 0
    view: str | None = None
    """The report that was asked for."""
    asked_actor: UserId | None = None
    asked_force: ForceCode | None = None
    asked_event_type: EventType | None = None
    asked_since: datetime | None = None
    asked_until: datetime | None = None
    first: int | None = None
    """The number of the first entry of the page that was shown."""


@event("log-export-begun", is_look=True)
class LogExportBegun(Event):
    """An export of the whole log for an outsider was begun; it holds the log up to this event."""

    events: int
    """How many events the log held before this one."""


@event("backup-begun", is_look=True)
class BackupBegun(Event):
    """A backup of the whole database was begun; it holds the log up to this event."""

    with_keys: bool
    """Whether the keys of the payloads were to be copied as well."""


@event("state-accepted")
class StateAccepted(Event):
    """A log was accepted that does not continue the last checkpoint of its key."""

    events: int
    """How many events the log held."""
    root: str
    """The root of these, hexadecimal."""
    reason: StateReason
    remembered_events: int | None = None
    """How many events the key remembered; not stated without a readable memory."""
    remembered_root: str | None = None
    authority: str | None = None
    """The reference of the order, such as the number of a change or an incident."""


@event("keys-lost")
class KeysLost(Event):
    """Payloads whose keys were lost were given up on the order of an operator.

    The persons of very many payloads are named in several events.
    """

    person_ids: Subject[tuple[PersonId, ...]]
    """The persons whose prints or records are among the payloads."""
    payloads: int
    """How many payloads were deleted, in all."""


@event("key-accepted")
class KeyAccepted(Event):
    """A key of the store was accepted in place of one that was lost, replaced or renewed."""

    key: StoreSecret
    key_sha256: str
    """Its fingerprint, hexadecimal."""
