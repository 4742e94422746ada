"""A purge by plan: dry run, independent count, two people, hidden at once, erased later."""

from __future__ import annotations

import ast
import inspect
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from domain.ids import PersonId
from domain.retention.retention import Caps
from service.provenance.bundle.bundle import TrustedKeys
from service.storage.retention import recount, recount_events, recount_rows
from service.storage.retention.recount import Recounted
from service.usecases.log.verification import verify_store
from service.usecases.retention import due, planning, releasing
from service.usecases.retention.captures import Fate
from service.usecases.retention.releasing import destroy_prints
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.disclosure.restricting import item_restricted, lifted
from tests.integration.retention.working import (
    CONVICTED,
    DROPPED,
    UNKNOWN,
    enrol,
    planned,
    released,
    shown,
    step,
    waited,
)


@pytest.mark.journey
def test_a_plan_is_released_by_two_and_hides_at_once(world: World) -> None:
    gone = enrol(world, 1, DROPPED)
    for person, fact in ((2, CONVICTED), (3, UNKNOWN)):
        enrol(world, person, fact)

    plan = planned(world)
    figures, lines = plan["figures"], shown(world, plan)["lines"]
    assert step(world, plan, "recount").json()["state"] == "counted again"
    assert step(world, plan, "release").json()["state"] == "released by one"
    again = step(world, plan, "release")
    assert_problem(again, 409, "self-verification")
    assert _named(world, 1, gone)
    done = step(world, plan, "release", by="supervisor-b")

    assert (figures["people"], figures["due"], figures["kept"], figures["reviews"]) == (3, 1, 1, 1)
    assert [one["person_id"] for one in lines] == [gone]
    assert (done.json()["state"], done.json()["settled"]) == ("carried out", 1)
    assert not _named(world, 1, gone)
    (settled,) = shown(world, plan)["settlements"]
    assert (settled["outcome"], settled["erasure_id"], settled["ended"]) == ("hidden", None, None)
    assert world_erasures(world) == []
    assert destroy_prints(waited(world)) == 1
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_nobody_without_prints_is_purged_by_a_rule_on_prints(world: World) -> None:
    body = record(1)
    body["arrest_reports"][0]["offences"] = [DROPPED]
    begun = world.force().post("/v1/records", body)
    assert begun.status_code == 201, begun.text
    person_id = begun.json()["person_id"]

    without = planned(world)
    counted = step(world, without, "recount").json()["state"]
    capture = encounter(1) | {"record": None, "person_id": person_id}
    joined = world.force().post(
        "/v1/encounters", capture | {"captured_at": "2020-03-04T07:08:09Z"}
    )
    assert joined.status_code == 201, joined.text
    with_prints = planned(world)

    figures = without["figures"]
    assert (figures["due"], figures["kept"], figures["reviews"]) == (0, 1, 0)
    assert counted == "counted again"
    assert [one["person_id"] for one in shown(world, with_prints)["lines"]] == [person_id]
    assert step(world, with_prints, "recount").json()["state"] == "counted again"


def _named(world: World, person: int, gone: str) -> bool:
    """Whether a search by prints finds the person's record."""
    evidence = world.auditor().get(f"/v1/searches/{world.search(person)}/evidence").json()
    return gone in {one["person_id"] for one in evidence["candidates"]}


def test_a_plan_that_nobody_counted_is_not_released(sqlite_world: World) -> None:
    enrol(sqlite_world, 1, DROPPED)
    plan = planned(sqlite_world)

    assert_problem(step(sqlite_world, plan, "release"), 409, "conflict")
    assert_problem(step(sqlite_world, plan, "carry-out"), 409, "conflict")


def _deletes_too_much(original: Callable[..., Any]) -> Callable[..., Any]:
    def broken(*args: Any) -> Any:
        for one in original(*args):
            yield replace(one, fate=Fate.DUE) if one.fate is Fate.KEPT else one

    return broken


def _fails_to_delete(original: Callable[..., Any]) -> Callable[..., Any]:
    def broken(*args: Any) -> Any:
        for one in original(*args):
            yield replace(one, fate=Fate.KEPT) if one.fate is Fate.DUE else one

    return broken


