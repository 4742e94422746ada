"""Confirmed links and their provenance; and notices to forces about revoked links."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Query, Response
from pydantic import Field

from domain.examination.cases import DecisionKind, Outcome
from domain.forces import force_name
from domain.ids import ForceCode, LinkId, RecordId, SearchId
from domain.list_pages import ListPage
from domain.prints.prints import FingerPosition
from domain.requests.disclosures import Notice
from domain.searches.searches import SearchType
from service.api.authentication import LinkReader, SearchReader
from service.api.base import Answer, Body, Next, PageAnswer, Reason
from service.api.bodies import Before, EventTypeCode, IdInPath, Limit
from service.api.call_routes import CallRouter, file_of
from service.api.shapes import From, shows
from service.api.state import BenchOf, CourtDeskOf
from service.usecases.links import court, outcomes, past_look_up
from service.usecases.links.links import link_provenance, own_notices
from service.usecases.links.replay import Replay, replay_link, replay_scores


class OwnerAnswer(Answer):
    """The force that holds a record and can be contacted about it."""

    force: ForceCode
    name: str
    """Name of the force."""

    @classmethod
    def of(cls, force: ForceCode) -> Self:
        """Return the answer for a force."""
        return cls(force=force, name=force_name(force))


class LinkedFingersAnswer(Answer):
    """The fingers of a link, as FGP numbers of ANSI/NIST-ITL."""

    compared: tuple[FingerPosition, ...]
    """The fingers that were compared."""
    identified: tuple[FingerPosition, ...]
    """The fingers that all examiners of the link identified; one finger if the probe is a mark."""


class LinkAnswer(Answer):
    """A link; only the record's owner and the supervising roles see the id of the record."""

    of_part = "link"

    link_id: LinkId
    search_id: SearchId
    linked_at: datetime
    """When the link was confirmed."""
    owner: Annotated[OwnerAnswer | None, From("owner")]
    """The force that holds the record, if there is a record."""
    record_id: Annotated[RecordId | None, From("record_id")]
    revoked_at: datetime | None
    """When it was revoked; null while it is in force."""
    fingers: LinkedFingersAnswer | None
    """Null if an earlier release did not record the fingers."""


@shows(past_look_up.LookUp, without=("source",))
class LookUpAnswer(Answer):
    """Whether an exhaustive comparison with the gallery of that time finds the same people."""


@shows(Replay)
class ReplayAnswer(Answer):
    """The result of computing a link's search again."""

    fingers: LinkedFingersAnswer | None = Field(description="The fingers that the link names.")
    look_up: LookUpAnswer | None
    """Null if the look-up was not repeated: on request, if the caller is a force, or if the scores
    could not be computed as recorded."""


@shows(Notice, without=("force",))
class NoticeAnswer(Answer):
    """A notice of a revoked link, for a force that had been notified of the link."""


class NoticeListAnswer(PageAnswer):
    """Notices, newest first."""

    notices: tuple[NoticeAnswer, ...]
    next_before: Next


class RevocationBody(Body):
    """A request to revoke a link."""

    reason: Reason


class LinkLineAnswer(Answer):
    """A line of a list of links."""

    link_id: LinkId
    force: OwnerAnswer = Field(description="The force that searched.")
    linked_at: datetime
    """When the link was confirmed."""
    revoked_at: datetime | None
    """When it was revoked; null while it is in force."""


class LinkListAnswer(PageAnswer):
    """Links, newest first."""

    links: tuple[LinkLineAnswer, ...]
    next_before: Next

    @classmethod
    def of(cls, page: ListPage[outcomes.NamedLink, str]) -> Self:
        """Return the answer for a page of links, without the references of their searches."""
        return super().of(ListPage(tuple(named.link for named in page.items), page.next_key))


class StoryDecisionAnswer(Answer):
    """A sealed decision, and the person who made it."""

    decided_by: str = Field(description="The sign-in name if there is one, otherwise the account.")
    kind: DecisionKind
    outcome: Outcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    sealed_at: datetime
    """When it was sealed; nobody can change it after that."""
    fingers: LinkedFingersAnswer | None
    """Null if an earlier release did not record the fingers."""


@shows(outcomes.StoryEvent, without=("sentence", "event_id"))
class StoryEventAnswer(Answer):
    """One log event that led to the link."""

    event_type: EventTypeCode


