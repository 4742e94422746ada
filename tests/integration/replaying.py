"""Links replayed in both ways: by reading everybody, and by asking the index."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import LinkId, UserId
from service.api.links import ReplayAnswer
from service.usecases.links.past_asking import IndexAsked
from service.usecases.links.past_look_up import LookUp
from service.usecases.links.past_search import Source
from service.usecases.links.replay import replay_link
from tests.integration.api.driver import World

AUDITOR = Caller(
    Actor(UserId("auditor-a"), Role.AUDITOR, None, scopes=frozenset({Scope.READ_LINKS})),
    Purpose.AUDIT,
)


def replayed_in_both_ways(world: World, link_id: str) -> dict[str, Any]:
    """Return the answer of reading everybody, after asking the index has given the same."""
    answer = dict(world.auditor().post(f"/v1/links/{link_id}/replay").json())
    assert asked_of_index(world, link_id) == answer
    return answer


def asked_of_index(world: World, link_id: str) -> dict[str, Any]:
    """Return the answer of the index, as the API would tell it."""
    services = world.services
    way = IndexAsked(services.gallery)
    found = replay_link(services, services.models, AUDITOR, LinkId(link_id), way=way)
    assert found.look_up is None or found.look_up.source is Source.INDEX
    return ReplayAnswer.of(found).model_dump(mode="json")


def assert_the_same(read: LookUp, asked: LookUp) -> None:
    """Two look-ups say the same, each by its own way."""
    assert (read.source, asked.source) == (Source.GALLERY, Source.INDEX)
    assert replace(asked, source=read.source) == read
