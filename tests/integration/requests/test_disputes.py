"""What one person on record had goes home when two are parted, and "not me" is heard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from service.usecases.people import rehoming
from service.usecases.requests.notices import give_owed_notices
from tests.court_messages import Said, Told
from tests.integration.agencies.test_court_results import laid, sent, step
from tests.integration.api.driver import World
from tests.integration.api.merging import merged
from tests.integration.api.prints import encounter, record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import applied, checked, issued
from tests.integration.certificates.applying import released as certified
from tests.integration.disclosure.asking import document_of, identified, own_request, prepared
from tests.integration.requests.working import FINE, Worked, amend, opened
from tests.integration.retention.test_bases import verified

pytestmark = pytest.mark.promise("records")

ASN_OF = {1: "2605CJ0000000000123G", 2: "2605CJ0000000000456U"}
"""The numbers under which two people are on record."""


def report(asn: str, *, force: str = "89", on: str = "2026-01-11", **other: Any) -> dict[str, Any]:
    offence = {
        "code": "TH68010",
        "title": "Theft from a shop",
        "is_recordable": True,
        "committed_on": "2026-01-10",
        "disposals": [{"disposal": "no further action", "on": "2026-02-01"}],
    }
    return {"asn": asn, "force": force, "on": on, "offences": [offence | other]}


def put(world: World, person: int) -> tuple[str, str]:
    """Have the office put a person on record without prints; return person and record."""
    answer = world.officer().post(
        "/v1/records", record(person) | {"arrest_reports": [report(ASN_OF[person])]}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["person_id"], answer.json()["record_id"]


def printed(world: World, person: int) -> tuple[str, str]:
    """Enrol a person with prints of 6 May 2024; return person and record."""
    body = encounter(person)
    body["record"] |= {"arrest_reports": [report(ASN_OF[person])]}
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["person_id"], answer.json()["record_id"]


def conviction(reference: str, **other: Any) -> dict[str, Any]:
    return FINE | {"reference": reference} | other


def add(world: World, record_id: str, force: str, *items: dict[str, Any]) -> None:
    changes = [{"change": "add", "item": one} for one in items]
    amend(world, record_id, *changes, force=force)


def says(world: World, record_id: str, force: str) -> set[str]:
    """Return what tells the entries of a record apart: numbers, and references of convictions."""
    answer = world.force(force).get(f"/v1/records/{record_id}")
    assert answer.status_code == 200, answer.text
    told = [one["item"] for one in answer.json()["items"]]
    found = {one["asn"] for one in told if one["kind"] == "arrest-report"}
    return found | {one["conviction"]["reference"] for one in told if one["kind"] == "conviction"}


def undecided(world: World) -> list[dict[str, Any]]:
    answer = world.officer().get("/v1/disputes")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["disputes"])


def proposed(world: World, dispute_id: str, *, theirs: bool, step: int = 0) -> Any:
    body = {"expected_step": step, "is_theirs": theirs, "words": "By the charge sheet."}
    return world.officer().post(f"/v1/disputes/{dispute_id}/proposal", body)


def agreed(world: World, dispute_id: str, step: int = 1, by: str = "officer-b") -> Any:
    body = {"expected_step": step, "agrees": True}
    return world.officer(by).post(f"/v1/disputes/{dispute_id}/answer", body)


def decided(world: World, dispute_id: str, *, theirs: bool) -> str:
    assert proposed(world, dispute_id, theirs=theirs).status_code == 200
    answer = agreed(world, dispute_id)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["state"])


def raised(world: World, record_id: str, item_id: str, **other: Any) -> Any:
    body = {"record_id": record_id, "item_id": item_id, "words": "That was my cousin."}
    return world.officer().post("/v1/disputes", body | other)


def undo(world: World, merge_id: str) -> str:
    """Propose to undo a merge; return the proposal."""
    body = {"reason": "Two, after all."}
    answer = world.supervisor("sue").post(f"/v1/merges/{merge_id}/undoing", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merge_id"])


def part(world: World, merge_id: str) -> None:
    done = world.supervisor("tom").post(f"/v1/merges/{undo(world, merge_id)}/confirmation")
    assert done.status_code == 200, done.text


def _outcome(world: World, person: int) -> str:
    return str(issued(certified(world, person))["outcome"]).lower()


def entry(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind} | ({"conviction": value} if kind == "conviction" else value)


@pytest.mark.journey
@pytest.mark.dear("five certificates")
def test_each_matter_goes_home_by_its_own_evidence_or_waits(world: World) -> None:
    first, here = put(world, 1)
    second, there = printed(world, 2)
    add(world, there, "01", entry("conviction", conviction("8/24")))
    assert _outcome(world, 1) == "no trace"
    merge_id = merged(world, first, second)
    add(
        world,
        here,
        "89",
        entry("conviction", conviction("own", asn=ASN_OF[1])),
        entry("conviction", conviction("by-asn", asn=ASN_OF[2])),
        entry("arrest-report", report("BY-PRINTS", force="01", on="2024-05-06")),
        entry("conviction", conviction("8/24", decided_on="2024-03-01")),
        entry("conviction", conviction("nobody-knows")),
    )

    part(world, merge_id)

    assert says(world, here, "89") == {ASN_OF[1], "own", "nobody-knows"}
    assert says(world, there, "01") == {ASN_OF[2], "8/24", "by-asn", "BY-PRINTS"}
    (dispute,) = undecided(world)
    assert (dispute["person_id"], dispute["other_id"]) == (first, second)
    assert "No number, prints or source" in dispute["words"]
    assert [_outcome(world, one) for one in (1, 2)] == ["cannot be certified"] * 2
    assert verified(world)

    assert decided(world, dispute["dispute_id"], theirs=False) == "it is not theirs"
    assert says(world, here, "89") == {ASN_OF[1], "own"}
    assert "nobody-knows" in says(world, there, "01")
    assert [_outcome(world, one) for one in (1, 2)] == ["trace"] * 2
    assert verified(world)


def attached(world: World, record_id: str, version: int) -> str:
    """Have two officers attach a result, whose number nobody has, by the name alone."""
    who = record(1)
    told = Told(
        asn="2605CJ0000000000789L",
        forename=who["names"][0]["forename"],
        surname=who["names"][0]["surname"],
        born=who["dates_of_birth"][0],
        offences=(Said(began="2026-01-09"),),
    )
    matter_id = str(sent(world, told)["matter_id"])
    body = laid(record_id, version=version, laid=[{"offence": 0}])
    assert step(world, matter_id, "attachment", **body).status_code == 200
    done = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)
    assert done.json()["state"] == "attached", done.text
    return matter_id


def test_a_matter_by_name_alone_waits_and_moves_with_its_person(world: World) -> None:
    first, here = put(world, 1)
    second, there = printed(world, 2)
    merge_id = merged(world, first, second)
    matter_id = attached(world, here, 1)
    before = says(world, here, "89")

    part(world, merge_id)

    (dispute,) = undecided(world)
    shown = world.officer().get(f"/v1/disputes/{dispute['dispute_id']}").json()
    assert shown["matter_id"] == matter_id
    assert {"Theft from a shop (TH68010)"} == {
        x.partition(",")[0] for one in shown["entries"] for x in one["offences"]
    }
    assert decided(world, dispute["dispute_id"], theirs=False) == "it is not theirs"
    matter = world.officer().get(f"/v1/matters/{matter_id}").json()
    assert (matter["state"], matter["steps"][-1]["record_id"]) == ("attached", there)
    assert says(world, here, "89") < before
    # It can be taken off its new record as off its first.
    step(world, matter_id, "withdrawal", expected_step=4, words="Neither of them.")
    off = step(world, matter_id, "answer", "officer-b", expected_step=5, agrees=True)
    assert off.json()["state"] == "doubtful", off.text
    assert says(world, there, "01") == {ASN_OF[2]}
    assert verified(world)


def test_evidence_for_both_people_decides_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    first, here = put(world, 1)
    second, _ = printed(world, 2)
    merge_id = merged(world, first, second)
    add(
        world,
        here,
        "89",
        entry("arrest-report", report("BOTH", force="01", on="2024-05-06")),
    )
    capture = encounter(1, capture=2)
    del capture["record"]
    third = world.force().post("/v1/encounters", capture).json()["person_id"]
    merged(world, first, third)

    part(world, merge_id)

    (dispute,) = undecided(world)
    assert "For this person: prints" in dispute["words"]
    assert "For the other: prints" in dispute["words"]


def _disputed(world: World, here: str) -> tuple[Worked, dict[str, Any]]:
    """Have an applicant, who is found to be the person of a record, say that it is not theirs."""
    request = applied(world)
    assert request.search_by_details()
    request.identify_first()
    request_id = request.at.rpartition("/")[2]
    dispute = dict(raised(world, here, "conviction-1", request_id=request_id).json())
    listed = request.officer.get(f"{request.at}/disputes").json()
    assert [one["dispute_id"] for one in listed["disputes"]] == [dispute["dispute_id"]]
    assert ["conviction-1"] in [
        [one["item_id"] for one in event["entries"] if one["is_conviction"]]
        for event in listed["entries"]
    ]
    return request, dispute


def _meanwhile(world: World) -> None:
    """Nobody is told of what is disputed, and the person is told that it is."""
    told = opened(world)
    told.search_by_details()
    told.identify_first()
    assert told.release()["outcome"] == "nothing that we must give"
    own = identified(own_request(world))
    prepared(own)
    own.release()
    assert "Disputed: two officers are deciding" in str(document_of(own))


@pytest.mark.journey
@pytest.mark.dear("a certificate, two answers and a dispute")
def test_not_me_is_heard_before_a_certificate_and_everybody_is_told(world: World) -> None:
    _, here = put(world, 1)
    matter_id = attached(world, here, 1)
    sent_before = opened(world)
    sent_before.search_by_details()
    sent_before.identify_first()
    assert sent_before.release()["outcome"] == "information"
    certificate = issued(certified(world))
    assert certificate["outcome"] == "Trace"

    request, dispute = _disputed(world, here)

    assert dispute["cause"] == "the person says that it is not theirs"
    assert request.post("decision", decision="release").status_code == 200
    waits = request.post("second-reading", by=world.officer("officer-b"), agrees=True)
    assert_problem(waits, 409, "not-releasable")
    assert "not theirs" in waits.json()["detail"]
    _meanwhile(world)

    assert decided(world, dispute["dispute_id"], theirs=False) == "it is not theirs"
    matter = world.officer().get(f"/v1/matters/{matter_id}").json()
    assert matter["state"] == "doubtful"
    assert says(world, here, "89") == {ASN_OF[1]}
    assert checked(world, certificate["number"], certificate["code"]) == "superseded"
    give_owed_notices(world.services, lambda: False)
    assert [one["kind"] for one in sent_before.read()["notices"]] == ["corrected"]
    assert verified(world)


def test_what_is_theirs_after_all_is_given_again(world: World) -> None:
    _, here = put(world, 1)
    attached(world, here, 1)
    dispute = raised(world, here, "conviction-1").json()
    assert dispute["cause"] == "a case officer doubts that it is theirs"
    assert _outcome(world, 1) == "cannot be certified"

    assert decided(world, dispute["dispute_id"], theirs=True) == "it is theirs"

    assert _outcome(world, 1) == "trace"
    again = raised(world, here, "conviction-1")
    assert again.status_code == 201, "new facts open it again"
    assert verified(world)


def test_a_dispute_is_decided_by_two_and_opened_once(sqlite_world: World) -> None:
    world = sqlite_world
    _, here = put(world, 1)
    dispute_id = raised(world, here, "offence-1").json()["dispute_id"]
    assert_problem(raised(world, here, "arrest-report-1"), 409, "conflict")
    assert_problem(raised(world, here, "name-1"), 400, "invalid-input")
    assert_problem(raised(world, here, ""), 400, "invalid-input")
    assert_problem(raised(world, here, "arrest-report-1", words=" "), 400, "invalid-input")
    assert_problem(raised(world, "0" * 32, "offence-1"), 404, "not-found")
    other = opened(world, subject={"names": [{"forename": "Zeb", "surname": "Unheard"}]})
    wrong = raised(world, here, "", request_id=other.at.rpartition("/")[2])
    assert_problem(wrong, 409, "conflict")

    assert proposed(world, dispute_id, theirs=True).status_code == 200
    assert_problem(agreed(world, dispute_id, by="officer-a"), 409, "self-verification")
    assert_problem(agreed(world, dispute_id, step=2), 409, "conflict")
    assert_problem(proposed(world, dispute_id, theirs=False, step=1), 409, "conflict")
    no = {"expected_step": 1, "agrees": False, "words": "Ask the force first."}
    answer = world.officer("officer-b").post(f"/v1/disputes/{dispute_id}/answer", no)
    assert (answer.json()["state"], len(answer.json()["steps"])) == ("open", 2)


def test_a_dispute_decided_between_two_pages_hides_none_behind_it(sqlite_world: World) -> None:
    world = sqlite_world
    first, later = (
        raised(world, printed(world, number)[1], "offence-1").json()["dispute_id"]
        for number in (1, 2)
    )
    decided(world, first, theirs=True)

    with world.services.units.read() as unit:
        behind = unit.disputes.page(after=first, limit=1)

    assert [one.dispute_id for one in behind.items] == [later]


def test_a_whole_record_that_is_not_theirs_stops_that_request_only(sqlite_world: World) -> None:
    world = sqlite_world
    _, here = put(world, 1)
    request = applied(world)
    request.search_by_details()
    request.identify_first()
    dispute = raised(world, here, "", request_id=request.at.rpartition("/")[2]).json()
    request.post("decision", decision="release")
    waits = request.post("second-reading", by=world.officer("officer-b"), agrees=True)

    assert_problem(waits, 409, "not-releasable")
    assert _outcome(world, 1) == "no trace"
    assert decided(world, dispute["dispute_id"], theirs=False) == "it is not theirs"
    assert says(world, here, "89") == {ASN_OF[1]}


def _at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    ready = Barrier(len(calls), timeout=60)

    def made(call: Callable[[], Any]) -> Any:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


def test_a_matter_attached_while_two_are_parted_is_on_record_once_and_in_no_gap(
    world: World,
) -> None:
    first, here = put(world, 1)
    second, _ = printed(world, 2)
    undoing = undo(world, merged(world, first, second))
    who = record(1)
    told = Told(
        asn="2605CJ0000000000789L",
        forename=who["names"][0]["forename"],
        surname=who["names"][0]["surname"],
        born=who["dates_of_birth"][0],
        offences=(Said(began="2026-01-09"),),
    )
    matter_id = str(sent(world, told)["matter_id"])
    step(world, matter_id, "attachment", **laid(here, laid=[{"offence": 0}]))
    officer, supervisor = world.officer("officer-b"), world.supervisor("tom")
    agreeing = {"expected_step": 2, "agrees": True}

    answers = _at_once(
        [
            lambda: officer.post(f"/v1/matters/{matter_id}/answer", agreeing),
            lambda: supervisor.post(f"/v1/merges/{undoing}/confirmation"),
        ]
    )

    assert [one.status_code for one in answers] == [200, 200]
    matter = world.officer().get(f"/v1/matters/{matter_id}").json()
    assert matter["state"] == "attached"
    # Attached before the parting it waits; attached after it, two people chose the person.
    assert len(undecided(world)) <= 1
    assert "2605CJ0000000000789L" in says(world, here, "89")
    assert verified(world)


@pytest.mark.parametrize("last", ["store_amended", "record"])
def test_a_parting_that_is_cut_short_parts_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    first, here = put(world, 1)
    second, there = printed(world, 2)
    merge_id = merged(world, first, second)
    add(
        world,
        here,
        "89",
        entry("conviction", conviction("by-asn", asn=ASN_OF[2])),
        entry("conviction", conviction("nobody-knows")),
    )
    matter_id = attached(world, here, 2)
    undoing = undo(world, merge_id)
    before = says(world, here, "89"), says(world, there, "01")
    done = getattr(rehoming, last)

    def cut(*given: Any, **named: Any) -> Any:
        done(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rehoming, last, cut)
        with pytest.raises(KeyboardInterrupt):
            world.supervisor("tom").post(f"/v1/merges/{undoing}/confirmation")
    assert (says(world, here, "89"), says(world, there, "01")) == before
    assert undecided(world) == []
    assert verified(world)
    again = world.supervisor("tom").post(f"/v1/merges/{undoing}/confirmation")
    assert again.status_code == 200
    assert "by-asn" in says(world, there, "01")
    assert len(undecided(world)) == 2
    assert world.officer().get(f"/v1/matters/{matter_id}").json()["state"] == "attached"
