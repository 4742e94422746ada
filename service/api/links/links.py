"""Confirmed links and their provenance, for all permitted readers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from domain.errors import AwaitsWitnessError, EvidenceTamperedError, NotFoundError
from domain.ids import LinkId
from service.api.authentication import LinkReader
from service.api.documentation import call_problems
from service.api.links.links_schemas import LinkAnswer, ReplayAnswer
from service.api.links.story_schemas import LinkListAnswer, StoryAnswer
from service.api.parameters import Before, IdInPath, Limit
from service.api.state import BenchOf, CourtDeskOf, ServicesOf
from service.usecases.links.chain import link_provenance
from service.usecases.links.court import court_bundle
from service.usecases.links.outcomes import link_standing
from service.usecases.links.replay import replay_link, replay_scores
from service.usecases.links.story import link_story, links_page

router = APIRouter(prefix="/v1/links", tags=["links"])

_PROV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "W3C PROV-JSON.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A zip with a page, the proofs and a verifier.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("", responses=call_problems())
def list_links(
    caller: LinkReader, bench: BenchOf, before: Before = None, limit: Limit = 50
) -> LinkListAnswer:
    """Return the newest links; a force sees those of its own searches, and is told of them."""
    return LinkListAnswer.of(links_page(bench, caller, before=before, limit=limit))


@router.get("/{link_id}", responses=call_problems(NotFoundError))
def get_link(caller: LinkReader, link_id: IdInPath, services: ServicesOf) -> LinkAnswer:
    """Return a link; a force sees those of its own searches, and its own records alone."""
    return LinkAnswer.of(link_standing(services, caller, LinkId(link_id)))


@router.get("/{link_id}/story", responses=call_problems(NotFoundError))
def get_story(caller: LinkReader, link_id: IdInPath, bench: BenchOf) -> StoryAnswer:
    """Return a link with its decisions and events; a force is told no decision and no person."""
    return StoryAnswer.of(link_story(bench, caller, LinkId(link_id)))


@router.get(
    "/{link_id}/provenance",
    response_class=Response,
    responses={**_PROV, **call_problems(NotFoundError, AwaitsWitnessError)},
)
def get_provenance(caller: LinkReader, link_id: IdInPath, services: ServicesOf) -> Response:
    """Return how a link came to be: probe, search, decisions, persons, model, as W3C PROV-JSON.

    A force is told of its search, of the model, and that two examiners agreed.
    """
    told = link_provenance(services, caller, LinkId(link_id))
    return Response(told, media_type="application/json")


@router.post(
    "/{link_id}/court-bundle",
    response_class=Response,
    responses={**_ZIP, **call_problems(NotFoundError, AwaitsWitnessError, EvidenceTamperedError)},
)
def post_court_bundle(caller: LinkReader, link_id: IdInPath, desk: CourtDeskOf) -> Response:
    """Make the court bundle of a link, for readers outside the office; an event says so."""
    content = court_bundle(desk, caller, LinkId(link_id))
    return Response(content, media_type="application/zip")


@router.post("/{link_id}/replay", responses=call_problems(NotFoundError))
def post_replay(
    caller: LinkReader,
    link_id: IdInPath,
    services: ServicesOf,
    look_up: Annotated[
        bool,
        Query(description="Whether to compare with everybody again: takes a reading of all."),
    ] = True,
) -> ReplayAnswer:
    """Compute the search behind a link again from the record; the replay is an event."""
    replay = replay_link if look_up else replay_scores
    return ReplayAnswer.of(replay(services, services.models, caller, LinkId(link_id)))
