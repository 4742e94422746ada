"""Erasures by two people: hidden at once, called back without a trace, carried out when due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, Role, Scope
from domain.events.people import (
    Enrolled,
    Erased,
    ErasureAsked,
    ErasureCalledBack,
    ErasureConfirmed,
)
from domain.ids import EventType
from service.storage.tables.disclosure import erasure_confirmations
from service.storage.tables.people import payloads
from service.usecases.people.erasure import carry_out_erasures
from service.usecases.services import Services
from tests.integration.api.driver import PURPOSES, User, World
from tests.integration.api.erasing import ORDER, asked, confirmed
from tests.integration.api.facts import stated
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.test_names_enquiry import enquire
from tests.integration.provenance.links import Linked, make_link
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("erasure")

ENDED = {"basis": "retention period ended", "authority": "ORDER-17"}

_APART = (
    "/v1/log",
    "/v1/erasures",
    "/v1/checkpoints",
    "/v1/links/{link_id}/story",
    "/v1/people/{person_id}/consultations",
    "/v1/statistics",
)
"""Routes about the work itself: they tell of events and of the present moment."""

_OF_THE_MOMENT = {"/v1/competence": "since"}
"""The start of the last year, which goes with the clock: the figures themselves are compared."""


def call_back(world: World, erasure_id: str) -> Any:
    return world.supervisor("supervisor-c").post(f"/v1/erasures/{erasure_id}/call-back")


def later(services: Services, hours: float) -> Services:
    """Return the services as they are some hours from now."""
    ahead = services.surroundings.clock() + timedelta(hours=hours)
    return replace(services, surroundings=replace(services.surroundings, clock=lambda: ahead))


def bodies(world: World, kind: EventType) -> list[dict[str, Any]]:
    entries = world.auditor().get(f"/v1/log/search?type={kind}").json()["entries"]
    return [json.loads(entry["body"]) for entry in entries]


Answers = dict[tuple[str, str], tuple[int, Any]]
"""What was answered, by role and path: the status and the body."""


def answers(linked: Linked, encounter_id: str, like: Answers | None = None) -> Answers:
    """Return the answers to all calls that only read, of every role.

    Of the roles without the scope of a call only one asks: `test_access` shows that all of them
    are refused. With the answers of before, only one of all roles that were refused calls again.
    """
    world = linked.world
    ids = {
        "person_id": linked.person_id,
        "record_id": linked.record_id,
        "encounter_id": encounter_id,
        "search_id": linked.search_id,
        "case_id": linked.case_id,
        "link_id": linked.link_id,
        "version": "1",
    }
    found: Answers = {}
    refused = {path: role for (role, path), (status, _) in (like or {}).items() if status == 403}
    for path, methods in world.app.openapi()["paths"].items():
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        if "get" in methods and set(names) <= ids.keys() and _is_compared(path):
            for role in _askers(methods["get"]):
                was = (like or {}).get((role.value, path), (None, None))[0]
                if was == 403 and refused[path] != role.value:
                    continue
                answer = _user(world, role).get(path.format(**ids))
                is_json = "json" in answer.headers.get("content-type", "")
                body = answer.json() if is_json else None
                if isinstance(body, dict):
                    body.pop("instance", None)
                    body.pop(_OF_THE_MOMENT.get(path), None)
                found[role.value, path] = (answer.status_code, body)
    return found


def _askers(operation: dict[str, Any]) -> list[Role]:
    """Return the roles that have the scope of a call, and one of those that have not."""
    scopes = [Scope(one) for way in operation.get("security", ()) for one in way.get("client", ())]
    having = [role for role in PURPOSES if {*scopes} <= ROLE_SCOPES[role]]
    return having + [role for role in PURPOSES if role not in having][:1]


def _is_compared(path: str) -> bool:
    return path.startswith("/v1/") and not path.startswith(_APART)


def _user(world: World, role: Role) -> User:
    names = {Role.FORCE: "custody-01", Role.EXAMINER: "examiner-a"}
    force = "01" if role is Role.FORCE else "89" if role in ROLES_OF_FORCES else None
    return world.user(role, names.get(role, f"{role.value}-a"), force=force)


def found_by_search(world: World) -> list[tuple[Any, ...]]:
    search_id = world.search(1)
    with world.services.units.read() as unit:
        proposed = unit.searches.candidates(search_id)  # type: ignore[arg-type]
    return [(each.person_id, each.rank, each.evidence) for each in proposed]


@pytest.mark.dear("asks every call that reads, as every role, five times")
def test_called_back_nothing_differs_and_waiting_looks_like_erased(world: World) -> None:
    linked = make_link(world)
    encounter_id = next(
        body["subject_refs"][0]
        for body in bodies(world, Enrolled.event_type)
        if linked.person_id in body["subject_refs"]
    )
    # The first look at a link is a disclosure, which it then tells.
    first = answers(linked, encounter_id)
    before = answers(linked, encounter_id, first)

    erasure_id = confirmed(world, linked.person_id, ENDED)
    hidden = answers(linked, encounter_id, first)
    assert call_back(world, erasure_id).json()["state"] == "called-back"
    after = answers(linked, encounter_id, first)
    confirmed(world, linked.person_id)
    assert carry_out_erasures(world.services) == 1
    erased = answers(linked, encounter_id, first)

    assert after == before
    assert hidden == erased
    assert hidden != before


def test_a_hidden_person_is_found_by_no_search_and_called_back_as_before(world: World) -> None:
    enrolled = world.enrol(1)
    person_id, record_id = enrolled["person_id"], enrolled["record_id"]
    world.enrol(2)

    found, names = found_by_search(world), enquire(world, 1)
    erasure_id = confirmed(world, person_id, ENDED)
    hidden_found, hidden_names = found_by_search(world), enquire(world, 1)
    call_back(world, erasure_id)
    after_found, after_names = found_by_search(world), enquire(world, 1)

    assert person_id in {each[0] for each in found}
    assert person_id not in {each[0] for each in hidden_found}
    assert after_found == found
    named, hidden, after = (
        [each["record_id"] for each in each_time]
        for each_time in (names, hidden_names, after_names)
    )
    assert (record_id in named, record_id in hidden) == (True, False)
    assert after == named


def test_the_index_forgets_a_hidden_person_and_takes_them_up_again(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    world.enrol(2)
    index = world.services.gallery.index
    before = index.snapshot.held_rows()

    for _ in range(2):  # again and again
        erasure_id = confirmed(world, person_id, ENDED)
        hidden = index.snapshot.held_rows()
        index.compact()
        call_back(world, erasure_id)
        shown = index.snapshot.held_rows()
        index.compact()
        assert (len(before) - len(hidden), sorted(shown)) == (1, sorted(before))
        assert sorted(index.snapshot.held_rows()) == sorted(before)


def test_nothing_is_hidden_by_one_person(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    erasure_id = asked(world, person_id, ENDED)

    alone = world.supervisor().post(f"/v1/erasures/{erasure_id}/confirmation")

    assert_problem(alone, 409, "self-verification")
    assert person_id in {each[0] for each in found_by_search(world)}
    assert carry_out_erasures(later(world.services, 1_000)) == 0


def test_the_database_refuses_a_confirmation_by_the_same_person(
    world: World, database_url: str
) -> None:
    erasure_id = asked(world, world.enrol(1)["person_id"], ENDED)
    now = world.services.surroundings.clock()
    for asker in ("supervisor-a", "tom"):
        row = {
            "erasure_id": erasure_id,
            "asked_by": asker,
            "confirmed_by": "supervisor-a",
            "confirmed_at": now,
            "due_at": now,
        }
        with connection(database_url) as raw, pytest.raises(IntegrityError):
            raw.execute(insert(erasure_confirmations).values(row))


def test_it_waits_as_the_policy_says_and_an_order_takes_the_wait_away(world: World) -> None:
    world.enrol(3)
    confirmed(world, world.enrol(1)["person_id"], ENDED)

    early = carry_out_erasures(later(world.services, 71.9))
    late = carry_out_erasures(later(world.services, 72.1))
    confirmed(world, world.enrol(2)["person_id"], ORDER)
    at_once = carry_out_erasures(world.services)

    assert (early, late, at_once) == (0, 1, 1)
    waits = [stated(body)["wait_hours"] for body in bodies(world, ErasureConfirmed.event_type)]
    assert sorted(waits) == [0, 72]


def test_the_reference_of_an_order_is_shown_and_kept_sealed(
    world: World, database_url: str
) -> None:
    erasure_id = confirmed(world, world.enrol(1)["person_id"], ORDER)
    carry_out_erasures(world.services)

    shown = world.supervisor().get(f"/v1/erasures/{erasure_id}").json()
    with connection(database_url) as raw:
        stored = [bytes(body) for body in raw.execute(payloads.select()).scalars("body")]
    kinds = (ErasureAsked, ErasureConfirmed, Erased)
    told = json.dumps([bodies(world, kind.event_type) for kind in kinds])

    assert (shown["court_order"], shown["state"]) == (ORDER["court_order"], "carried-out")
    assert ORDER["court_order"] not in told
    assert not [body for body in stored if ORDER["court_order"].encode() in body]


def test_each_step_is_an_event_by_the_person_who_took_it(world: World) -> None:
    first, second = (world.enrol(number)["person_id"] for number in (1, 2))
    called_back = confirmed(world, first, ENDED)
    call_back(world, called_back)
    carried_out = confirmed(world, second)
    carry_out_erasures(world.services)

    kinds = (ErasureAsked, ErasureConfirmed, ErasureCalledBack, Erased)
    told = {kind: bodies(world, kind.event_type) for kind in kinds}

    assert {body["actor"] for body in told[ErasureAsked]} == {"supervisor-a"}
    assert {body["actor"] for body in told[ErasureConfirmed]} == {"supervisor-b"}
    assert [body["actor"] for body in told[ErasureCalledBack]] == ["supervisor-c"]
    assert [body["actor"] for body in told[Erased]] == ["eraser"]
    assert stated(told[Erased][0])["erasure_id"] == carried_out
    assert told[ErasureCalledBack][0]["subject_refs"][0] == called_back


def test_each_step_is_taken_once(world: World) -> None:
    person_id = world.enrol(1)["person_id"]
    erasure_id = asked(world, person_id, ENDED)
    again = world.supervisor("supervisor-c").post(f"/v1/people/{person_id}/erasure", ENDED)
    confirmer = world.supervisor("supervisor-b")
    path = f"/v1/erasures/{erasure_id}/confirmation"
    statuses = [confirmer.post(path).status_code for _ in range(2)]
    statuses += [call_back(world, erasure_id).status_code for _ in range(2)]

    assert_problem(again, 409, "conflict")
    assert statuses == [200, 409, 200, 409]
    assert_problem(confirmer.post(path), 409, "conflict")
    assert_problem(call_back(world, "unknown"), 404, "not-found")
    assert person_id in {each[0] for each in found_by_search(world)}


def test_two_hidden_people_share_what_speaks_of_both(world: World) -> None:
    """The evidence of one's search about the other stays hidden while either is."""
    linked = make_link(world)
    other = next(each[0] for each in found_by_search(world) if each[0] != linked.person_id)
    evidence = f"/v1/searches/{linked.search_id}/evidence"
    before = world.auditor().get(evidence).json()

    mine, theirs = (confirmed(world, each, ENDED) for each in (linked.person_id, other))
    call_back(world, mine)
    one = world.auditor().get(evidence)
    call_back(world, theirs)
    after = world.auditor().get(evidence).json()

    assert after == before
    assert one.json() != before


def test_a_hidden_person_gets_no_capture_no_amendment_and_no_merge(world: World) -> None:
    enrolled, other = world.enrol(1), world.enrol(2)
    confirmed(world, enrolled["person_id"], ENDED)
    body = {
        "surviving": other["person_id"],
        "absorbed": enrolled["person_id"],
        "reason": "One set of prints.",
    }

    merged = world.supervisor().post("/v1/merges", body)
    asked_again = world.supervisor().post(f"/v1/people/{enrolled['person_id']}/erasure", ENDED)

    assert merged.status_code == 404
    assert asked_again.status_code == 404


def test_lists_are_paged_and_for_supervisors_alone(world: World) -> None:
    ids = [asked(world, world.enrol(number)["person_id"], ENDED) for number in (1, 2, 3)]
    supervisor = world.supervisor()

    first = supervisor.get("/v1/erasures?limit=2").json()
    rest = supervisor.get(f"/v1/erasures?limit=2&before={first['next_before']}").json()

    assert [one["erasure_id"] for one in first["erasures"] + rest["erasures"]] == ids[::-1]
    assert rest["next_before"] is None
    for role in (Role.FORCE, Role.EXAMINER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert_problem(_user(world, role).get("/v1/erasures"), 403, "not-permitted")
