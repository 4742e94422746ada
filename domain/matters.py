"""Matters that came in and belong on somebody's record: where they stand, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.access import Caller, Role, Scope
from domain.courts.results import CourtResult, Reason
from domain.errors import NotTheirSourceError
from domain.exchange.contents import details_of
from domain.exchange.messages import Notification
from domain.ids import PersonId, RecordId, UserId
from domain.people import Details


class MatterSource(StrEnum):
    """The sender of a matter."""

    COURT = "court"
    FORCE = "force"
    AGENCY = "agency"
    STATE = "other State"
    """A conviction that another State told by a signed message, or through its gateway."""


TELLERS: dict[MatterSource, frozenset[Role]] = {
    MatterSource.COURT: frozenset({Role.COURT_FEED}),
    MatterSource.FORCE: frozenset({Role.CASE_OFFICER}),
    MatterSource.AGENCY: frozenset({Role.CASE_OFFICER}),
    MatterSource.STATE: frozenset(),
}
"""The roles that tell what comes from a source. What a court tells is attached by rule: nobody who
decides on matters may speak as a court."""


def demand_teller(caller: Caller, source: MatterSource) -> None:
    """Raise NotPermittedError for a caller without the scope, or who cannot speak for a source."""
    caller.actor.require(Scope.TELL_MATTERS)
    caller.require_force()
    if caller.actor.role not in TELLERS[source]:
        raise NotTheirSourceError(
            "Your account cannot speak for this source: results of courts come through the"
            " court's feed, and other matters from a case officer."
        )


class MatterState(StrEnum):
    """Where a matter stands."""

    DOUBTFUL = "doubtful"
    """It cannot be attached by rule."""
    NOBODY = "nobody"
    """Doubtful, and no record is of anybody like this."""
    PROPOSED = "attachment proposed"
    """One person would attach it; a second decides. The same for the next two."""
    RETURN_PROPOSED = "return proposed"
    WITHDRAWAL_PROPOSED = "withdrawal proposed"
    """It stands on a record until the second person agrees."""
    QUARANTINED = "quarantined"
    """Another matter with this reference came before, with other content; or a State told what
    another one decided."""
    ATTACHED = "attached"
    NOTED = "nothing to attach"
    SENT_BACK = "sent back"
    """The sender has to mend it and tell it again."""
    REPLACED = "replaced"
    """Another version of a State's conviction stands in its place, or the State deleted it."""


WAITING = frozenset(
    {
        *(MatterState.DOUBTFUL, MatterState.NOBODY, MatterState.QUARANTINED),
        *(MatterState.PROPOSED, MatterState.RETURN_PROPOSED),
    }
)
"""The states in which a matter is on no record and may be about somebody."""

PROPOSALS = frozenset(
    {MatterState.PROPOSED, MatterState.RETURN_PROPOSED, MatterState.WITHDRAWAL_PROPOSED}
)
"""The states in which a second person decides."""

WORKING_DAYS = {
    MatterSource.COURT: 3,
    MatterSource.FORCE: 20,
    MatterSource.AGENCY: 20,
    MatterSource.STATE: 10,
}
"""Working days within which a matter should stand on a record. A choice of this software."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a matter; the last one says where it stands."""

    matter_id: str
    number: int
    """From 1."""
    state: MatterState
    stepped_by: UserId
    stepped_at: datetime
    reasons: tuple[Reason, ...] = ()
    words: str = ""
    """Words of a person. Sealed with the reasons."""
    person_id: PersonId | None = None
    """The person of the record that it was laid on."""
    record_id: RecordId | None = None
    version: int | None = None
    """The version of the record that tells it, or that a proposal was made for."""
    laid: tuple[tuple[int, str], ...] = ()
    """(place of an offence, item of the charge; empty: added by the court), as a person laid
    them."""


MatterContent = CourtResult | Notification
"""What a matter says; that of another State is a notification, also where it came as an update."""


def details_in(content: MatterContent) -> Details:
    """Return the details of the person that a matter names, as names enquiries compare them."""
    return content.details if isinstance(content, CourtResult) else details_of(content.person)


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with its steps, oldest first."""

    matter_id: str
    source: MatterSource
    reference: str
    digest: str
    """Keyed digest of the content: equal content is the same matter."""
    received_by: UserId
    received_at: datetime
    content: MatterContent | None = field(repr=False)
    """None once it was erased."""
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> Step:
        """The step that says where it stands."""
        return self.steps[-1]

    @property
    def person_name(self) -> str:
        """The name that it states; empty where it states none, or once erased."""
        if self.result is not None and self.result.defendant.organisation:
            return self.result.defendant.organisation
        names = () if self.content is None else details_in(self.content).names
        return names[0].display if names else ""

    @property
    def result(self) -> CourtResult | None:
        """What it says in the form in which courts tell; None for a State's, or once erased."""
        return self.content if isinstance(self.content, CourtResult) else None

    @property
    def told(self) -> Notification | None:
        """The conviction that another State told; None for other matters, or once erased."""
        return self.content if isinstance(self.content, Notification) else None

    @property
    def state(self) -> MatterState:
        """Where it stands."""
        return self.last.state
