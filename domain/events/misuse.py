"""Staff prints, and suspicious patterns for an auditor."""

from domain.abuse import FindingKind
from domain.events.declaring import Event, Subject, event
from domain.events.rows import ITS_ROW, Committed, Leaves, Row, committed_capture
from domain.ids import EncounterId, FindingId, PersonId, UserId


@event(
    "staff-enrolled",
    leaves=(
        Row("staff_persons", key="person_id", by="added_by", also=(("user", "user_id"),)),
        committed_capture("encounter_id"),
        Committed("persons", (("person_id", "person_id"),)),
    ),
    demands=ITS_ROW,
)
class StaffEnrolled(Event):
    """The prints of a member of staff were enrolled."""

    person_id: Subject[PersonId]
    encounter_id: Subject[EncounterId]
    user: UserId


@event("abuse-suspected", leaves=Leaves("findings"))
class AbuseSuspected(Event):
    """A suspicious pattern was found that an auditor should examine."""

    finding_id: Subject[FindingId]
    subject_ref: Subject[str]
    """The search at which the pattern was found."""
    kind: FindingKind
    count: int
