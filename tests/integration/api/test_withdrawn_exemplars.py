"""An exemplar may be erased, merged or revoked at any time: the case is finished without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from domain.events.examination import ExemplarWithdrawn
from domain.examination.cases import CLOSED_STATES, CaseState
from domain.ids import CaseId, LinkId, PersonId, SearchId
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.canonical import read_event
from service.storage.tables.people import ERASED, gallery_changes
from service.usecases.examination import resolution, sealing
from service.usecases.log.verification import verify_store
from tests.integration.api import merging
from tests.integration.api.driver import World
from tests.integration.api.erasing import confirmed, erased
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.provenance.tampering import past_triggers
from tests.integration.replaying import replayed_in_both_ways

WAITING = {"basis": "retention period ended", "authority": "ORDER-17"}


def merged(world: World, person_id: str) -> None:
    body = {"surviving": world.enrol(7)["person_id"], "absorbed": person_id, "reason": "One."}
    merge = world.supervisor("supervisor-x").post("/v1/merges", body).json()["merge_id"]
    answer = world.supervisor("supervisor-y").post(f"/v1/merges/{merge}/confirmation")
    assert answer.status_code in {200, 204}, answer.text


def revoked(world: World, person_id: str) -> None:
    """Revoke the link by which the person's only capture in the open case was enrolled."""
    with world.services.units.read() as unit:
        (link_id,) = unit.queue.recent_links(None, limit=5).items
        link = unit.links.get(link_id)
    assert link is not None
    assert link.person_id == person_id
    body = {"reason": "The wrong person."}
    answer = world.supervisor().post(f"/v1/links/{link_id}/revocation", body)
    assert answer.status_code == 204, answer.text


def waiting(world: World, case_id: str, person_id: str) -> None:
    del world, case_id, person_id


def held(world: World, case_id: str, person_id: str) -> None:
    del person_id
    world.examiner("examiner-b").post(f"/v1/cases/{case_id}/claim")


def compared(world: World, case_id: str, person_id: str) -> None:
    """The second examiner has identified the exemplar in a comparison, and not yet decided."""
    held(world, case_id, person_id)
    world.analyse(case_id, "examiner-b")
    labels = world.true_labels(case_id, "examiner-b", person_id)
    world.compare_all(case_id, "examiner-b", identified=labels)


def verifying(world: World, case_id: str, person_id: str) -> None:
    assert world.examine(case_id, "examiner-a", person_id=person_id).status_code == 201


def verifying_and_compared(world: World, case_id: str, person_id: str) -> None:
    verifying(world, case_id, person_id)
    compared(world, case_id, person_id)


def differing(world: World, case_id: str, person_id: str) -> None:
    world.review_differences()
    verifying(world, case_id, person_id)
    assert world.examine(case_id, "examiner-b", person_id=None).status_code == 201


STATES = (waiting, held, compared, verifying, verifying_and_compared, differing)


@pytest.mark.parametrize("withdraw", [erased, merged, revoked])
@pytest.mark.parametrize("bring", STATES)
def test_the_case_is_finished_in_every_state(
    sqlite_world: World,
    bring: Callable[[World, str, str], None],
    withdraw: Callable[[World, str], None],
) -> None:
    """The exemplar of an erased person answered 404 and every outcome 409, for everybody."""
    world = sqlite_world
    case_id, person_id = _opened(world, is_linked=withdraw is revoked)
    bring(world, case_id, person_id)

    withdraw(world, person_id)
    _finish(world, case_id)

    with world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
        events = [read_event(one.body) for one in unit.events.about(case_id)]
    assert case is not None
    assert case.state is CaseState.NOT_LINKED
    (event,) = (e for e in events if e.event_type == ExemplarWithdrawn.event_type)
    assert event.typed_as(ExemplarWithdrawn).cause == withdraw.__name__


@pytest.mark.parametrize("bring", STATES[:-1])
def test_the_case_is_finished_while_an_erasure_waits(
    sqlite_world: World, bring: Callable[[World, str, str], None]
) -> None:
    world = sqlite_world
    case_id, person_id = _opened(world, is_linked=False)
    bring(world, case_id, person_id)

    confirmed(world, person_id, WAITING)
    _finish(world, case_id)

    with world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    assert case.state is CaseState.NOT_LINKED


@pytest.mark.parametrize("withdraw", [erased, merged])
def test_an_identification_of_a_withdrawn_exemplar_is_not_upheld(
    world: World, withdraw: Callable[[World, str], None]
) -> None:
    case_id, person_id = _opened(world, is_linked=False)
    differing(world, case_id, person_id)

    withdraw(world, person_id)

    world.supervisor()
    before = world.counts()
    assert_problem(_resolve(world, case_id, "identified"), 409, "step-out-of-order")
    assert world.counts() == before


def test_a_difference_in_which_nothing_can_be_upheld_closes_itself(world: World) -> None:
    world.review_differences()
    people = [world.enrol(1)["person_id"], world.enrol(1)["person_id"]]
    case_id = world.case_of(world.search(1))
    for examiner, person_id in zip(("examiner-a", "examiner-b"), people, strict=True):
        assert world.examine(case_id, examiner, person_id=person_id).status_code == 201

    for person_id in people:
        erased(world, person_id)

    with world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    assert case.state in CLOSED_STATES


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("is_resolved", [False, True])
@pytest.mark.parametrize("withdraw", [erased, merged, revoked])
def test_a_decision_while_the_exemplar_is_withdrawn_meets_a_case_that_changed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    withdraw: Callable[[World, str], None],
    *,
    is_resolved: bool,
) -> None:
    """The decision names the case, which is there: 404 would say that it is not."""
    case_id, person_id = _opened(world, is_linked=withdraw is revoked)
    (differing if is_resolved else verifying_and_compared)(world, case_id, person_id)
    go_on = sealing.conclude

    def meanwhile(*given: Any, **others: Any) -> None:
        withdraw(world, person_id)
        go_on(*given, **others)

    monkeypatch.setattr(sealing, "conclude", meanwhile)
    # The last check before the case is closed; nobody has opened the prints here.
    monkeypatch.setattr(resolution, "_check_seen", lambda *_: withdraw(world, person_id))
    answer = _resolve(world, case_id, "identified") if is_resolved else _identify(world, case_id)

    assert_problem(answer, 409, "stale-case")
    monkeypatch.undo()
    _finish(world, case_id)


