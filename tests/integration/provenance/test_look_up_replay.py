"""Look-ups replayed: the same candidates from the gallery of that time, despite later changes.

Both ways are tried each time: everybody read, and the index asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from domain.errors import GalleryError, VaultDamagedError
from domain.ids import EncounterId, LinkId, PersonRow
from domain.searches import strangers
from domain.searches.searches import SearchType
from indexing.gallery_index import GalleryIndex
from indexing.searching import cohort
from matching.scorer import Scorer
from service.bootstrap.desks import open_models
from service.live.gallery import LiveGallery
from service.settings import Settings, load_settings
from service.usecases.links.past_asking import IndexAsked
from service.usecases.links.past_look_up import LookUp
from service.usecases.links.past_search import LookUpWay
from service.usecases.links.replay import looked_up
from service.usecases.searches.looking_up import compare
from service.usecases.searches.recorded import recorded_of
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import mark, tenprint
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in, past_triggers
from tests.integration.replaying import (
    asked_of_index,
    assert_the_same,
    replayed_in_both_ways,
)

pytestmark = pytest.mark.promise("replay")

EXACT_OF_THREE = {"verdict": "exact", "difference": "", "captures": 3, "erased": 0}


def test_whoever_is_enrolled_later_has_no_part_in_it(linked: Linked) -> None:
    linked.world.enrol(1)
    linked.world.enrol(9)

    answer = _replayed(linked)

    assert (answer["verdict"], answer["look_up"]) == ("exact", EXACT_OF_THREE)


def test_a_person_whom_the_index_had_lost_is_found(world: World) -> None:
    twin = world.enrol(1)
    _lose(world, twin["encounter_id"])
    linked = make_link(world)

    answer = world.auditor().post(f"/v1/links/{linked.link_id}/replay").json()

    assert answer["verdict"] == answer["look_up"]["verdict"] == "different"
    assert answer["difference"].startswith("look-up: a person was left out")
    assert answer["look_up"]["captures"] == 4
    # The index itself cannot find whom it lost, and says so instead of an answer.
    with pytest.raises(GalleryError, match="without the index"):
        asked_of_index(world, linked.link_id)


def test_an_erased_bystander_is_named_and_breaks_nothing(
    settings: Settings, scorer: Scorer
) -> None:
    short_lists = load_settings(**settings.model_dump() | {"stored_candidates": 2})
    with opened_world(short_lists, scorer) as world:
        linked = make_link(world)
        before = _replayed(linked)
        bystander = _not_listed(linked)
        have_erased(world, bystander)
        after = _replayed(linked)

    assert (before["candidates"], before["look_up"]) == (2, EXACT_OF_THREE)
    assert after["verdict"] == "exact"
    assert after["look_up"] == {
        "verdict": "not possible (erased)",
        "difference": "look-up: 1 of the captures searched were erased since",
        "captures": 2,
        "erased": 1,
    }


def test_prints_that_vanished_without_a_change_are_counted_in_both_ways(
    settings: Settings, scorer: Scorer
) -> None:
    short_lists = load_settings(**settings.model_dump() | {"stored_candidates": 2})
    with opened_world(short_lists, scorer) as world:
        linked = make_link(world)
        bystander = _not_listed(linked)
        with past_triggers(settings.database_address) as raw:
            raw.execute(
                text(
                    "DELETE FROM payloads WHERE payload_id IN (SELECT payload_id FROM encounters"
                    " e JOIN persons p ON p.person_row = e.person_row WHERE p.person_id = :one)"
                ),
                {"one": bystander},
            )
            raw.commit()
            raw.begin()
        after = _replayed(linked)

    assert (after["look_up"]["captures"], after["look_up"]["erased"]) == (2, 1)


def test_records_amended_since_are_weighed_as_they_were(
    settings: Settings, scorer: Scorer
) -> None:
    """The candidates, and a bystander who would be among them with the details of today."""
    short_lists = load_settings(**settings.model_dump() | {"stored_candidates": 2})
    with opened_world(short_lists, scorer) as world:
        linked = _linked_with_details(world)
        bystander = _not_listed(linked)
        for one in world.force().get("/v1/records").json()["records"]:
            change = {"change": "add", "item": SAID if one["person_id"] == bystander else OTHER}
            _amended(world, one["record_id"], change)
        after = _replayed(linked)
        evidence = world.auditor().get(f"/v1/searches/{linked.search_id}/evidence").json()

    assert [one["record_version"] for one in evidence["candidates"]] == [1, 1]
    assert (after["verdict"], after["look_up"]) == ("exact", EXACT_OF_THREE)


@pytest.mark.dear("works a case")
def test_what_was_taken_off_people_alike_with_everybody_is_taken_off_again(
    settings: Settings, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_world(settings, scorer) as world:
        with monkeypatch.context() as few:
            for module in (strangers, cohort):
                few.setattr(module, "LEAST_PEOPLE", 3)
            few.setattr(strangers, "_DEVIATIONS", -1.0)  # so that each of few has an excess
            linked = make_link(world)
        replayed = replayed_in_both_ways(world, linked.link_id)
        with world.services.units.read() as unit:
            link = unit.links.get(LinkId(linked.link_id))
            assert link is not None
            recorded = recorded_of(unit, link)
        probe = recorded.probe
        assert probe is not None
        rows = recorded.held.tenprints.encounter_rows.tolist()
        less, whole = (
            compare(FORMAT, SearchType.TP_TP, one, recorded.held, rows).cosines
            for one in (probe, replace(probe, own=None))
        )

    assert (whole - less > 0.001).any(axis=1).sum() > 1
    assert (replayed["verdict"], replayed["look_up"]["verdict"]) == ("exact", "exact")


SAID = {"kind": "name", "forename": "Zacharias", "surname": "Quennell"}
OTHER = {"kind": "name", "forename": "Somebody", "surname": "Else"}


def _linked_with_details(world: World) -> Linked:
    """Make a link by a search that says a name which no record holds yet."""
    enrolled = [world.enrol(person) for person in (1, 2, 3)]
    body = {
        "search_type": "TP/TP",
        "impressions": tenprint(1, capture=3),
        "details": {"names": [{name: SAID[name] for name in ("forename", "surname")}]},
    }
    search_id = world.force().post("/v1/searches", body).json()["search_id"]
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=enrolled[0]["person_id"])
    link_id = world.standing(search_id)["link"]["link_id"]
    one = enrolled[0]
    return Linked(world, link_id, search_id, case_id, one["person_id"], one["record_id"])


def _amended(world: World, record_id: str, change: dict[str, Any]) -> None:
    body = {
        "expected_version": 1,
        "changes": [change],
        "reason": "new information",
        "reason_text": "Said so.",
        "source": "person",
        "source_reference": "Interview 7",
    }
    answer = world.force().post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text


def test_an_index_made_anew_under_another_key_changes_nothing(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        world.enrol(9)
    shutil.rmtree(settings.index_directory)
    old_key = (settings.keys_directory / "index.key").read_bytes()
    (settings.keys_directory / "index.key").unlink()
    with opened_world(settings, scorer) as world:
        answer = replayed_in_both_ways(world, linked.link_id)

    assert (settings.keys_directory / "index.key").read_bytes() != old_key
    assert (answer["verdict"], answer["look_up"]) == ("exact", EXACT_OF_THREE)


def test_captures_that_a_merge_moved_later_are_where_they_were(linked: Linked) -> None:
    world = linked.world
    with world.services.units.read() as unit:
        candidates = unit.searches.candidates(linked.search_id)  # type: ignore[arg-type]
    second, third = candidates[1].person_id, candidates[2].person_id
    body = {"surviving": second, "absorbed": third, "reason": "One set of prints."}
    merge_id = world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    merged = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    assert merged.json()["captures"] == 1

    answer = _replayed(linked)

    assert (answer["verdict"], answer["look_up"]) == ("exact", EXACT_OF_THREE)


def test_a_mark_is_looked_up_again(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    world.enrol(2)
    search_id = world.search(1, impressions=mark(1, 3), search_type="LT/TP")
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(world.case_of(search_id), examiner, person_id=person_id)
    with world.services.units.read() as unit:
        search = unit.searches.get(search_id)  # type: ignore[arg-type]
    assert search is not None

    assert search.link_id is not None
    answer = replayed_in_both_ways(world, search.link_id)

    assert answer["verdict"] == "exact"
    assert answer["look_up"] == EXACT_OF_THREE | {"captures": 2}


def test_the_quick_replay_leaves_the_look_up_out(linked: Linked) -> None:
    path = f"/v1/links/{linked.link_id}/replay?look_up=false"
    answer = linked.world.auditor().post(path).json()

    assert (answer["verdict"], answer["look_up"]) == ("exact", None)


FORGED = {
    "a capture that came later": (
        "UPDATE gallery_changes SET change_seq = change_seq + 100 WHERE encounter_row ="
        " (SELECT e.encounter_row FROM encounters e JOIN candidates c"
        " ON c.encounter_id = e.encounter_id WHERE c.rank = 3)",
        "rank 3: was not in the gallery that was searched",
    ),
}


@pytest.mark.parametrize("attack", list(FORGED), ids=lambda name: name.replace(" ", "-"))
def test_a_forged_candidate_is_named(store: LinkedStore, attack: str, tmp_path: Path) -> None:
    statement, words = FORGED[attack]
    with hand_in(store) as hand:
        assert hand.run(statement) == 1

        found = _looked_up_in_both_ways(hand, tmp_path)

    assert (found.verdict, found.difference) == ("different", words)


def test_the_evidence_on_a_candidate_opens_for_no_other_person(
    store: LinkedStore, tmp_path: Path
) -> None:
    another = (
        "UPDATE candidates SET person_id = (SELECT person_id FROM candidates WHERE rank = 1)"
        " WHERE rank = 2"
    )
    with hand_in(store) as hand:
        assert hand.run(another) == 1

        with pytest.raises(VaultDamagedError, match="belongs to a different row"):
            _looked_up_in_both_ways(hand, tmp_path)


def test_a_candidate_taken_off_the_list_is_named(store: LinkedStore, tmp_path: Path) -> None:
    with hand_in(store) as hand:
        assert hand.run("DELETE FROM candidates WHERE rank = 3") == 1

        found = _looked_up_in_both_ways(hand, tmp_path)

    assert found.verdict == "within tolerance"  # no candidate an examiner would have seen
    assert found.difference.startswith("look-up: 1 were passed over")


TAMPERED = {
    "a stronger one taken off": ("DELETE FROM candidates WHERE rank = 2",),
    "ranks exchanged": (
        "UPDATE candidates SET rank = 9 WHERE rank = 2",
        "UPDATE candidates SET rank = 2 WHERE rank = 3",
        "UPDATE candidates SET rank = 3 WHERE rank = 9",
    ),
    "the capture of another": (
        "UPDATE candidates SET encounter_id = (SELECT encounter_id FROM candidates"
        " WHERE rank = 3) WHERE rank = 2",
    ),
    "an earlier change": ("UPDATE searches SET index_cursor = index_cursor - 1",),
    "a later change": ("UPDATE searches SET index_cursor = index_cursor + 1",),
    "an erasure that never was": ("UPDATE gallery_changes SET kind = 1 WHERE change_seq = 3",),
}


@pytest.mark.parametrize("attack", list(TAMPERED), ids=lambda name: name.replace(" ", "-"))
def test_both_ways_say_the_same_of_a_tampered_store(
    store: LinkedStore, attack: str, tmp_path: Path
) -> None:
    with hand_in(store) as hand, _index_of(hand, tmp_path) as gallery:
        for statement in TAMPERED[attack]:
            assert hand.run(statement) >= 1

        assert_the_same(_looked_up(hand), _looked_up(hand, IndexAsked(gallery)))


def _looked_up_in_both_ways(hand: Hand, directory: Path) -> LookUp:
    read = _looked_up(hand)
    with _index_of(hand, directory) as gallery:
        assert_the_same(read, _looked_up(hand, IndexAsked(gallery)))
    return read


@contextmanager
def _index_of(hand: Hand, directory: Path) -> Iterator[LiveGallery]:
    """Yield an index that has followed the store as it is in the hand."""
    index = GalleryIndex.open(
        directory / "index", template_format=FORMAT.index, key=None, threads=1
    )
    gallery = LiveGallery(index, hand.services.units)
    gallery.catch_up()
    yield gallery
    gallery.close()


def _looked_up(hand: Hand, way: LookUpWay | None = None) -> LookUp:
    with hand.services.units.read() as unit:
        link = unit.links.get(LinkId(hand.store.link_id))
        assert link is not None
        recorded = recorded_of(unit, link)
    models = open_models(hand.store.settings)
    return looked_up(hand.services, models, recorded, lambda _: None, way=way)


def _replayed(linked: Linked) -> dict[str, Any]:
    return replayed_in_both_ways(linked.world, linked.link_id)


def _not_listed(linked: Linked) -> str:
    """Return the searched person who is not among the candidates."""
    world = linked.world
    with world.services.units.read() as unit:
        listed = unit.searches.candidates(linked.search_id)  # type: ignore[arg-type]
        people = unit.people.person_ids([PersonRow(row) for row in (1, 2, 3)])
    (left,) = set(people.values()) - {candidate.person_id for candidate in listed}
    return left


def _lose(world: World, encounter_id: str) -> None:
    """Have the index forget a capture that the database holds."""
    world.services.gallery.catch_up()
    with world.services.units.read() as unit:
        held = unit.encounters.templates_by_id([EncounterId(encounter_id)])
    rows = np.array(list(held.encounter_ids), dtype=np.int64)
    index = world.services.gallery.index
    assert index.erase(rows, cursor=index.cursor) == 1
