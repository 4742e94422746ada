"""One person and a database administrator: a state that is changed decides nothing alone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.conversion.frames import FrameState
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import FindingCode
from service.storage.tables.conversion import conversion_frame_states, conversion_lot_states
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import World
from tests.integration.conversion.working import TEXTS, Roll

pytestmark = pytest.mark.promise("tampering")


def _set_frame(world: World, frame: str, state: str) -> None:
    table = conversion_frame_states
    with world.services.units.write() as unit:
        changed = update(table).where(table.c.frame_id == frame).values(state=state)
        assert unit.transaction.connection.execute(changed).rowcount == 1
        unit.commit()


def _set_lot(world: World, roll: Roll, state: str) -> None:
    table = conversion_lot_states
    with world.services.units.write() as unit:
        changed = update(table).where(table.c.lot_id == roll.lot_id).values(state=state)
        assert unit.transaction.connection.execute(changed).rowcount == 1
        unit.commit()


def _found(world: World) -> list[tuple[FindingCode, str]]:
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    findings = verify_store(world.services, keys).log.findings
    return [(one.code, one.detail.split(" of ")[1].partition(":")[0]) for one in findings]


@pytest.mark.parametrize("state", ["matching", "written"])
def test_a_frame_that_may_be_kept_is_not_destroyed_as_one_that_may_not(
    sqlite_world: World, state: str
) -> None:
    roll = Roll(sqlite_world)
    frame = roll.scan(1) if state == "matching" else roll.convert(1)
    if state == "matching":
        roll.key_twice(frame)
    _set_frame(sqlite_world, frame, "not kept")

    answer = roll.keeper.post(f"{roll.at}/destruction", {"expected": 1})

    assert answer.status_code == 409
    assert "tell an auditor" in answer.json()["detail"]
    image = f"/v1/conversion/frames/{frame}/image"
    assert sqlite_world.keyer().get(image).status_code == 200
    found = [(FindingCode.ROW_MISDERIVED, "conversion_frame_states")]
    # What follows from the form alone, which is sealed, is computed again before it is used.
    assert _found(sqlite_world) == (found if state == "written" else [])


def test_nobody_writes_a_frame_whose_proposal_nobody_else_has_read(sqlite_world: World) -> None:
    world = sqlite_world
    roll = Roll(world)
    first, second, third = roll.convert(1), roll.scan(2), roll.scan(3)
    roll.key_twice(second, convicted_on="1.1.1965")
    roll.search(second)
    roll.propose(second, outcome="new record", words="A namesake.")
    roll.agree(second)
    roll.key_twice(third, convicted_on="1.1.1966")
    roll.search(third)
    one, other = (found["candidate_id"] for found in roll.candidates(third))
    named = {"candidate_id": one, "other_candidate_id": other}
    roll.propose(third, outcome="two records", words="One man.", **named)
    people = [roll.writing(each).person_id for each in (first, second)]
    body = {"surviving": people[0], "absorbed": people[1], "reason": "One man."}
    merge_id = world.supervisor().post("/v1/merges", body).json()["merge_id"]
    world.supervisor("supervisor-b").post(f"/v1/merges/{merge_id}/confirmation")
    _set_frame(world, third, "merging")

    answer = world.reconciler().post(f"/v1/conversion/frames/{third}/writing")

    assert answer.status_code == 409
    assert "tell an auditor" in answer.json()["detail"]
    assert _found(world) == [(FindingCode.ROW_MISDERIVED, "conversion_frame_states")]


def test_a_lot_that_no_sample_rejected_is_not_taken_back(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    record_id = roll.writing(roll.convert(1)).record_id
    _set_lot(sqlite_world, roll, "rejected")

    answer = roll.keeper.post(f"{roll.at}/verdict")

    assert answer.status_code == 409
    assert len(roll.held(record_id)) == 1
    assert _found(sqlite_world) == [(FindingCode.ROW_MISDERIVED, "conversion_lot_states")]


def test_a_lot_that_no_sample_accepted_has_no_certificate(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    roll.convert(1)
    roll.draw()
    roll.read_sample(TEXTS, is_blind=True)
    _set_lot(sqlite_world, roll, "accepted")

    answer = sqlite_world.auditor().get(f"{roll.at}/certificate")

    assert answer.status_code == 409
    assert _found(sqlite_world) == [(FindingCode.ROW_MISDERIVED, "conversion_lot_states")]


def test_no_frame_of_a_withdrawn_lot_is_at_another_state(sqlite_world: World) -> None:
    roll = Roll(sqlite_world)
    written, gone = roll.convert(1), roll.scan(2)
    roll.key_twice(gone, disposal="Acquitted")
    roll.keeper.post(f"{roll.at}/destruction", {"expected": 1})
    assert roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed."}).status_code == 200

    for frame, left in ((written, FrameState.WITHDRAWN), (gone, FrameState.DESTROYED)):
        for state in set(FrameState) - {left}:
            _set_frame(sqlite_world, frame, state)
            assert _found(sqlite_world) == [
                (FindingCode.ROW_MISDERIVED, "conversion_frame_states")
            ], (left, state)
        _set_frame(sqlite_world, frame, left)


def test_verification_finds_every_state_as_the_work_left_it(world: World) -> None:
    roll = Roll(world)
    frame = roll.convert(1, surname="Gray")
    roll.draw()
    assert _found(world) == []
    roll.read_sample(TEXTS, is_blind=True)
    assert roll.verdict() == "void"
    assert _found(world) == []
    roll.draw()
    roll.read_sample(TEXTS)
    assert roll.verdict() == "rejected"
    assert _found(world) == []
    roll.key(frame, "keyer-a")
    assert _found(world) == []
    assert roll.keeper.post(f"{roll.at}/withdrawal", {"words": "Mixed."}).status_code == 200
    assert _found(world) == []