def _identify(world: World, case_id: str) -> Any:
    user, path = world.examiner("examiner-b"), f"/v1/cases/{case_id}"
    seen = user.get(path).json()
    (possible,) = (one for one in seen["possible_outcomes"] if one["outcome"] == "identified")
    body = {**possible, "reason": "As compared.", "revision": seen["revision"]}
    return user.post(f"{path}/decisions", body)


def _opened(world: World, *, is_linked: bool) -> tuple[str, str]:
    """Open a case with one exemplar; with `is_linked`, a capture that an earlier link enrolled."""
    person_id = str(world.enrol(1)["person_id"])
    if is_linked:
        first = world.case_of(world.search(1))
        for examiner in ("examiner-c", "examiner-d"):
            world.examine(first, examiner, person_id=person_id)
    return world.case_of(world.search(1)), person_id


def _finish(world: World, case_id: str) -> None:
    for examiner in ("examiner-b", "examiner-e", "examiner-f"):
        with world.services.units.read() as unit:
            case = unit.cases.get(CaseId(case_id))
        assert case is not None
        if case.state in CLOSED_STATES:
            return
        if case.state is CaseState.DIFFERING:
            assert _resolve(world, case_id, "inconclusive", "excluded").status_code == 201
            return
        _decide(world, case_id, examiner)
    raise AssertionError("The case is still open.")


def _decide(world: World, case_id: str, examiner: str) -> None:
    """Go on from wherever the examiner is, and take the outcome that follows."""
    user, path = world.examiner(examiner), f"/v1/cases/{case_id}"
    assert user.post(f"{path}/claim").status_code in {204, 409}
    if user.get(path).json()["analysis"] is None:
        world.analyse(case_id, examiner)
    world.compare_all(case_id, examiner, identified=set())
    seen = user.get(path).json()
    (possible,) = seen["possible_outcomes"]
    body = {**possible, "reason": "As compared.", "revision": seen["revision"]}
    assert user.post(f"{path}/decisions", body).status_code == 201


def _resolve(world: World, case_id: str, *outcomes: str) -> Any:
    user = world.supervisor()
    (found,) = user.get("/v1/differences").json()["differences"]
    upheld = next(d["decision_id"] for d in found["decisions"] if d["outcome"] in outcomes)
    body = {"decision_id": upheld, "reason": "Seen.", "revision": found["revision"]}
    return user.post(f"/v1/cases/{case_id}/resolution", body)


@pytest.mark.parametrize("is_moved", [False, True])
def test_the_capture_of_a_revoked_link_is_in_no_search(world: World, *, is_moved: bool) -> None:
    """The prints are perhaps another person's: they would be found as the first one's."""
    person_id, link_id = _linked(world)
    before = _captures_found(world, person_id)
    if is_moved:
        merging.parted(world, merging.merged(world, world.enrol(7)["person_id"], person_id))

    _revoke(world, link_id)

    with world.services.units.read() as unit:
        link = unit.links.get(LinkId(link_id))
        assert link is not None
        row = unit.people.person_row(PersonId(person_id))
        assert row is not None
        (left,) = unit.own_answers.captures([row])
    assert before == {link.encounter_id}
    assert _captures_found(world, person_id) == {left[0]}
    assert _is_sound(world)
    assert _is_replayed(world, link_id)


def _captures_found(world: World, person_id: str) -> set[str]:
    with world.services.units.read() as unit:
        found = unit.searches.candidates(SearchId(world.search(1)))
    return {str(one.encounter_id) for one in found if one.person_id == person_id}


def _linked(world: World) -> tuple[str, str]:
    """Return a person, and a link of a search to them."""
    person_id = world.enrol(1)["person_id"]
    search_id = world.search(1)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(world.case_of(search_id), examiner, person_id=person_id)
    return person_id, world.standing(search_id)["link"]["link_id"]


def _revoke(world: World, link_id: str) -> None:
    path = f"/v1/links/{link_id}/revocation"
    answer = world.supervisor().post(path, {"reason": "The wrong person."})
    assert answer.status_code == 204, answer.text


def _is_sound(world: World) -> bool:
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    return not verify_store(world.services, keys).log.findings


def _is_replayed(world: World, link_id: str) -> bool:
    replayed = replayed_in_both_ways(world, link_id)
    return (replayed["verdict"], replayed["look_up"]["verdict"]) == ("exact", "exact")


def test_the_capture_of_a_revoked_link_outlives_a_person_parted_before(world: World) -> None:
    person_id, link_id = _linked(world)
    other = world.enrol(7)["person_id"]
    merging.parted(world, merging.merged(world, other, person_id))

    _revoke(world, link_id)
    erased(world, other)

    assert _is_sound(world)
    assert _is_replayed(world, link_id)


def test_the_capture_of_a_revoked_link_put_back_behind_the_log_is_found(
    world: World, database_url: str
) -> None:
    _, link_id = _linked(world)
    _revoke(world, link_id)
    assert _is_sound(world)

    with past_triggers(database_url) as raw:
        raw.execute(delete(gallery_changes).where(gallery_changes.c.kind == ERASED))
        raw.commit()

    assert not _is_sound(world)
