"""Prints first: whose details are weighed beside them, what is recorded, and that it replays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.events.searches import Searched
from domain.ids import SearchId
from matching.scorer import Scorer
from tests.integration.api.driver import World
from tests.integration.api.prints import mark, record, tenprint
from tests.integration.provenance.links import make_link

pytestmark = pytest.mark.promise("blinding")

DETAIL_SOURCES = {"name", "date of birth", "sex", "place of birth"}


@pytest.fixture
def gallery(world: World) -> dict[str, int]:
    """Enrol people, so many that prints can exclude; return their numbers by id."""
    return {str(world.enrol(person)["person_id"]): person for person in range(1, 7)}


def details_of(person: int) -> dict[str, Any]:
    details = record(person)
    details.pop("arrest_reports", None)
    return details


def submitted(
    world: World, fingers: list[dict[str, Any]], *, kind: str = "TP/TP", said: int | None = None
) -> str:
    details = details_of(said) if said else {}
    body = {"search_type": kind, "impressions": fingers, "details": details}
    answer = world.force().post("/v1/searches", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["search_id"])


def evidence(world: World, search_id: str, gallery: dict[str, int]) -> dict[int, dict[str, Any]]:
    answer = world.auditor().get(f"/v1/searches/{search_id}/evidence").json()
    return {gallery[one["person_id"]]: one for one in answer["candidates"]}


def sources(candidate: dict[str, Any]) -> set[str]:
    return {row["source"] for row in candidate["evidence"]}


def levels(candidate: dict[str, Any]) -> set[str]:
    return {row["level"] for row in candidate["evidence"]}


def stated(world: World, search_id: str) -> dict[str, Any]:
    with world.services.units.read() as unit:
        (entry,) = unit.events.about(search_id, [Searched.event_type])  # type: ignore[arg-type]
    facts: dict[str, Any] = json.loads(entry.body)["facts"]
    return facts


def test_details_stay_unweighed_where_prints_exclude_and_a_row_says_so(
    world: World, gallery: dict[str, int]
) -> None:
    search_id = submitted(world, tenprint(1, capture=3), said=1)

    found = evidence(world, search_id, gallery)

    assert sources(found[1]) >= DETAIL_SOURCES
    assert "not weighed" not in levels(found[1])
    for other in (found[person] for person in range(2, 7)):
        assert not sources(other) & DETAIL_SOURCES
        assert "not weighed" in levels(other)
        assert other["band"] == "unlikely"
    facts = stated(world, search_id)
    assert facts["weighed"] == world.services.policy.weighed_tenprints
    with world.services.units.read() as unit:
        asked = unit.searches.probe(SearchId(search_id))
    assert asked is not None
    limit = world.services.scorer.details_from_millibits(asked, facts["gallery_size"])
    assert facts["details_from_millibits"] == limit


def test_the_flag_of_details_that_agree_where_prints_differ_is_kept(
    world: World, gallery: dict[str, int]
) -> None:
    found = evidence(world, submitted(world, tenprint(1, capture=3), said=2), gallery)

    assert [flag["flag"] for flag in found[2]["flags"]] == ["possible record mix-up"]
    assert sources(found[2]) >= DETAIL_SOURCES
    assert "not weighed" in levels(found[3])


def test_rows_of_one_search_lie_together_and_those_of_two_do_not(
    world: World, gallery: dict[str, int]
) -> None:
    beginnings = []
    for kind, fingers in (("TP/TP", tenprint(1, capture=3)), ("LT/TP", mark(1, 2))):
        search_id = SearchId(submitted(world, fingers, kind=kind))
        with world.services.units.read() as unit:
            ids = [one.candidate_id for one in unit.searches.candidates(search_id)]
        assert len(set(ids)) == len(gallery)
        beginnings.append({one[:12] for one in ids})

    assert [len(one) for one in beginnings] == [1, 1]
    assert beginnings[0] != beginnings[1]


def test_marks_weigh_the_details_of_everybody(world: World, gallery: dict[str, int]) -> None:
    search_id = submitted(world, mark(1, 2), kind="LT/TP", said=1)

    found = evidence(world, search_id, gallery)

    assert all(sources(one) >= DETAIL_SOURCES for one in found.values())
    assert "details_from_millibits" not in stated(world, search_id)


def test_what_is_weighed_does_not_depend_on_earlier_searches(
    world: World, gallery: dict[str, int]
) -> None:
    before = evidence(world, submitted(world, tenprint(1, capture=3), said=1), gallery)
    for _ in range(2):
        submitted(world, mark(1, 2), kind="LT/TP", said=1)

    after = evidence(world, submitted(world, tenprint(1, capture=3), said=1), gallery)

    assert {n: one["evidence"] for n, one in after.items()} == {
        n: one["evidence"] for n, one in before.items()
    }


def test_the_rule_is_replayed(world: World) -> None:
    for person in range(11, 16):
        world.enrol(person)
    linked = make_link(world, details=details_of(1))

    answer = world.auditor().post(f"/v1/links/{linked.link_id}/replay").json()

    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    assert "details_from_millibits" in stated(world, linked.search_id)


def test_a_search_from_before_the_rule_is_replayed_with_all_details(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in range(11, 16):
        world.enrol(person)
    with monkeypatch.context() as before:
        before.setattr(Scorer, "details_from_millibits", lambda *_: None)
        linked = make_link(world, details=details_of(1))

    answer = world.auditor().post(f"/v1/links/{linked.link_id}/replay").json()

    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    assert "details_from_millibits" not in stated(world, linked.search_id)
    found = world.auditor().get(f"/v1/searches/{linked.search_id}/evidence").json()["candidates"]
    assert all(sources(one) >= DETAIL_SOURCES for one in found)
