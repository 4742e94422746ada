"""A force reads and amends the records that it holds; each version stays readable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx2 import Response

from domain.ids import SearchId
from domain.people.items import ItemKind
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.facts import stated
from tests.integration.api.prints import encounter, record, tenprint
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.requests.working import FOREIGN

NOWHERE = "0" * 32
MORE = {
    "pnc_ids": ["2001/0000001Q"],
    "cro_numbers": ["65656/91H"],
    "nationalities": [
        {"nationality": "GBR"},
        {"nationality": "POL", "source": "passport", "since": "2004-XX-XX"},
    ],
    "previous_names": [{"forename": "Ann", "surname": "Before", "until": "2011-05-XX"}],
    "parents": [{"parent": "mother", "forename": "Eve", "surname": "Before"}],
    "documents": [
        {"document": "passport", "country": "POL", "number": "AB12", "valid_until": "2030-01-01"}
    ],
}
"""What a record may hold besides."""
MARRIED = {"kind": "name", "forename": "Zoe", "surname": "Quennell"}
RENAME = {"change": "add", "item": MARRIED, "is_first": True}
REFERENCE = "Leeds Crown Court 7 of 2024"
WORDS = "Married name on the charge sheet."


def body(*changes: Any, version: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "expected_version": version,
        "changes": changes or (RENAME,),
        "reason": "new information",
        "reason_text": WORDS,
        "source": "document",
        "source_reference": REFERENCE,
    } | other


def amend(world: World, record_id: str, sent: dict[str, Any], **headers: str) -> Response:
    return world.force().post(f"/v1/records/{record_id}/amendments", sent, **headers)


def read(world: World, record_id: str, version: int | None = None) -> dict[str, Any]:
    path = f"/v1/records/{record_id}" + (f"/versions/{version}" if version else "")
    answer = world.force().get(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def items(answer: dict[str, Any]) -> dict[str, Any]:
    return {one["item_id"]: one["item"] for one in answer["items"]}


def events(world: World, event_type: str) -> list[dict[str, Any]]:
    found = world.auditor().get("/v1/log/entries?limit=200").json()["entries"]
    return [json.loads(one["body"]) for one in found if one["event_type"] == event_type]


def enquire(world: World, forename: str, surname: str) -> list[Any]:
    said = {"details": {"names": [{"forename": forename, "surname": surname}]}}
    return list(world.force().post("/v1/names-enquiries", said).json()["candidates"])


@pytest.mark.journey
def test_an_amended_record_is_read_in_both_versions(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    before = read(world, record_id)
    fine = {"kind": "disposal", "disposal": "acquitted", "on": "2021-02-03", "sentence": ""}

    answer = amend(
        world,
        record_id,
        body(
            RENAME,
            {"change": "correct", "item_id": "sex-1", "item": {"kind": "sex", "sex": "female"}},
            {"change": "withdraw", "item_id": "address-1"},
            {"change": "add", "parent_id": "offence-1", "item": fine},
        ),
    )
    first, second = read(world, record_id, 1), read(world, record_id)

    assert answer.status_code == 201
    assert answer.json() == {"record_id": record_id, "version": 2}
    assert answer.headers["Location"] == f"/v1/records/{record_id}/versions/2"
    assert first == before | {"is_live": False}
    after = items(before) | {"name-2": MARRIED | {"middle_names": ""}, "disposal-2": fine}
    after["sex-1"] = {"kind": "sex", "sex": "female"}
    del after["address-1"]
    assert items(second) == after
    assert [(one["change"], one["item"]["item_id"]) for one in second["changes"]] == [
        ("added", "name-2"),
        ("added", "disposal-2"),
        ("corrected", "sex-1"),
        ("withdrawn", "address-1"),
    ]
    told: dict[str, Any] = {
        "reason": "new information",
        "reason_text": WORDS,
        "source": "document",
    }
    told |= {"source_reference": REFERENCE, "version": 2, "is_live": True}
    assert told.items() <= second.items()
    assert second["amended_by"] == "custody-01"


def test_what_an_answer_says_of_an_item_can_be_sent_back(world: World) -> None:
    whole = encounter(1)
    del whole["record"]["nationality"]
    whole["record"] |= MORE
    record_id = world.force().post("/v1/encounters", whole).json()["record_id"]
    convicted = {"kind": "conviction", "conviction": FOREIGN}
    assert amend(world, record_id, body({"change": "add", "item": convicted})).status_code == 201
    held = [one for one in read(world, record_id)["items"] if one["parent_id"] is None]
    gone = [{"change": "withdraw", "item_id": one["item_id"]} for one in held]
    again = [{"change": "add", "item": one["item"]} for one in held]

    answer = amend(world, record_id, body(*gone, *again, version=2))

    assert answer.status_code == 201, answer.text
    after = read(world, record_id)["items"]
    assert [one["item"] for one in after] == [one["item"] for one in held]
    assert {one["item"]["kind"] for one in held} >= {*ItemKind} - {"offence", "disposal"}


def test_a_report_is_added_with_its_offences(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    report = record(1)["arrest_reports"][0] | {"kind": "arrest-report", "asn": "Y"}

    answer = amend(world, record_id, body({"change": "add", "item": report}))

    assert answer.status_code == 201, answer.text
    added = read(world, record_id)["changes"]
    assert [(one["item"]["item_id"], one["item"]["parent_id"]) for one in added] == [
        ("arrest-report-2", None),
        ("offence-2", "arrest-report-2"),
        ("disposal-2", "offence-2"),
    ]


def test_the_next_enquiry_and_the_next_search_weigh_the_amended_record(world: World) -> None:
    enrolled = world.enrol(1)
    missed = enquire(world, "Zoe", "Quennell")

    amend(world, enrolled["record_id"], body())
    found = enquire(world, "Zoe", "Quennell")

    assert missed == []
    assert [one["record_id"] for one in found] == [enrolled["record_id"]]
    sent = {
        "search_type": "TP/TP",
        "impressions": tenprint(1, capture=3),
        "details": {"names": [{"forename": "Zoe", "surname": "Quennell"}]},
    }
    search_id = world.force().post("/v1/searches", sent).json()["search_id"]
    (candidate,) = world.auditor().get(f"/v1/searches/{search_id}/evidence").json()["candidates"]
    assert candidate["record_version"] == 2
    name = next(row for row in candidate["evidence"] if row["source"] == "name")
    assert name["bits"] > 0


def test_a_names_enquiry_records_the_version_that_it_weighed(world: World) -> None:
    amend(world, world.enrol(1)["record_id"], body())
    said = {"details": {"names": [{"forename": "Zoe", "surname": "Quennell"}]}}
    search_id = world.force().post("/v1/names-enquiries", said).json()["search_id"]

    with world.services.units.read() as unit:
        (candidate,) = unit.searches.candidates(SearchId(search_id))

    assert candidate.record_version == 2


@pytest.mark.promise("secrecy")
def test_the_log_tells_counts_and_codes_and_no_personal_data(sqlite_world: World) -> None:
    world = sqlite_world
    record_id = world.enrol(1)["record_id"]
    amend(world, record_id, body(RENAME, {"change": "withdraw", "item_id": "arrest-report-1"}))
    read(world, record_id, 1)

    (amended,) = events(world, "record-amended")
    (consulted,) = events(world, "record-read")

    assert amended["subject_refs"][0] == record_id
    assert stated(amended) == {
        "version": 2,
        "log_size": amended["seq"],
        "reason": "new information",
        "source": "document",
        "added": 1,
        "corrected": 0,
        "withdrawn": 3,
    }
    assert len(amended["payloads"]) == 1
    assert consulted["subject_refs"] == [record_id, amended["subject_refs"][1]]
    assert consulted["facts"] == {"version": 1}
    assert (consulted["actor"], consulted["force"]) == ("custody-01", "01")
    written = json.dumps([amended, consulted, world.log_lines()])
    assert not [word for word in ("Zoe", "Quennell", "Leeds", "Married") if word in written]


def test_the_same_request_amends_once(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    first = amend(world, record_id, body(), Idempotency_Key="k-1")
    counts = world.counts()

    again = amend(world, record_id, body(), Idempotency_Key="k-1")
    other = amend(world, record_id, body(version=2), Idempotency_Key="k-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert_problem(other, 409, "idempotency-conflict")
    assert world.counts() == counts


def test_records_of_a_force_are_listed_in_pages(world: World) -> None:
    mine = [world.enrol(person)["record_id"] for person in (1, 2, 3)]
    world.enrol(4, force="47")
    amend(world, mine[0], body())
    user = world.force()

    first = user.get("/v1/records?limit=2").json()
    second = user.get(f"/v1/records?limit=2&before={first['next_before']}").json()

    listed = [one for page in (first, second) for one in page["records"]]
    assert [one["record_id"] for one in listed] == mine[::-1]
    assert [one["version"] for one in listed] == [1, 1, 2]
    assert second["next_before"] is None


def test_another_force_is_told_that_nothing_is_there(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    amend(world, record_id, body())
    other, counts = world.force("47"), world.counts()

    answers = [
        other.get(f"/v1/records/{record_id}"),
        other.get(f"/v1/records/{record_id}/versions"),
        other.get(f"/v1/records/{record_id}/versions/1"),
        other.post(f"/v1/records/{record_id}/amendments", body(version=2)),
    ]

    for answer in answers:
        assert_problem(answer, 404, "not-found")
    assert other.get("/v1/records").json() == {"records": [], "next_before": None}
    assert world.counts() == counts


def test_an_auditor_reads_every_version_on_record_and_amends_none(world: World) -> None:
    record_id = world.enrol(1)["record_id"]
    amend(world, record_id, body())
    auditor = world.auditor()

    heads = auditor.get(f"/v1/records/{record_id}/versions").json()["versions"]
    first = auditor.get(f"/v1/records/{record_id}/versions/1")

    assert [(head["version"], head["is_live"]) for head in heads] == [(1, False), (2, True)]
    assert items(first.json())["name-1"]["surname"] == "Surname1"
    (consulted,) = events(world, "record-read")
    assert (consulted["actor"], consulted["force"]) == ("auditor-a", "01")
    refused = auditor.post(f"/v1/records/{record_id}/amendments", body(version=2))
    assert_problem(refused, 403, "not-permitted")
    other = world.enrol(2, force="47")["record_id"]
    listed = auditor.get("/v1/records").json()["records"]
    assert [(one["record_id"], one["force"]) for one in listed] == [
        (other, "47"),
        (record_id, "01"),
    ]
    for role in (world.examiner(), world.supervisor(), world.administrator()):
        assert_problem(role.get(f"/v1/records/{record_id}"), 403, "not-permitted")


def test_an_erased_record_is_gone_in_every_version(world: World) -> None:
    enrolled = world.enrol(1)
    record_id = enrolled["record_id"]
    amend(world, record_id, body())
    have_erased(world, enrolled["person_id"])

    for path in ("", "/versions", "/versions/1", "/versions/2"):
        answer = world.force().get(f"/v1/records/{record_id}{path}")
        assert_problem(answer, 410, "payload-erased")
        assert_problem(world.force("47").get(f"/v1/records/{record_id}{path}"), 404, "not-found")
    assert_problem(amend(world, record_id, body(version=2)), 410, "payload-erased")
    assert world.force().get("/v1/records").json()["records"] == []
    assert enquire(world, "Zoe", "Quennell") == []


def test_the_record_of_a_merged_person_is_left_alone_until_they_part(world: World) -> None:
    kept, double = world.enrol(1), world.enrol(2)
    merge = {"surviving": kept["person_id"], "absorbed": double["person_id"], "reason": "One."}
    merge_id = world.supervisor("sue").post("/v1/merges", merge).json()["merge_id"]
    world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    refused = amend(world, double["record_id"], body())
    survivor = amend(world, kept["record_id"], body())

    assert_problem(refused, 409, "conflict")
    assert "merged" in refused.json()["detail"]
    assert survivor.status_code == 201
    assert read(world, double["record_id"])["version"] == 1


def changed(**other: Any) -> dict[str, Any]:
    return {"change": "correct", "item_id": "name-1", "item": MARRIED} | other


DAY = {"kind": "disposal", "disposal": "charged", "on": "1901-02-03"}
BIRTH = {"kind": "date-of-birth", "date": "2001-02-30"}
REFUSED: dict[str, tuple[dict[str, Any], int, str, str | None]] = {
    "no change": (body() | {"changes": []}, 400, "invalid-input", "/changes"),
    "an unknown item": (
        body(changed(item_id="name-9")), 400, "invalid-input", "/changes/0/item_id",
    ),
    "an item of another kind": (
        body(changed(item_id="sex-1")), 400, "invalid-input", "/changes/0/item/kind",
    ),
    "the same value": (
        body(changed(item={"kind": "name", "forename": "Forename1", "surname": "Surname1"})),
        400, "invalid-input", "/changes/0/item",
    ),
    "withdrawn twice": (
        body(*2 * [{"change": "withdraw", "item_id": "name-1"}]),
        409, "conflict", "/changes/1/item_id",
    ),
    "a day before birth": (
        body({"change": "add", "parent_id": "offence-1", "item": DAY}),
        400, "invalid-input", "/changes/0",
    ),
    "a day in the future": (
        body({"change": "add", "parent_id": "offence-1", "item": DAY | {"on": "2150-01-01"}}),
        400, "invalid-input", "/changes/0",
    ),
    "no such day": (
        body({"change": "add", "item": BIRTH}), 400, "invalid-date", "/changes/0/item/date",
    ),
    "an unknown force": (
        body({"change": "correct", "item_id": "arrest-report-1", "item":
              {"kind": "arrest-report", "asn": "X", "force": "ZZ", "on": "2020-03-04"}}),
        400, "unknown-force", "/changes/0/item/force",
    ),
    "an offence of a name": (
        body({"change": "add", "parent_id": "name-1", "item": DAY}),
        400, "invalid-input", "/changes/0/parent_id",
    ),
    "another version": (body(version=2), 409, "stale-record", "/expected_version"),
    "no version": (body(version=0), 422, "malformed-request", "/expected_version"),
    "an empty reason": (body(reason_text=" "), 422, "malformed-request", "/reason_text"),
    "an unknown reason": (body(reason="whim"), 422, "malformed-request", "/reason"),
    "no source": (body(source_reference=""), 422, "malformed-request", "/source_reference"),
    "an unknown source": (body(source="rumour"), 422, "malformed-request", "/source"),
    "an unknown kind": (
        body({"change": "add", "item": {"kind": "eye-colour"}}), 422, "malformed-request", None,
    ),
    "an unknown change": (body({"change": "forget"}), 422, "malformed-request", None),
    "parts in a correction": (
        body({"change": "correct", "item_id": "offence-1", "item":
              record(1)["arrest_reports"][0]["offences"][0] | {"kind": "offence"}}),
        422, "malformed-request", None,
    ),
    "too many changes": (body(*51 * [RENAME]), 422, "malformed-request", "/changes"),
    "an unknown field": (body() | {"by": "me"}, 422, "malformed-request", None),
}  # fmt: skip


@pytest.fixture(scope="module")
def shared_record(shared_world: World) -> str:
    return str(shared_world.enrol(1)["record_id"])


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_amendment_has_a_problem_of_its_own_and_changes_nothing(
    shared_world: World, shared_record: str, case: str
) -> None:
    sent, status, code, pointer = REFUSED[case]
    counts, before = shared_world.counts(), _content(shared_world, shared_record)

    answer = amend(shared_world, shared_record, sent)

    assert_problem(answer, status, code)
    if pointer is not None:
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert shared_world.counts() == counts
    assert _content(shared_world, shared_record) == before


def test_nothing_that_was_sent_is_in_the_answer(shared_world: World, shared_record: str) -> None:
    for sent, *_ in REFUSED.values():
        answer = amend(shared_world, shared_record, sent)

        assert not [
            word for word in ("Zoe", "Quennell", "Leeds", "Forename1") if word in answer.text
        ]


@pytest.mark.parametrize("record_id", [NOWHERE, "no such id", "%00", "x" * 65])
def test_an_id_of_nothing_is_not_found(shared_world: World, record_id: str) -> None:
    for path in ("", "/versions", "/versions/1"):
        answer = shared_world.force().get(f"/v1/records/{record_id}{path}")
        assert_problem(answer, 404, "not-found")


@pytest.mark.parametrize("version", ["0", "2", "-1", "x", str(2**53), "1.5"])
def test_a_version_that_is_not_there_is_not_found(
    shared_world: World, shared_record: str, version: str
) -> None:
    answer = shared_world.force().get(f"/v1/records/{shared_record}/versions/{version}")

    assert_problem(answer, 404, "not-found")


def _content(world: World, record_id: str) -> Any:
    with world.services.units.read() as unit:
        return unit.records.versions(record_id), unit.people.record(record_id)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decided_on": "2024-02-30"}, "invalid-date"),
        ({"decided_on": "1900-01-01", "offences": FOREIGN["offences"]}, "invalid-input"),
        ({"decided_on": "2999-01-01"}, "invalid-input"),
        ({"offences": []}, "invalid-input"),
        ({"sanctions": [{"kind": "custody", "duration": "six months"}]}, "invalid-input"),
        (
            {"sanctions": [{"kind": "fine", "amounts": [{"hundredths": 1, "currency": "XXX"}]}]},
            "invalid-input",
        ),
        (
            {
                "decided_on": "1920-01-01",
                "offences": [{"national_code": "X", "title": "Theft"}],
            },
            "invalid-input",
        ),
    ],
)
def test_an_impossible_conviction_is_refused(
    sqlite_world: World, change: dict[str, Any], code: str
) -> None:
    record_id = sqlite_world.enrol(1)["record_id"]
    item = {"kind": "conviction", "conviction": FOREIGN | change}

    answer = amend(sqlite_world, record_id, body({"change": "add", "item": item}))

    assert_problem(answer, 400, code)
    assert answer.json()["errors"][0]["pointer"].startswith("/changes/0")
