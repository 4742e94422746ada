"""Items that wait to be attached to a record. They may concern somebody who has no record yet."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.people.people import Details


class WaitingKind(StrEnum):
    """The kind of item that waits."""

    CASE = "case of an agency"
    """An Arrest Summons Number was issued, and no court result has been received yet."""
    RESULT = "result of a court"
    """A court result was received for a number that was issued here."""
    CONVICTION = "conviction of another country"
    MATTER = "matter"
    """A court result or another matter that no rule could attach to a record."""
    FRAME = "old record"
    """A frame that is settled but not written to a record."""


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item that is on no record, with the details of the person that it names."""

    kind: WaitingKind
    item_id: str
    """Id of the agency's request, the message, or the frame."""
    since: datetime
    """Since when the item has waited."""
    details: Details = field(repr=False)
