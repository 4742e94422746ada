"""A deletion from the application to the last acknowledgement, and the things it must not be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.ids import SearchId
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.disclosure.deciding import chase_late_deletions
from service.usecases.log.verification import verify_store
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.merging import merged, parted
from tests.integration.disclosure.asking import UNKNOWN, identified, own_request
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    ask,
    asked,
    carry_out,
    cases_of,
    decide,
    decider,
    deletion_request,
)
from tests.integration.requests.working import FINE, add_convictions, amend, opened
from tests.integration.web.driver import Office

ENTRY = "Burglary of a lighthouse"


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """Return a person with a conviction, and with an arrest that led to nothing."""
    return _known(world)


@pytest.fixture
def plain(sqlite_world: World) -> dict[str, Any]:
    """Return the same person over SQLite alone."""
    return _known(sqlite_world)


def _known(world: World) -> dict[str, Any]:
    enrolled = world.enrol(1)
    add_convictions(world, enrolled["record_id"], FINE)
    arrested(world, enrolled["record_id"], arrest("no further action"))
    return enrolled


def _record(world: World, known: dict[str, Any], version: int | None = None) -> Any:
    path = f"/v1/records/{known['record_id']}"
    return world.force().get(path if version is None else f"{path}/versions/{version}")


@pytest.mark.journey
def test_a_deletion_runs_from_the_application_to_the_last_acknowledgement(
    world: World, known: dict[str, Any]
) -> None:
    told = identified(opened(world, asker={"kind": "state", "code": "POL"}))
    told.release()
    request = deletion_request(world)
    deletion_id = asked(request)
    early = request.post("decision", decision="release")
    assert decide(decider(world), deletion_id, "entry", "prints").status_code == 200
    assert request.post("decision", decision="release").status_code == 200
    other = world.officer("officer-b")
    assert request.post("second-reading", by=other, agrees=True).status_code == 200

    done = carry_out(world, deletion_id)
    assert give_owed_notices(world.services, lambda: False) == 1
    unanswered = world.officer().get("/v1/disclosure-notices/unanswered").json()["notices"]
    (notice,) = unanswered
    path = f"/v1/disclosure-notices/{notice['notice_id']}/acknowledgement"
    assert world.officer().post(path).status_code == 204

    assert early.json()["type"] == "/problems/not-releasable"
    assert done.json()["state"] == "carried out"
    assert (notice["recipient"]["code"], notice["kind"]) == ("POL", "erased")
    assert world.officer().get("/v1/disclosure-notices/unanswered").json()["notices"] == []
    assert ENTRY not in _record(world, known).text
    assert "Theft from a shop" in _record(world, known).text
    assert _record(world, known, version=3).status_code == 410
    prints = opened(world, reference="II K 9/26")
    search_id = prints.search_by_prints(1)
    with world.services.units.read() as unit:
        assert unit.searches.candidates(search_id) == ()  # type: ignore[arg-type]
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings
    assert carry_out(world, deletion_id).status_code == 409


def test_a_deletion_done_between_two_pages_hides_none_behind_it(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    later = arrest("acquitted", "2023-06-07") | {"asn": ""}
    arrested(world, plain["record_id"], later)
    request, one = deletion_request(world), {"asked": ["entry"], "captures": []}
    ids = [asked(request, **one), asked(request, arrest_on="2023-06-07", **one)]
    decide(decider(world), ids[0], "entry")
    assert carry_out(world, ids[0]).status_code == 200

    answer = decider(world).get(f"/v1/deletions?limit=1&after={ids[0]}").json()

    assert [found["case"]["deletion_id"] for found in answer["deletions"]] == ids[1:]


def test_prints_go_and_the_entry_stays_where_the_force_says_so(
    world: World, known: dict[str, Any]
) -> None:
    deletion_id = asked(deletion_request(world))
    decide(decider(world), deletion_id, "prints")

    assert carry_out(world, deletion_id).status_code == 200

    assert ENTRY in _record(world, known).text
    assert world.force().get(f"/v1/encounters/{known['encounter_id']}").status_code == 404
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_the_entry_goes_from_every_version_and_the_prints_stay(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    deletion_id = asked(deletion_request(world), asked=["entry"], captures=[])
    assert decide(decider(world), deletion_id, "prints").status_code == 400
    decide(decider(world), deletion_id, "entry")

    carry_out(world, deletion_id)

    texts = [_record(world, plain, version=number).text for number in (1, 2, 3, 4)]
    assert not [text for text in texts if ENTRY in text]
    assert world.force().get(f"/v1/encounters/{plain['encounter_id']}").status_code == 200
    item = {"kind": "name", "surname": "Alias"}
    assert amend(world, plain["record_id"], {"change": "add", "item": item}) == 5


@pytest.mark.parametrize(
    ("disposal", "words"),
    [("convicted", "only a court can undo"), ("charged", "are open"), (None, "are open")],
)
def test_convictions_and_open_proceedings_are_not_accepted_and_it_is_said_why(
    sqlite_world: World, disposal: str | None, words: str
) -> None:
    record_id = sqlite_world.enrol(1)["record_id"]
    arrested(sqlite_world, record_id, arrest(disposal))
    request = deletion_request(sqlite_world)

    shown = next(one for one in cases_of(request)["arrests"] if one["on"] == "2023-05-06")
    answer = ask(request)

    assert words in shown["why_not"]
    assert (answer.status_code, answer.json()["detail"]) == (409, shown["why_not"])


@pytest.mark.parametrize("disposal", ["acquitted", "cautioned", "penalty notice"])
def test_what_is_no_conviction_is_accepted(sqlite_world: World, disposal: str) -> None:
    arrested(sqlite_world, sqlite_world.enrol(1)["record_id"], arrest(disposal))

    assert ask(deletion_request(sqlite_world)).status_code == 201


def test_the_owning_force_decides_and_no_other(sqlite_world: World, plain: dict[str, Any]) -> None:
    world = sqlite_world
    deletion_id = asked(deletion_request(world))
    own, other = decider(world), decider(world, "custody-47", force="47")

    listed = own.get("/v1/deletions").json()["deletions"]

    assert [one["case"]["deletion_id"] for one in listed] == [deletion_id]
    assert own.get(f"/v1/deletions/{deletion_id}").json()["offences"] == [ENTRY]
    assert other.get("/v1/deletions").json()["deletions"] == []
    assert other.get(f"/v1/deletions/{deletion_id}").status_code == 404
    assert decide(other, deletion_id, "entry").status_code == 404
    assert decide(world.officer(), deletion_id, "entry").status_code == 403
    assert carry_out(world, deletion_id).status_code == 409


def test_another_officer_of_the_force_reviews_a_decision_once(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    deletion_id = asked(deletion_request(world))
    first, second = decider(world), decider(world, "clerk-01")
    rejected = decide(first, deletion_id)
    own = decide(first, deletion_id, "prints")
    reviewed = decide(second, deletion_id, "prints")
    third = decide(decider(world, "clerk-02"), deletion_id)

    assert rejected.json()["state"] == "decided"
    assert own.json()["type"] == "/problems/self-verification"
    assert reviewed.json()["state"] == "reviewed"
    assert [one["approved"] for one in reviewed.json()["decisions"]] == [[], ["prints"]]
    assert third.status_code == 409
    assert carry_out(world, deletion_id).status_code == 200


def test_a_late_force_is_reminded_again_and_again_and_nothing_is_decided(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    deletion_id = asked(deletion_request(world))
    now = world.services.surroundings.clock()

    def chased(days: int) -> int:
        surroundings = replace(
            world.services.surroundings, clock=lambda: now + timedelta(days=days)
        )
        return chase_late_deletions(replace(world.services, surroundings=surroundings))

    assert [chased(days) for days in (20, 29, 30, 57, 58, 400)] == [0, 1, 0, 1, 0, 1]
    case = decider(world).get(f"/v1/deletions/{deletion_id}").json()["case"]
    assert (case["state"], case["chases"], case["decisions"]) == ("waiting for the force", 3, [])


def test_prints_that_a_link_rests_on_are_not_deleted_before_it_is_revoked(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    case_id = world.case_of(world.search(1))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=plain["person_id"])
    request = deletion_request(world)
    captures = [one["encounter_id"] for one in cases_of(request)["captures"]]

    answer = ask(request, captures=captures)

    assert "link" in answer.json()["detail"]
    assert answer.status_code == 409


def test_prints_that_a_link_rests_on_are_known_after_a_merge(world: World) -> None:
    known, kept = _known(world), world.enrol(2)["person_id"]
    case_id = world.case_of(world.search(1))
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=known["person_id"])
    request = deletion_request(world)

    merged(world, kept, known["person_id"])
    answer = ask(request)

    assert "link" in answer.json()["detail"]
    assert answer.status_code == 409


def _found(world: World, person: int) -> set[str]:
    with world.services.units.read() as unit:
        found = unit.searches.candidates(SearchId(world.search(person)))
    return {one.person_id for one in found}


def test_prints_are_deleted_wherever_a_merge_moved_them(world: World) -> None:
    known, kept = _known(world), world.enrol(2)["person_id"]
    deletion_id = asked(deletion_request(world))
    decide(decider(world), deletion_id, "prints")
    assert known["person_id"] in _found(world, 1)

    merge_id = merged(world, kept, known["person_id"])
    assert carry_out(world, deletion_id).status_code == 200
    parted(world, merge_id)

    assert _found(world, 1) == {kept}
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_a_deletion_does_not_reach_a_person_whose_merge_was_taken_back(world: World) -> None:
    known, other = _known(world), world.enrol(2)["person_id"]
    merge_id = merged(world, other, known["person_id"])
    request = deletion_request(world, person=2)
    deletion_id = asked(request)
    decide(decider(world), deletion_id, "entry", "prints")

    parted(world, merge_id)
    refused = carry_out(world, deletion_id)

    assert refused.status_code == 409
    assert "merge" in refused.json()["detail"]
    assert ENTRY in _record(world, known).text
    assert known["person_id"] in _found(world, 1)
    assert cases_of(request)["cases"][0]["state"] == "decided"


def test_bad_cases_are_refused(sqlite_world: World, plain: dict[str, Any]) -> None:
    world = sqlite_world
    stranger = world.enrol(2)
    request = deletion_request(world)
    early = own_request(world, kind="record-deletion", words="Why not?")
    path = f"{early.at}/deletions"
    body = {"record_id": plain["record_id"], "item_id": "arrest-report-2", "asked": ["entry"]}

    refused = {
        "nothing asked": ask(request, asked=[]),
        "no ground": ask(request, ground="because"),
        "prints of another": ask(request, captures=[stranger["encounter_id"]]),
        "no prints named": ask(request, captures=[]),
        "no such arrest": ask(request, item_id="arrest-report-9"),
        "not identified": early.officer.post(path, body | {"ground": "no-crime"}),
    }
    unknown = identified(own_request(world, kind="record-deletion", words="Why?", subject=UNKNOWN))
    asked(request)

    codes = {name: answer.status_code for name, answer in refused.items()}
    assert codes == dict.fromkeys(codes, 400) | {"not identified": 409}
    assert cases_of(unknown)["arrests"] == []
    assert ask(request).status_code == 409
    assert own_request(world, kind="rectification", words="A name.").read()["due_on"]
    wordless = {"kind": "record-deletion", "words": ""}
    assert world.officer().post("/v1/requests", _asked(**wordless)).status_code == 400


def _asked(**other: str) -> dict[str, Any]:
    return {
        "asker": {"kind": "person"},
        "purpose": "request of the person",
        "received_on": "2026-03-02",
        "subject": {"names": [{"surname": "Surname1"}]},
    } | other


def test_a_rectification_is_amended_by_the_force_and_told_to_every_recipient(
    sqlite_world: World, plain: dict[str, Any]
) -> None:
    world = sqlite_world
    told = identified(opened(world))
    told.release()
    request = identified(own_request(world, kind="rectification", words="The court was York."))
    item = {"kind": "conviction", "conviction": FINE | {"court": {"name": "York"}}}
    amend(
        world,
        plain["record_id"],
        {"change": "correct", "item_id": "conviction-1", "item": item},
    )
    request.release()

    assert give_owed_notices(world.services, lambda: False) == 1
    (notice,) = told.read()["notices"]
    assert notice["kind"] == "corrected"


def test_the_command_lists_recipients_that_have_not_answered(
    sqlite_office: Office,
) -> None:
    from service.main import app  # noqa: PLC0415 - the whole command line

    world = sqlite_office.world
    known, settings = _known(world), sqlite_office.app.state.api.settings
    told = identified(opened(world))
    told.release()
    item = {"kind": "conviction", "conviction": FINE | {"reference": "7/24"}}
    change = {"change": "correct", "item_id": "conviction-1", "item": item}
    amend(world, known["record_id"], change)
    give_owed_notices(world.services, lambda: False)
    call = ["erasure", "unanswered", "--json", "--store", str(settings.store)]
    env = {"IDENTLINK_DATABASE_URL": settings.database_url.get_secret_value()}

    said = CliRunner().invoke(app, call, env=env)

    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["recipient"] == "state POL"
