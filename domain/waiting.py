"""Items that wait to be attached to a record: they may be about somebody who is on none yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.people import Details


class WaitingKind(StrEnum):
    """What waits."""

    CASE = "case of an agency"
    """An Arrest Summons Number was issued, and no court has told a result yet."""
    RESULT = "result of a court"
    """A result came under a number that was issued here."""
    CONVICTION = "conviction of another country"
    MATTER = "matter"
    """A result of a court, or another matter, that no rule could attach."""
    FRAME = "old record"
    """A frame that is settled and not written."""


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item that is on no record, with the person that it names."""

    kind: WaitingKind
    item_id: str
    """Id of the agency's request, the message, or the frame."""
    since: datetime
    details: Details = field(repr=False)
