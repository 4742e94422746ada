"""Matters: information received that belongs on a person's record, with its state and its due
date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.courts.results import CourtResult, Reason
from domain.ids import PersonId, RecordId, UserId


class MatterSource(StrEnum):
    """The sender of a matter."""

    COURT = "court"
    FORCE = "force"
    AGENCY = "agency"


class MatterState(StrEnum):
    """The state of a matter."""

    DOUBTFUL = "doubtful"
    """No rule can attach the matter to a record."""
    NOBODY = "nobody"
    """Doubtful, and no record is about a similar person."""
    PROPOSED = "attachment proposed"
    """One person proposes to attach the matter, and a second person must decide. The next two
    states are proposals in the same way.
    """
    RETURN_PROPOSED = "return proposed"
    WITHDRAWAL_PROPOSED = "withdrawal proposed"
    """The matter stays on the record until the second person agrees."""
    QUARANTINED = "quarantined"
    """Another matter with this reference but other content was received earlier."""
    ATTACHED = "attached"
    NOTED = "nothing to attach"
    SENT_BACK = "sent back"
    """The sender must correct the matter and send it again."""


WAITING = frozenset(
    {
        *(MatterState.DOUBTFUL, MatterState.NOBODY, MatterState.QUARANTINED),
        *(MatterState.PROPOSED, MatterState.RETURN_PROPOSED),
    }
)
"""The states in which a matter is on no record but may concern somebody."""

PROPOSALS = frozenset(
    {MatterState.PROPOSED, MatterState.RETURN_PROPOSED, MatterState.WITHDRAWAL_PROPOSED}
)
"""The states in which a second person must decide."""

WORKING_DAYS = {MatterSource.COURT: 3, MatterSource.FORCE: 20, MatterSource.AGENCY: 20}
"""Working days within which a matter should be on a record. The periods are a choice of this
software.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a matter. The last step determines the state of the matter."""

    matter_id: str
    number: int
    """Numbered from 1."""
    state: MatterState
    stepped_by: UserId
    stepped_at: datetime
    reasons: tuple[Reason, ...] = ()
    words: str = ""
    """A person's own words, sealed together with the reasons."""
    person_id: PersonId | None = None
    """The person to whose record the matter was attached."""
    record_id: RecordId | None = None
    version: int | None = None
    """The version of the record that contains the matter, or for which a proposal was made."""
    laid: tuple[tuple[int, str], ...] = ()
    """Pairs of the place of an offence and the item of the charge to which a person assigned it.
    An empty item: the court added the offence.
    """


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with its steps, oldest first."""

    matter_id: str
    source: MatterSource
    reference: str
    digest: str
    """Keyed digest of the content. Matters with equal content are the same matter."""
    received_by: UserId
    received_at: datetime
    content: CourtResult | None = field(repr=False)
    """None after the content was erased."""
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> Step:
        """The step that determines the present state."""
        return self.steps[-1]

    @property
    def state(self) -> MatterState:
        """The present state."""
        return self.last.state