@pytest.mark.parametrize(
    ("breaking", "due_planned", "found"),
    [(_deletes_too_much, 2, ("beyond", 1)), (_fails_to_delete, 0, ("missing", 1))],
)
def test_a_planner_that_is_broken_is_refused(
    sqlite_world: World,
    monkeypatch: pytest.MonkeyPatch,
    breaking: Callable[..., Any],
    due_planned: int,
    found: tuple[str, int],
) -> None:
    """January 2021: a script of weeding both deleted too much and failed to delete."""
    enrol(sqlite_world, 1, DROPPED)
    enrol(sqlite_world, 2, CONVICTED)
    monkeypatch.setattr(planning, "everybody", breaking(due.everybody))

    plan = planned(sqlite_world)
    counted = step(sqlite_world, plan, "recount").json()

    assert plan["figures"]["due"] == due_planned
    assert (counted["state"], counted["recount"][found[0]]) == ("refused", found[1])
    assert_problem(step(sqlite_world, plan, "release"), 409, "conflict")


@pytest.mark.parametrize("is_greedy", [True, False])
def test_a_count_that_is_broken_refuses_the_plan(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, is_greedy: bool
) -> None:
    enrol(sqlite_world, 1, DROPPED)
    kept = enrol(sqlite_world, 2, CONVICTED)

    def broken(*args: Any) -> Recounted:
        found = recount.recount(*args)
        return replace(found, due=found.due | {kept} if is_greedy else frozenset())

    monkeypatch.setattr(planning, "recount", broken)
    plan = planned(sqlite_world)

    assert step(sqlite_world, plan, "recount").json()["state"] == "refused"
    assert_problem(step(sqlite_world, plan, "release"), 409, "conflict")


def test_the_count_shares_nothing_with_the_planner() -> None:
    imported = set()
    for module in (recount, recount_events, recount_rows):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}

    own = {name for name in imported if name.split(".")[0] in ("rules", "domain", "service")}
    assert own == {
        "service.provenance.vault.key_stores",
        "service.storage.retention.recount_events",
        "service.storage.retention.recount_rows",
        "service.storage.sealed.payloads",
        "service.storage.transaction",
    }
    assert "datetime" not in imported


def test_caps_refuse_a_plan_for_good(sqlite_world: World) -> None:
    caps = Caps(people=10, per_mille=100)

    assert caps.refusal(11, 10_000) == "more people than the cap"
    assert caps.refusal(9, 80) == "a larger share of all people than the cap"
    assert (caps.refusal(8, 80), caps.refusal(5, 5)) == (None, None)
    for person in range(1, 8):
        enrol(sqlite_world, person, DROPPED)
    plan = planned(sqlite_world)
    assert plan["refusal"] == "a larger share of all people than the cap"
    assert step(sqlite_world, plan, "recount").json()["state"] == "refused"


def test_a_plan_tells_what_differs_from_the_one_before(sqlite_world: World) -> None:
    first = enrol(sqlite_world, 1, DROPPED)
    planned(sqlite_world)
    second = enrol(sqlite_world, 2, DROPPED)
    _convict(sqlite_world, first)

    plan = planned(sqlite_world)
    told = shown(sqlite_world, plan)

    assert (plan["figures"]["added"], plan["figures"]["gone"]) == (1, 1)
    assert (told["added"], told["gone"]) == ([second], [first])


def _convict(world: World, person_id: str) -> None:
    with world.services.units.read() as unit:
        row = unit.people.person_row(person_id)  # type: ignore[arg-type]
        record_id = unit.people.records_of([row])[row].record_id  # type: ignore[list-item,index]
    offence = {"kind": "disposal", "disposal": "convicted", "on": "2021-05-06"}
    body = {
        "expected_version": 1,
        "changes": [{"change": "add", "parent_id": "offence-1", "item": offence}],
        "reason": "court result",
        "reason_text": "Convicted.",
        "source": "court",
        "source_reference": "Leeds 7 of 2021",
    }
    answer = world.force().post(f"/v1/records/{record_id}/amendments", body)
    assert answer.status_code == 201, answer.text


def test_somebody_who_is_no_longer_due_is_spared(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, DROPPED)
    plan = planned(sqlite_world)
    step(sqlite_world, plan, "recount")
    step(sqlite_world, plan, "release")
    _convict(sqlite_world, person_id)

    done = step(sqlite_world, plan, "release", by="supervisor-b").json()

    assert done["state"] == "carried out"
    (settled,) = shown(sqlite_world, plan)["settlements"]
    assert (settled["outcome"], settled["erasure_id"]) == ("spared", None)


