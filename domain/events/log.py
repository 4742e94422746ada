"""The log itself: searches of the log, exports and backups, accepted states and lost keys."""

from datetime import datetime
from enum import StrEnum

from domain.events.declaring import Event, Subject, event
from domain.ids import EventType, ForceCode, PersonId, UserId
from domain.store_secrets import StoreSecret


class StateReason(StrEnum):
    """Why a log was accepted that does not continue the last checkpoint of its key."""

    BACKUP_RESTORED = "backup-restored"
    """An older backup was restored on purpose."""
    DATA_LOST = "data-lost"
    """The last events were lost through a fault of a disk or a standby, and no backup has them."""
    MEMORY_LOST = "memory-lost"
    """The file with the last checkpoint was lost, with all its backups."""
    KEY_LOST = "key-lost"
    """The signing key was lost, and a new key was made."""
    TAMPERING_EXAMINED = "tampering-examined"
    """The log was tampered with, and the tampering has been investigated."""


@event("log-searched", is_look=True)
class LogSearched(Event):
    """The log was searched, or a report was made from it."""

    subject_ref: Subject[str | None] = None
    found: int = 0
    view: str | None = None
    """The report that was requested."""
    asked_actor: UserId | None = None
    asked_force: ForceCode | None = None
    asked_event_type: EventType | None = None
    asked_since: datetime | None = None
    asked_until: datetime | None = None
    first: int | None = None
    """The number of the first entry on the page that was shown."""


@event("log-export-begun", is_look=True)
class LogExportBegun(Event):
    """An export of the whole log for an outsider was begun; it holds the log up to this event."""

    events: int
    """The number of events in the log before this one."""


@event("backup-begun", is_look=True)
class BackupBegun(Event):
    """A backup of the whole database was begun; it holds the log up to this event."""

    with_keys: bool
    """Whether the keys of the payloads were also copied."""


@event("state-accepted")
class StateAccepted(Event):
    """A log that does not continue the last checkpoint of its key was accepted."""

    events: int
    root: str
    """The root hash of these events, in hexadecimal."""
    reason: StateReason
    remembered_events: int | None = None
    """The number of events in the key's last checkpoint; None if none could be read."""
    remembered_root: str | None = None
    authority: str | None = None
    """The reference of the order, such as the number of a change or an incident."""


@event("keys-lost")
class KeysLost(Event):
    """Payloads were given up whose keys were lost, or destroyed after a backup that was restored.

    An operator orders either. A restore names only people who were not erased.
    If very many payloads are given up, their persons are named in several events.
    """

    person_ids: Subject[tuple[PersonId, ...]]
    """The persons whose prints or records are among the payloads."""
    payloads: int


@event("key-accepted")
class KeyAccepted(Event):
    """A key of the store was accepted in place of a key that was lost, replaced or renewed."""

    key: StoreSecret
    key_sha256: str
    """The fingerprint of the key, in hexadecimal."""
