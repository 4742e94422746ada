"""Two persons are merged and separated, by two people, and the index follows at once."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from domain.ids import SearchId
from service.bootstrap.keys import open_log_signer
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings
from service.storage.tables.links import merge_confirmations
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import encounter
from tests.integration.storage.raw import connection


def _two(world: World) -> tuple[str, str]:
    """Enrol one human being twice: with a record, and later without a name."""
    kept = world.enrol(1)["person_id"]
    body = encounter(1, capture=2)
    del body["record"]
    return kept, world.force().post("/v1/encounters", body).json()["person_id"]


def _propose(world: World, kept: str, double: str) -> str:
    body = {"surviving": kept, "absorbed": double, "reason": "One set of prints."}
    answer = world.supervisor("sue").post("/v1/merges", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merge_id"])


def _found(world: World) -> set[str]:
    search_id = world.search(1)
    with world.services.units.read() as unit:
        return {c.person_id for c in unit.searches.candidates(search_id)}  # type: ignore[arg-type]


def test_a_merge_by_two_moves_the_captures_and_a_search_finds_one_person(world: World) -> None:
    kept, double = _two(world)
    merge_id = _propose(world, kept, double)

    before = _found(world)
    self_confirmed = world.supervisor("sue").post(f"/v1/merges/{merge_id}/confirmation")
    confirmed = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    again = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    assert before == {kept, double}
    assert self_confirmed.status_code == 409
    assert self_confirmed.json()["type"] == "/problems/self-verification"
    assert confirmed.json() == {"merge_id": merge_id, "captures": 1}
    assert again.status_code == 409
    assert _found(world) == {kept}


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(world: World) -> None:
    kept, double = _two(world)
    merge_id = _propose(world, kept, double)
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    undoing = world.supervisor("tom").post(
        f"/v1/merges/{merge_id}/undoing", {"reason": "Two people."}
    )
    undone = world.supervisor("sue").post(f"/v1/merges/{undoing.json()['merge_id']}/confirmation")
    history = world.supervisor().get(f"/v1/people/{double}/merges").json()["merges"]

    assert undone.json()["captures"] == 1
    assert _found(world) == {kept, double}
    assert [(m["undoes"], m["proposed_by"], m["confirmed_by"]) for m in history] == [
        (None, "sue", "tom"),
        (merge_id, "tom", "sue"),
    ]
    assert history[0]["reason"] == "One set of prints."


def test_what_makes_no_sense_is_refused(world: World) -> None:
    kept, double = _two(world)
    third = world.enrol(5)["person_id"]
    merge_id = _propose(world, kept, double)
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    chained = _propose(world, third, kept)
    sue = world.supervisor("sue")
    statuses = [
        sue.post("/v1/merges", {"surviving": kept, "absorbed": kept, "reason": "x"}),
        sue.post("/v1/merges", {"surviving": "nobody", "absorbed": kept, "reason": "x"}),
        sue.post("/v1/merges", {"surviving": double, "absorbed": third, "reason": "x"}),
        sue.post("/v1/merges/unknown/confirmation"),
        sue.post(f"/v1/merges/{chained}/undoing", {"reason": "x"}),
        world.supervisor("tom").post(f"/v1/merges/{chained}/confirmation"),
        world.auditor().post(f"/v1/merges/{chained}/confirmation"),
    ]

    assert [answer.status_code for answer in statuses] == [400, 404, 400, 404, 409, 409, 403]


def test_erasing_a_merged_person_erases_both(world: World) -> None:
    kept, double = _two(world)
    merge_id = _propose(world, kept, double)
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    have_erased(world, double)

    assert _found(world) == set()
    with world.services.units.read() as unit:
        assert unit.people.count() == 0


def test_the_database_refuses_a_confirmation_by_the_same_person(
    world: World, settings: Settings
) -> None:
    merge_id = _propose(world, *_two(world))
    row = {
        "merge_id": merge_id,
        "proposed_by": "sue",
        "confirmed_at": world.services.surroundings.clock(),
    }

    for wrong in ({"confirmed_by": "sue"}, {"confirmed_by": "tom", "proposed_by": "ann"}):
        with (
            connection(settings.database_address) as raw,
            pytest.raises(IntegrityError),
        ):
            raw.execute(insert(merge_confirmations).values(**row | wrong))


def test_a_store_with_merges_and_their_undoing_verifies(world: World, settings: Settings) -> None:
    kept, double = _two(world)
    merge_id = _propose(world, kept, double)
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    undoing = world.supervisor("tom").post(f"/v1/merges/{merge_id}/undoing", {"reason": "No."})
    world.supervisor("sue").post(f"/v1/merges/{undoing.json()['merge_id']}/confirmation")

    keys = TrustedKeys(open_log_signer(settings).verifier)
    report = verify_store(world.services, keys)

    assert report.log.findings == ()


@pytest.mark.parametrize("gone", [1, 2])
def test_erasing_one_of_two_that_were_parted_again_leaves_the_other_whole(
    world: World, settings: Settings, gone: int
) -> None:
    kept, other = world.enrol(1)["person_id"], world.enrol(2)["person_id"]
    merge_id = _propose(world, kept, other)
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    back = {"reason": "Two people after all."}
    undoing = world.supervisor("sue").post(f"/v1/merges/{merge_id}/undoing", back).json()
    done = world.supervisor("tom").post(f"/v1/merges/{undoing['merge_id']}/confirmation")
    assert done.status_code == 200, done.text

    have_erased(world, kept if gone == 1 else other)

    search_id = world.search(3 - gone)
    with world.services.units.read() as unit:
        found = unit.searches.candidates(SearchId(search_id))
    assert [one.person_id for one in found] == [other if gone == 1 else kept]
    keys = TrustedKeys(open_log_signer(settings).verifier)
    assert not verify_store(world.services, keys).log.findings