def test_prints_that_something_keeps_again_are_shown_and_not_destroyed(world: World) -> None:
    person_id, other = enrol(world, 1, DROPPED), enrol(world, 2, DROPPED)
    plan = released(world)
    _convict(world, person_id)

    assert destroy_prints(waited(world)) == 1
    assert destroy_prints(waited(world)) == 0

    ended = {one["person_id"]: one["ended"] for one in shown(world, plan)["settlements"]}
    assert ended == {person_id: "called back", other: "destroyed"}
    bases = world.officer().get(f"/v1/retention/people/{person_id}").json()
    assert (bases["fate"], len(bases["captures"])) == ("kept", 1)


def test_nothing_is_recorded_between_the_last_look_and_the_destruction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = enrol(world, 1, DROPPED)
    plan = released(world)
    look, clerk = (
        releasing._is_kept_again,
        threading.Thread(target=_convict, args=(world, person_id)),
    )

    def looked(*args: Any) -> bool:
        is_kept = look(*args)
        clerk.start()
        # Whoever is not kept waiting has recorded the conviction by then.
        clerk.join(timeout=1)
        return is_kept

    monkeypatch.setattr(releasing, "_is_kept_again", looked)
    assert destroy_prints(waited(world)) == 1
    clerk.join()

    assert [one["ended"] for one in shown(world, plan)["settlements"]] == ["destroyed"]
    log = world.auditor().get("/v1/log/entries?limit=200").json()["entries"]
    seq_of = {one["event_type"]: one["seq"] for one in log}
    assert seq_of["prints-destroyed"] < seq_of["record-amended"]


def test_a_newer_plan_takes_the_place_of_an_older_one(sqlite_world: World) -> None:
    enrol(sqlite_world, 1, DROPPED)
    old = planned(sqlite_world)
    step(sqlite_world, old, "recount")
    planned(sqlite_world)

    assert_problem(step(sqlite_world, old, "release"), 409, "conflict")


@pytest.mark.parametrize("by_worker", [True, False], ids=["by the worker", "by a call"])
def test_a_purge_that_dies_goes_on(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, by_worker: bool
) -> None:
    people = [enrol(sqlite_world, person, DROPPED) for person in (1, 2, 3)]
    plan = planned(sqlite_world)
    step(sqlite_world, plan, "recount")
    step(sqlite_world, plan, "release")
    original, calls = releasing.claimed_human, []

    def dies(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError
        return original(*args)

    monkeypatch.setattr(releasing, "claimed_human", dies)
    assert step(sqlite_world, plan, "release", by="supervisor-b").status_code == 500
    assert shown(sqlite_world, plan)["plan"]["settled"] == 1

    if by_worker:
        assert releasing.carry_out_plans(sqlite_world.services) == 2
    else:
        assert step(sqlite_world, plan, "carry-out").json()["settled"] == 3
    assert shown(sqlite_world, plan)["plan"]["state"] == "carried out"
    told = shown(sqlite_world, plan)["settlements"]
    assert {one["person_id"] for one in told if one["due_at"]} == set(people)
    assert releasing.carry_out_plans(sqlite_world.services) == 0


def world_erasures(world: World) -> list[dict[str, Any]]:
    """Return the erasures that wait."""
    found: list[dict[str, Any]] = world.supervisor().get("/v1/erasures").json()["erasures"]
    return found


def test_people_who_are_one_are_kept_on_the_longest_basis_of_all(sqlite_world: World) -> None:
    world = sqlite_world
    kept, merged = enrol(world, 1, CONVICTED), enrol(world, 2, DROPPED)
    body = {"surviving": kept, "absorbed": merged, "reason": "One person."}
    merge_id = world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    answer = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    assert answer.status_code == 200, answer.text

    plan = planned(world)

    assert (plan["figures"]["people"], plan["figures"]["due"]) == (1, 0)
    assert step(world, plan, "recount").json()["state"] == "counted again"


def test_nobody_is_planned_of_whom_an_item_is_kept_as_evidence(world: World) -> None:
    kept, gone = (enrol(world, person, DROPPED) for person in (1, 2))
    with world.services.units.read() as unit:
        (record,) = unit.people.records_of([unit.people.person_row(PersonId(kept))]).values()
    restriction_id = item_restricted(world, record.record_id, "offence-1")

    plan = planned(world)
    counted = step(world, plan, "recount").json()["state"]
    lifted(world, restriction_id)
    later = planned(world)

    assert [one["person_id"] for one in shown(world, plan)["lines"]] == [gone]
    assert counted == "counted again"
    assert {one["person_id"] for one in shown(world, later)["lines"]} == {kept, gone}
    assert step(world, later, "recount").json()["state"] == "counted again"
