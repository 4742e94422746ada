"""A restricted item leaves by no way, while the rest of its record serves on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from domain.access.access import Role
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.requests.notices import give_owed_notices
from tests.integration.api.driver import World
from tests.integration.api.prints import record as record_of
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import applied, checked, issued
from tests.integration.certificates.applying import released as certified
from tests.integration.disclosure.asking import document_of, identified, own_request, prepared
from tests.integration.disclosure.conftest import OTHER, SeenBefore
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    asked,
    carry_out,
    decide,
    decider,
    deletion_request,
)
from tests.integration.disclosure.restricting import BODY, item_restricted, lifted, restricted
from tests.integration.looks.walking import Walk
from tests.integration.provenance.busy import confirm, proposed
from tests.integration.requests.working import FINE, add_convictions, amend, opened
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("restriction")

LIVE = FINE | {"asn": "2001010000000000001X"}

HIS = re.compile(r"York Magistrates")
HOLDER = {
    "/v1/restrictions/{restriction_id}/evidence",
    "/workbench/restrictions/{restriction_id}/evidence",
}


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """Return a person with two convictions."""
    enrolled = world.enrol(1)
    add_convictions(world, enrolled["record_id"], FINE, OTHER)
    return enrolled


def _record(world: World, known: dict[str, Any]) -> dict[str, Any]:
    answer = world.force().get(f"/v1/records/{known['record_id']}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _ids(world: World, known: dict[str, Any]) -> list[str]:
    return [one["item_id"] for one in _record(world, known)["items"]]


@pytest.mark.parametrize("walked", ["sqlite"], indirect=True)
@pytest.mark.dear("asks for every address that shows something, as every role")
def test_nothing_of_a_restricted_item_is_shown_at_any_address(
    restricting: Office, seen_before: SeenBefore
) -> None:
    world, after = restricting.world, Walk(restricting)
    ids, before = seen_before.ids, seen_before.walk
    live = world.force("47").get(f"/v1/records/{ids['record_id']}").json()
    (item_id,) = (one["item_id"] for one in live["items"] if "York" in str(one))

    restriction_id = item_restricted(world, ids["record_id"], item_id, holder="47")
    after.again(before, ids | {"restriction_id": restriction_id}, new="restriction")

    assert len({seen.route for seen in before.seen if HIS.search(seen.text)}) >= 2
    shows = {(seen.route, seen.role) for seen in after.seen if HIS.search(seen.text)}
    assert shows == {(route, Role.FORCE) for route in HOLDER}
    assert [seen.route for seen in after.seen if "{record_id}" in seen.route], "the rest is there"


def test_the_record_serves_on_without_the_item_and_has_it_back_in_its_place(
    world: World, known: dict[str, Any]
) -> None:
    before = _ids(world, known)
    restriction_id = item_restricted(world, known["record_id"], "conviction-1")
    hidden = _ids(world, known)
    old = world.force().get(f"/v1/records/{known['record_id']}/versions/2")
    enquiry = {"details": {"names": record_of(1)["names"]}}
    found = world.force("47").post("/v1/names-enquiries", enquiry).json()["candidates"]
    amend(world, known["record_id"], {"change": "withdraw", "item_id": "conviction-2"})
    add_convictions(world, known["record_id"], FINE | {"reference": "9/24"})
    lifted(world, restriction_id)

    assert hidden == [one for one in before if one != "conviction-1"]
    assert_problem(old, 410, "payload-erased")
    assert len(found) == 1
    last = [one for one in _ids(world, known) if one.startswith("conviction")]
    assert last == ["conviction-1", "conviction-3"]
    again = world.force().get(f"/v1/records/{known['record_id']}/versions/2")
    assert again.status_code == 200


def test_the_holder_reads_the_item_alone_and_on_record(
    world: World, known: dict[str, Any]
) -> None:
    path = f"/v1/restrictions/{item_restricted(world, known['record_id'], 'conviction-2')}"

    read = world.force("01").get(f"{path}/evidence")
    entries = world.auditor().get("/v1/log/search?type=restricted-evidence-read").json()["entries"]
    shown = world.supervisor().get(path).json()

    assert "York Magistrates' Court" in read.text
    assert [one["item_id"] for one in read.json()["records"][0]["held"]] == ["conviction-2"]
    assert read.json()["captures"] == []
    assert len(entries) == 1
    assert (shown["record_id"], shown["item_id"]) == (known["record_id"], "conviction-2")
    assert world.force("47").get(f"{path}/evidence").status_code == 404
    assert world.supervisor().get(f"{path}/evidence").status_code == 403


def test_a_caution_is_restricted_with_its_parts_and_read_with_its_entry(
    world: World, known: dict[str, Any]
) -> None:
    arrested(world, known["record_id"], arrest("cautioned"))
    of_caution = [one for one in _record(world, known)["items"] if "cautioned" in str(one)]
    (caution,) = (one["item_id"] for one in of_caution)
    inner = item_restricted(world, known["record_id"], caution)
    report = next(
        one["item_id"] for one in _record(world, known)["items"] if "2023-05-06" in str(one)
    )
    outer = item_restricted(world, known["record_id"], report)

    read = world.force().get(f"/v1/restrictions/{inner}/evidence").json()["records"][0]["held"]
    told = {"told_on": world.services.today().isoformat(), "reasons": "Over."}
    early = world.supervisor().post(f"/v1/restrictions/{inner}/lifting", told)

    assert [one["item_id"].rpartition("-")[0] for one in read] == [
        *("arrest-report", "offence", "disposal")
    ]
    assert_problem(early, 409, "conflict")
    assert "cautioned" not in str(_record(world, known))
    lifted(world, outer)
    assert "2023-05-06" in str(_record(world, known))
    assert "cautioned" not in str(_record(world, known))
    lifted(world, inner)
    assert [one for one in _record(world, known)["items"] if "cautioned" in str(one)] == of_caution


def test_a_certificate_never_says_no_trace_or_all_over_a_restricted_matter(world: World) -> None:
    known = world.enrol(1)
    add_convictions(world, known["record_id"], LIVE)
    before = issued(certified(world))
    restriction_id = item_restricted(world, known["record_id"], "conviction-1")

    answer = certified(world, reference="II K 13/26")

    assert before["outcome"] == "Trace"
    assert checked(world, before["number"], before["code"]) == "superseded"
    assert issued(answer)["outcome"] == "cannot be certified"
    lifted(world, restriction_id)
    assert issued(certified(world, reference="II K 14/26"))["outcome"] == "Trace"


def test_a_proposal_falls_when_an_item_is_restricted_before_the_second_reading(
    world: World,
) -> None:
    known = world.enrol(1)
    add_convictions(world, known["record_id"], LIVE)
    request = applied(world)
    request.search_by_details()
    request.identify_first()
    assert request.post("decision", decision="release").status_code == 200

    item_restricted(world, known["record_id"], "conviction-1")

    answer = request.post("second-reading", by=world.officer("officer-b"), agrees=True)
    assert_problem(answer, 409, "not-releasable")
    assert request.read()["disclosures"] == []


def test_a_third_party_is_told_the_rest_and_never_that_there_is_no_record(
    world: World, known: dict[str, Any]
) -> None:
    item_restricted(world, known["record_id"], "conviction-2")
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    told = request.release()
    item_restricted(world, known["record_id"], "conviction-1")
    later = opened(world, reference="II K 13/26")
    later.search_by_details()
    later.identify_first()

    assert told["items"] == 1
    assert "Leeds Magistrates" in told["content"]
    assert "York Magistrates" not in told["content"]
    assert later.release()["outcome"] == "nothing that we must give"


def test_recipients_of_the_item_hear_of_it_once_and_others_do_not(
    world: World, known: dict[str, Any]
) -> None:
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    request.release()
    item_restricted(world, known["record_id"], "conviction-2")

    assert give_owed_notices(world.services, lambda: False) == 1
    assert give_owed_notices(world.services, lambda: False) == 0

    (notice,) = request.read()["notices"]
    assert notice["kind"] == "restricted"


def test_an_own_answer_is_made_without_the_item(world: World, known: dict[str, Any]) -> None:
    item_restricted(world, known["record_id"], "conviction-2")
    request = identified(own_request(world))
    prepared(request)
    request.release()

    assert "York Magistrates" not in str(document_of(request))
    assert "Leeds Magistrates" in str(document_of(request))


def test_evidence_that_is_kept_is_neither_erased_nor_deleted_around(
    world: World, known: dict[str, Any]
) -> None:
    arrested(world, known["record_id"], arrest("no further action"))
    deletion_id = asked(deletion_request(world))
    assert decide(decider(world), deletion_id, "entry").status_code == 200
    restriction_id = item_restricted(world, known["record_id"], "conviction-1")
    order = {"basis": "court order", "authority": "ORDER-9"}
    path = f"/v1/people/{known['person_id']}/erasure"

    refused = carry_out(world, deletion_id)

    assert_problem(refused, 409, "conflict")
    assert "restricted" in refused.json()["detail"]
    assert_problem(world.supervisor().post(path, order), 409, "conflict")
    lifted(world, restriction_id)
    assert carry_out(world, deletion_id).status_code == 200
    assert world.supervisor().post(path, order).status_code == 202


def test_restrictions_of_a_person_and_of_an_item_lift_in_any_order_but_one(
    world: World, known: dict[str, Any]
) -> None:
    before = _ids(world, known)
    item = item_restricted(world, known["record_id"], "conviction-1")
    person = restricted(world, known["person_id"])
    told = {"told_on": world.services.today().isoformat(), "reasons": "Over."}

    early = world.supervisor().post(f"/v1/restrictions/{item}/lifting", told)
    lifted(world, person)
    hidden = world.force().get(f"/v1/records/{known['record_id']}/versions/2")

    assert_problem(early, 409, "conflict")
    assert_problem(hidden, 410, "payload-erased")
    lifted(world, item)
    assert _ids(world, known) == before
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


@pytest.mark.parametrize(
    ("item_id", "other", "status", "code"),
    [
        ("conviction-9", {}, 404, "not-found"),
        ("name-1", {}, 409, "conflict"),
        ("conviction-1", {"reasons": " "}, 422, "malformed-request"),
        ("conviction-1", {"holder": "ZZ"}, 400, "unknown-force"),
    ],
)
def test_bad_input_restricts_nothing(
    sqlite_world: World, item_id: str, other: dict[str, str], status: int, code: str
) -> None:
    known = sqlite_world.enrol(1)
    add_convictions(sqlite_world, known["record_id"], FINE)
    path = f"/v1/records/{known['record_id']}/items/{item_id}/restriction"

    answer = sqlite_world.supervisor().post(path, BODY | other)

    assert_problem(answer, status, code)
    assert sqlite_world.force().post(path, BODY).status_code == 403
    assert sqlite_world.supervisor().get("/v1/restrictions").json()["restrictions"] == []


def test_an_item_is_restricted_once(world: World, known: dict[str, Any]) -> None:
    item_restricted(world, known["record_id"], "conviction-1")
    path = f"/v1/records/{known['record_id']}/items/conviction-1/restriction"

    assert_problem(world.supervisor().post(path, BODY), 404, "not-found")
    assert_problem(
        world.supervisor().post("/v1/records/none/items/conviction-1/restriction", BODY),
        404,
        "not-found",
    )


def test_a_supervisor_restricts_an_item_on_the_page(sqlite_office: Office) -> None:
    known = sqlite_office.world.enrol(1)
    add_convictions(sqlite_office.world, known["record_id"], OTHER)
    form = {
        "record": known["record_id"],
        "item": "conviction-1",
        "item_ground": "accuracy disputed",
        "item_holder": "01",
    }
    supervisor, holder = sqlite_office.supervisor(), sqlite_office.force("01")

    bare = supervisor.follow("restrictions", "restrictions/items", **form, item_reasons="")
    unknown = supervisor.follow(
        "restrictions", "restrictions/items", **(form | {"item": "x"}), item_reasons="Disputed."
    )
    listed = supervisor.follow(
        "restrictions", "restrictions/items", **form, item_reasons="Disputed."
    )
    world = sqlite_office.world
    (one,) = world.supervisor().get("/v1/restrictions").json()["restrictions"]
    evidence = holder.page(f"restrictions/{one['restriction_id']}/evidence")

    assert (bare.status_code, unknown.status_code) == (422, 422)
    assert "Give the reasons." in bare.text
    assert "conviction-1" in listed.text
    assert "York Magistrates" in evidence
    assert "Forename1" not in evidence


def test_evidence_of_a_person_merged_meanwhile_is_neither_erased_nor_deleted(
    world: World, known: dict[str, Any]
) -> None:
    survivor = world.enrol(2)
    arrested(world, known["record_id"], arrest("no further action"))
    path = f"/v1/people/{survivor['person_id']}/erasure"
    order = {"basis": "court order", "authority": "ORDER-9"}
    restriction_id = item_restricted(world, known["record_id"], "conviction-1")
    asked_for = world.supervisor("sue").post(path, order).json()
    body = {
        "surviving": survivor["person_id"],
        "absorbed": known["person_id"],
        "reason": "One set of prints.",
    }
    confirm(world, proposed(world, "/v1/merges", body))

    confirmed = world.supervisor("tom").post(
        f"/v1/erasures/{asked_for['erasure_id']}/confirmation"
    )

    assert_problem(confirmed, 409, "conflict")
    assert "restricted" in confirmed.json()["detail"]
    back = world.supervisor().post(f"/v1/erasures/{asked_for['erasure_id']}/call-back")
    assert back.status_code == 200, back.text
    deletion_id = asked(deletion_request(world, person=2))
    assert decide(decider(world), deletion_id, "entry").status_code == 200
    assert_problem(carry_out(world, deletion_id), 409, "conflict")
    assert world.force().get(f"/v1/restrictions/{restriction_id}/evidence").status_code == 200
