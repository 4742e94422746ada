"""Links: made, disclosed, replayed and revoked."""

from domain import ids
from domain.events import rows as events
from domain.events.declaring import Event, OrBlank, Standing, Subject, Webhook, event
from domain.examination.cases import CaseState, Outcome
from domain.examination.finding_policy import ReportTopic

_CONCLUDED = Webhook(ids.Topic("search.concluded"), names="search_id")


@event(
    "linked",
    leaves=(
        events.Leaves(
            "links",
            also=(
                ("decision_ids", "first_decision_id"),
                ("decision_ids", "second_decision_id"),
                ("compared", "fingers_compared"),
                ("identified", "fingers_identified"),
            ),
            parts=("link_decisions",),
        ),
        events.Row("link_decisions", key="decision_id"),
        events.Row("cases", key="search_id", when=("state", CaseState.LINKED)),
        events.committed_capture("encounter_id"),
    ),
    demands=events.ITS_ROW,
    webhook=_CONCLUDED,
    tells_a_link=True,
)
class Linked(Event):
    """The search was linked to a person by the sealed decisions of two people."""

    link_id: Subject[ids.LinkId]
    candidate_id: Subject[ids.CandidateId]
    decision_ids: Subject[tuple[ids.DecisionId, ...]]
    search_id: ids.SearchId
    person_id: ids.PersonId
    record_id: OrBlank[ids.RecordId]
    encounter_id: OrBlank[ids.EncounterId]
    """The capture that was added to the person's captures."""
    compared: str | None = None
    identified: str | None = None
    """The fingers that every examiner identified."""


@event(
    "not-linked",
    leaves=(
        events.Row(
            "cases", key="case_id", says=("search_id",), when=("state", CaseState.NOT_LINKED)
        ),
        events.committed_capture("mark"),
        events.THE_DONOR,
    ),
    demands=events.ITS_ROW,
    webhook=_CONCLUDED,
)
class NotLinked(Event):
    """A case was concluded without a link."""

    case_id: Subject[ids.CaseId]
    search_id: Subject[ids.SearchId]
    outcome: Outcome
    mark: Subject[ids.EncounterId | None] = None
    """The mark that was added to the unsolved mark file."""
    donor: ids.PersonId | None = None
    """The unknown person under whom the mark was filed."""


@event(
    "link-revoked",
    leaves=events.Leaves(
        "link_revocations", by="revoked_by", counts=("notices", "notices"), parts=("notices",)
    ),
    webhook=Webhook(ids.Topic("link.revoked"), names="link_id", tells_recipients=True),
    tells_a_link=True,
)
class LinkRevoked(Event):
    """A supervisor revoked the link."""

    link_id: Subject[ids.LinkId]
    case_id: Subject[ids.CaseId]
    notices: int | None = None
    """The number of forces that are notified."""
    capture_found: Standing[bool | None] = None
    """Whether searches find the capture that the link enrolled; None if it enrolled none."""


@event(
    "disclosed",
    leaves=(
        events.Row("link_recipients", key="link_id", also=(("recipient", "force"),)),
        events.Committed(
            "link_recipients",
            (
                ("link_id", "link_ids"),
                ("force", "recipient"),
            ),
        ),
    ),
    demands=events.ITS_ROW_ONCE,
    is_look=True,
)
class Disclosed(Event):
    """Links were disclosed to a force."""

    link_ids: Subject[tuple[ids.LinkId, ...]]
    recipient: ids.ForceCode


@event("link-replayed")
class LinkReplayed(Event):
    """The search behind a link was computed again."""

    link_id: Subject[ids.LinkId]
    search_id: Subject[ids.SearchId]
    verdict: str
    look_up: str | None = None
    """The verdict on the look-up, if the look-up was repeated."""
    captures: int | None = None
    look_up_by: str | None = None
    """`index` if the index was searched. Not stated if every person was compared."""


@event("court-bundle-made", is_look=True, tells_a_link=True)
class CourtBundleMade(Event):
    """A court bundle of a link was made and handed out."""

    link_id: Subject[ids.LinkId]
    manifest_sha256: str
    """The digest of the list of the bundle's files and statements, in hexadecimal."""
    images: bool | None = None
    """Whether images of the prints were included by choice. Earlier bundles all had them."""


@event("report-statement-made", leaves=events.Leaves("report_statements", by="stated_by"))
class ReportStatementMade(Event):
    """The office made a statement that its reports for court repeat."""

    statement_id: Subject[ids.StatementId]
    topic: ReportTopic
    examiner: ids.UserId | None = None
    """The examiner whose competence is stated."""