class StoryAnswer(Answer):
    """A link and how it came about, as far as the caller may know."""

    link: LinkLineAnswer
    """The link."""
    search_id: Annotated[SearchId, From("search.search_id")]
    search_type: Annotated[SearchType, From("search.search_type")]
    submitted_at: Annotated[datetime, From("search.submitted_at")]
    """When the search was submitted."""
    owner: OwnerAnswer | None
    record_id: RecordId | None
    revocation_reason: Annotated[str, From("link.revocation_reason")]
    """Why the link was revoked; empty while it is in force."""
    fingers: Annotated[LinkedFingersAnswer | None, From("link.fingers")]
    """Null if an earlier release did not record the fingers."""
    may_revoke: bool = Field(description="Whether the caller may revoke the link now.")
    decisions: tuple[StoryDecisionAnswer, ...]
    """Empty if the caller is a force."""
    events: tuple[StoryEventAnswer, ...]
    """The events, in order."""

    @classmethod
    def of(cls, story: outcomes.LinkStory) -> Self:
        """Return the answer for a link's story."""
        return cls.showing(
            story,
            decisions=tuple(
                StoryDecisionAnswer.showing(
                    sealed, decided_by=story.names.get(sealed.decided_by, sealed.decided_by)
                )
                for sealed in story.decisions
            ),
        )


router = CallRouter(prefix="/v1/links", tags=["links"])


@router.get("")
def list_links(
    call: LinkReader, bench: BenchOf, before: Before = None, limit: Limit = 50
) -> LinkListAnswer:
    """Return the newest links; a force sees, and is notified of, those of its own searches."""
    return LinkListAnswer.of(outcomes.links_page(bench, call.caller, before=before, limit=limit))


@router.get("/{link_id}")
def get_link(call: LinkReader, link_id: IdInPath) -> LinkAnswer:
    """Return a link; a force sees only links of its own searches and links to its own records."""
    return LinkAnswer.of(call.use(outcomes.link_standing, LinkId(link_id)))


@router.get("/{link_id}/story")
def get_story(call: LinkReader, link_id: IdInPath, bench: BenchOf) -> StoryAnswer:
    """Return a link with its decisions and events; a force sees no decisions and no people."""
    return StoryAnswer.of(outcomes.link_story(bench, call.caller, LinkId(link_id)))


@router.get(
    "/{link_id}/provenance",
    response_class=Response,
    responses=file_of("W3C PROV-JSON.", "application/json", told={"schema": {"type": "object"}}),
)
def get_provenance(call: LinkReader, link_id: IdInPath) -> Response:
    """Return how a link came about, as W3C PROV-JSON: probe, search, decisions, people, model.

    A force sees its search, the model, and that two examiners agreed.
    """
    told = call.use(link_provenance, LinkId(link_id))
    return Response(told, media_type="application/json")


@router.post(
    "/{link_id}/court-bundle",
    response_class=Response,
    responses=file_of("A ZIP file with a page, the proofs and a verifier.", "application/zip"),
)
def post_court_bundle(
    call: LinkReader,
    link_id: IdInPath,
    desk: CourtDeskOf,
    images: Annotated[bool, Query(description="Whether the bundle includes the images.")] = True,
) -> Response:
    """Make the court bundle of a link, for readers outside the office; this is logged."""
    content = court.court_bundle(desk, call.caller, LinkId(link_id), images=images)
    return Response(content, media_type="application/zip")


@router.post("/{link_id}/replay")
def post_replay(
    call: LinkReader,
    link_id: IdInPath,
    look_up: Annotated[
        bool,
        Query(
            description="Whether to compare the probe with all captures again; this reads"
            " the whole gallery."
        ),
    ] = True,
) -> ReplayAnswer:
    """Recompute the search behind a link from the record; the replay is logged."""
    replay = replay_link if look_up else replay_scores
    return ReplayAnswer.of(
        replay(call.services, call.services.models, call.caller, LinkId(link_id))
    )


notices_router = CallRouter(prefix="/v1", tags=["force"])


@notices_router.get("/notices")
def list_notices(call: SearchReader, before: Before = None, limit: Limit = 50) -> NoticeListAnswer:
    """Return the notices to the caller's force, newest first."""
    return NoticeListAnswer.of(call.use(own_notices, before=before, limit=limit))


ROUTERS = (router, notices_router)
