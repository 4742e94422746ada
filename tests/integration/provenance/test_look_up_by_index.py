"""The look-up of an old search asked of the index: as if everybody were read, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from domain.errors import GalleryError
from domain.ids import EventType, LinkId
from domain.list_pages import EventFilter
from indexing.gallery_index import GalleryIndex
from indexing.searching.exhaustive import ComparedAt
from matching.scorer import Scorer
from service.settings import Settings, load_settings
from service.usecases.links import past_asking
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import mark
from tests.integration.disclosure.restricting import lifted, restricted
from tests.integration.provenance.links import opened_world
from tests.integration.replaying import asked_of_index, replayed_in_both_ways

PEOPLE, DONORS = range(1, 19), range(50, 58)


@pytest.fixture
def world(settings: Settings, scorer: Scorer) -> Iterator[World]:
    """Return a world in which lists are shorter than the gallery."""
    short = {"stored_candidates": 2, "weighed_candidates": 3, "weighed_tenprints": 3}
    with opened_world(load_settings(**settings.model_dump() | short), scorer) as made:
        yield made


class Story:
    """Four links, one of each search with prints, among people and unsolved marks."""

    def __init__(self, world: World) -> None:
        self.world = world
        for donor in DONORS:  # filed, for there is nobody to compare with
            world.search(0, impressions=mark(donor, 3), search_type="LT/TP")
        self.people = {person: world.enrol(person)["person_id"] for person in PEOPLE}
        self.revocable = self.link("TP/TP", 18)
        self.links = {
            "TP/TP": self.link("TP/TP", 1),
            "LT/TP": self.link("LT/TP", 2),
            "TP/LT": self.link("TP/LT", 50),
            "LT/LT": self.link("LT/LT", 51),
        }

    def link(self, search_type: str, person: int) -> str:
        """Search for a person and have two examiners agree on the first candidate."""
        prints = mark(person, 3, capture=9) if search_type.startswith("LT") else None
        search_id = self.world.search(person, impressions=prints, search_type=search_type)
        with self.world.services.units.read() as unit:
            first = unit.searches.candidates(search_id)[0].person_id  # type: ignore[arg-type]
        assert self.people.get(person, first) == first
        for examiner in ("examiner-a", "examiner-b"):
            case_id = self.world.case_of(search_id)
            answer = self.world.examine(case_id, examiner, person_id=first)
            assert answer.status_code == 201, answer.text
        with self.world.services.units.read() as unit:
            search = unit.searches.get(search_id)  # type: ignore[arg-type]
        assert search is not None
        assert search.link_id is not None
        return str(search.link_id)

    def replayed(self) -> dict[str, dict[str, Any]]:
        return {
            kind: replayed_in_both_ways(self.world, link_id)
            for kind, link_id in self.links.items()
        }

    def merged(self, surviving: int, absorbed: int) -> str:
        body = {
            "surviving": self.people[surviving],
            "absorbed": self.people[absorbed],
            "reason": "One set of prints.",
        }
        merge_id = self.world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
        self._confirmed(merge_id)
        return str(merge_id)

    def parted(self, merge_id: str) -> None:
        path, body = f"/v1/merges/{merge_id}/undoing", {"reason": "Two people."}
        undoing = self.world.supervisor("sue").post(path, body).json()["merge_id"]
        self._confirmed(undoing)

    def _confirmed(self, merge_id: str) -> None:
        answer = self.world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
        assert answer.status_code == 200, answer.text


def _all_that_happens(story: Story) -> None:
    """Have whatever may happen to captures happen to bystanders."""
    world = story.world
    world.enrol(1)
    world.enrol(99)
    story.merged(3, 4)
    story.parted(story.merged(5, 6))
    restricted(world, story.people[7])
    lifted(world, restricted(world, story.people[8]))
    body = {"reason": "The wrong person."}
    revoked = world.supervisor().post(f"/v1/links/{story.revocable}/revocation", body)
    assert revoked.status_code == 204, revoked.text
    world.services.gallery.local_index.compact()
    world.enrol(2)


@pytest.mark.dear("replays links in both ways")
def test_whatever_happened_since_both_ways_agree(world: World) -> None:
    story = Story(world)

    at_once = story.replayed()
    _all_that_happens(story)
    later = story.replayed()
    erased(world, story.people[9])
    after_an_erasure = story.replayed()

    counted = {kind: one["look_up"]["captures"] for kind, one in at_once.items()}
    assert counted == {"TP/TP": 19, "LT/TP": 20, "TP/LT": 8, "LT/LT": 8}
    # Each store rounds under a key of its own: among so few, near ties may change places.
    verdicts = {one["look_up"]["verdict"] for one in at_once.values()}
    assert verdicts <= {"exact", "within tolerance"}
    # The prints of the restricted person are withheld: whoever reads everybody cannot open them.
    assert later["TP/TP"]["look_up"]["erased"] == 1
    assert after_an_erasure["TP/TP"]["look_up"]["erased"] == 2
    assert after_an_erasure["LT/LT"] == at_once["LT/LT"]


@pytest.mark.dear("replays links in both ways")
def test_further_captures_are_asked_for_until_nobody_can_be_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(world)
    monkeypatch.setattr(past_asking, "_FOR_EACH", 0)
    monkeypatch.setattr(past_asking, "_SPARE", 1)
    monkeypatch.setattr(past_asking, "CAPTURES_A_STEP", 2)
    monkeypatch.setattr(past_asking, "ROWS_A_STEP", 3)
    asked, index = [], world.services.gallery.local_index
    compare_all = index.compare_all

    def noted(*given: Any, count: int, **named: Any) -> ComparedAt:
        asked.append(count)
        return compare_all(*given, count=count, **named)

    monkeypatch.setattr(index, "compare_all", noted)

    story.replayed()

    assert asked[:3] == [1, 4, 16]


@pytest.mark.dear("replays links in both ways")
def test_all_but_the_nearest_stay_sealed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(world)
    opened: list[list[int]] = []
    steps = past_asking._steps

    def noted(past: Any, rows: Any) -> Any:
        opened.append(rows.tolist())
        return steps(past, rows)

    monkeypatch.setattr(past_asking, "_FOR_EACH", 0)
    monkeypatch.setattr(past_asking, "_SPARE", 16)
    monkeypatch.setattr(past_asking, "_steps", noted)

    answer = asked_of_index(world, story.links["TP/TP"])

    assert answer["look_up"]["captures"] == 19
    nearest, touched_since = opened
    assert len(nearest) == 16
    assert not set(nearest) & set(touched_since)


@pytest.mark.dear("replays links in both ways")
def test_the_event_says_that_the_index_was_asked(world: World) -> None:
    story = Story(world)
    link_id = LinkId(story.links["TP/TP"])
    for replay in (asked_of_index, replayed_in_both_ways):
        replay(world, link_id)
    with world.services.units.read() as unit:
        entries = unit.events.search(
            EventFilter(event_type=EventType("link-replayed")), before=None, limit=3
        )
    bodies = [b'"look_up_by":"index"' in entry.body for entry in entries]
    # The newest first: the index, everybody read, the index.
    assert bodies == [True, False, True]


@pytest.mark.dear("replays links in both ways")
def test_a_gallery_that_changes_meanwhile_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(world)
    plan = past_asking._plan
    times: list[int] = []

    def overtaken(past: Any, there: Any) -> Any:
        """Make the plan, and have somebody erased before the index is asked."""
        made = plan(past, there)
        if not times:
            times.append(1)
            erased(world, story.people[9])
        return made

    monkeypatch.setattr(past_asking, "_plan", overtaken)

    answer = asked_of_index(world, story.links["TP/TP"])

    assert (answer["look_up"]["captures"], answer["look_up"]["erased"]) == (18, 1)


@pytest.mark.dear("replays links in both ways")
def test_an_index_that_holds_a_capture_under_another_person_is_refused(world: World) -> None:
    story = Story(world)
    index = world.services.gallery.local_index
    _give_away(world, index)

    with pytest.raises(GalleryError, match="without the index"):
        asked_of_index(world, story.links["TP/TP"])


def _give_away(world: World, index: GalleryIndex) -> None:
    """Have the index hold the first capture as another person's."""
    with world.services.units.read() as unit:
        changes = unit.gallery_feed.changes_after(0, 100)
    batch = changes.enrolled.take(slice(0, 1))
    batch.person_rows[:] = 10**6
    index.erase(batch.encounter_rows, cursor=index.cursor)
    index.add(batch, cursor=index.cursor, again=batch.encounter_rows)
    assert np.isin(batch.encounter_rows, index.snapshot.held_rows()).all()
