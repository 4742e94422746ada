"""The answer to a person about their own data: rebuilt, redacted by field, neutral if need be."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from domain.countries import country_names
from domain.forces import force_name
from domain.requests.requests import Party, PartyKind
from service.usecases.requests.own_data import recipient_words
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.merging import merged
from tests.integration.disclosure.asking import (
    UNKNOWN,
    document_of,
    identified,
    own_request,
    pdf_of,
    prepared,
)
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    asked,
    carry_out,
    cases_of,
    decide,
    decider,
    deletion_request,
)
from tests.integration.disclosure.released_bytes import found_in_pdf, normal, text_of
from tests.integration.disclosure.restricting import restricted
from tests.integration.requests.working import (
    FINE,
    FOREIGN,
    Worked,
    add_convictions,
    amend,
    opened,
)

REMOVED = ("Leeds Magistrates' Court", "Theft from a shop")
BY_SCHEMA = ("Mary Marker", "Result of the court.", "Leeds 7 of 2024")
"""A parent, and the words and the source of amendments: removed unless somebody keeps them."""


@pytest.fixture
def known(sqlite_world: World) -> dict[str, Any]:
    """Return a person with a conviction and a parent."""
    enrolled = sqlite_world.enrol(1)
    add_convictions(sqlite_world, enrolled["record_id"], FINE)
    parent = {"kind": "parent", "parent": "mother", "forename": "Mary", "surname": "Marker"}
    amend(sqlite_world, enrolled["record_id"], {"change": "add", "item": parent})
    return enrolled


def _released(world: World, **preparation: Any) -> Worked:
    request = identified(own_request(world))
    prepared(request, **preparation)
    request.release()
    return request


@pytest.mark.journey
def test_the_document_says_what_is_held_from_where_to_whom_and_who_looked(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    told = identified(opened(sqlite_world, asker={"kind": "state", "code": "POL"}))
    told.release()

    document = document_of(_released(sqlite_world))

    headings = [section["heading"] for section in document["sections"]]
    assert headings == [
        "What we hold",
        "Where it comes from",
        "Whom we have told",
        "Who has viewed it",
    ]
    text = json.dumps(document)
    assert "Forename1 Surname1" in text
    assert "Theft from a shop" in text
    assert "Poland" in text
    assert "Case officer, ACRO" in text
    assert "officer-a" not in text
    assert not [words for words in BY_SCHEMA if words in text]


def test_countries_and_forces_are_told_by_name(sqlite_world: World, known: dict[str, Any]) -> None:
    abroad = [{**FINE["offences"][0], "place": "Leeds", "country": "GBR"}]
    foreign = FOREIGN | {"offences": abroad, "restrictions": {}}
    by_force = FINE | {"reference": "8/24", "source": {"kind": "force", "name": "52"}}
    add_convictions(sqlite_world, known["record_id"], foreign, by_force)
    passport = {"kind": "document", "document": "passport", "number": "X1", "country": "FRA"}
    amend(sqlite_world, known["record_id"], {"change": "add", "item": passport})
    identified(opened(sqlite_world, asker={"kind": "state", "code": "DEU"})).release()

    request = _released(sqlite_world)

    for text in (json.dumps(document_of(request)), text_of(pdf_of(request))):
        assert set(re.findall(r"\b[A-Z]{3}\b", text)) & country_names().keys() == set()
        assert "by 52" not in text
        for name in ("United Kingdom", "Poland", "France", "Germany", force_name("52")):
            assert normal(name) in normal(text)
    assert recipient_words(Party(PartyKind.FORCE, "52")) == force_name("52")
    assert recipient_words(Party(PartyKind.AGENCY, "probation")) == "Agency probation"


def test_a_removed_field_has_a_ground_and_is_nowhere_in_the_released_bytes(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    place = f"held/{known['record_id']}/conviction-1"
    ground = "would obstruct an inquiry"

    request = _released(sqlite_world, remove=[{"place": place, "ground": ground}])

    view = request.officer.get(f"{request.at}/answer").json()["answer"]
    assert {"place": place, "ground": ground} in view["removals"]
    assert view["prepared_by"] == request.read()["entries"][-2]["by"]
    pdf, document = pdf_of(request), json.dumps(document_of(request))
    assert "forename1surname1" in normal(text_of(pdf))
    for words in (*REMOVED, *BY_SCHEMA):
        assert found_in_pdf(pdf, words) == []
        assert normal(words) not in normal(document)
    (disclosure,) = request.read()["disclosures"]
    assert disclosure["items"] == 0
    assert disclosure["outcome"] == "information"


def test_the_search_of_bytes_finds_what_was_kept(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    pdf = pdf_of(_released(sqlite_world))

    assert found_in_pdf(pdf, "Theft from a  SHOP") == ["text"]
    assert found_in_pdf(pdf, "Your request for your own data")
    assert pdf.count(b"%%EOF") == 1


def test_what_the_schema_removes_can_be_kept_by_a_person(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    place = f"held/{known['record_id']}/parent-1"

    document = document_of(_released(sqlite_world, keep=[place]))

    assert "Mary Marker" in json.dumps(document)


def test_held_and_withheld_reads_as_nothing_held(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    everything = [{"place": "held", "ground": "protects national security"}]
    withheld = _released(sqlite_world, remove=everything)
    nothing = identified(own_request(sqlite_world, subject=UNKNOWN))
    prepared(nothing)
    nothing.release()

    documents, pdfs = zip(
        *((document_of(one), pdf_of(one)) for one in (withheld, nothing)), strict=True
    )

    same = [document | {"reference": "R" * 32} for document in documents]
    assert same[0] == same[1]
    assert same[0]["sections"] == []
    assert same[0]["statement"].endswith("There is nothing that we must give you.")
    assert len({len(document["reference"]) for document in documents}) == 1
    assert abs(len(pdfs[0]) - len(pdfs[1])) <= _PDF_SLACK
    for request in (withheld, nothing):
        (disclosure,) = request.read()["disclosures"]
        assert (disclosure["outcome"], disclosure["items"]) == ("nothing that we must give", 0)


_PDF_SLACK = 200
"""Bytes: the reference is compressed, and its letters need their own glyphs."""


@pytest.mark.parametrize("fate", ["restricted", "erased", "never held"])
def test_whoever_is_restricted_erased_or_unknown_gets_the_neutral_wording(
    sqlite_world: World, known: dict[str, Any], fate: str
) -> None:
    if fate == "restricted":
        restricted(sqlite_world, known["person_id"])
    elif fate == "erased":
        erased(sqlite_world, known["person_id"])
    unknown = {"subject": UNKNOWN} if fate == "never held" else {}
    request = identified(own_request(sqlite_world, **unknown))
    prepared(request)
    request.release()

    document = document_of(request)

    assert document["sections"] == []
    assert "Surname1" not in json.dumps(document)


def test_a_person_restricted_after_the_identification_gets_the_neutral_wording(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    request = identified(own_request(sqlite_world))
    prepared(request)
    restricted(sqlite_world, known["person_id"])

    stale = request.post("decision", decision="release")
    prepared(request)
    request.release()

    assert stale.status_code == 409
    assert document_of(request)["sections"] == []


def test_nothing_is_released_without_an_answer_or_on_one_that_is_out_of_date(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    request = identified(own_request(sqlite_world))
    unprepared = request.post("decision", decision="release")
    prepared(request)
    add_convictions(sqlite_world, known["record_id"], FINE | {"reference": "8/24"})
    outdated = request.post("decision", decision="release")
    prepared(request)
    assert request.post("decision", decision="release").status_code == 200
    early = request.officer.get(f"{request.at}/answer/document")
    own = request.post("second-reading", agrees=True)

    for answer in (unprepared, outdated):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-releasable")
    assert early.status_code == 404
    assert own.json()["type"] == "/problems/self-verification"


def test_the_document_gives_others_nothing_to_check_and_says_why(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    request = _released(sqlite_world)
    pdf, document = pdf_of(request), document_of(request)

    assert "section 184" in document["no_certificate"]
    assert "section184" in normal(text_of(pdf))
    assert not {"signature", "code", "number", "url", "qr"} & document.keys()
    for sign in (b"/Sig", b"/ByteRange", b"/URI", b"/Subtype/Image", b"/EmbeddedFile"):
        assert sign not in pdf


def test_a_representative_needs_an_authority(sqlite_world: World, known: dict[str, Any]) -> None:
    request = identified(own_request(sqlite_world, asker_name="Somebody Else"))

    refused = request.post("answer", search="Everywhere.")
    prepared(request, authority="Power of attorney of 2 March 2026")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/authority")


def test_a_request_that_is_excessive_is_refused_with_reasons(sqlite_world: World) -> None:
    first, again = own_request(sqlite_world), own_request(sqlite_world)
    assert first.at != again.at
    identified(again)
    bare = again.post("decision", decision="refuse", ground="excessive")
    refused = again.post(
        "decision", decision="refuse", ground="excessive", words="The third this month."
    )
    other = sqlite_world.officer("officer-b")
    agreed = again.post("second-reading", by=other, agrees=True)

    assert bare.status_code == 400
    assert refused.status_code == 200, refused.text
    assert agreed.json()["state"] == "refused"
    assert again.officer.get(f"{again.at}/answer/document").status_code == 404


def test_bad_answers_are_refused(sqlite_world: World, known: dict[str, Any]) -> None:
    request = own_request(sqlite_world)
    early = request.post("answer", search="Everywhere.")
    identified(request)
    nowhere = {"place": "held/nobody/name-1", "ground": "is privileged"}
    other = identified(opened(sqlite_world))

    answers = {
        "state": (early, 409),
        "no search": (request.post("answer", search=" "), 422),
        "no such place": (request.post("answer", search="All.", remove=[nowhere]), 400),
        "nothing to keep": (request.post("answer", search="All.", keep=["held/x/y"]), 400),
        "another kind": (other.post("answer", search="All."), 409),
    }

    assert {
        name: answer.status_code
        for name, (answer, status) in answers.items()
        if answer.status_code != status
    } == {}


def test_a_released_request_is_not_withdrawn(sqlite_world: World, known: dict[str, Any]) -> None:
    request = _released(sqlite_world)

    answer = request.post("steps", step="withdraw", words="No, after all.")

    assert answer.json()["type"] == "/problems/request-step"
    assert document_of(request)["sections"]


def test_a_merged_person_is_answered_with_what_is_held_of_both(sqlite_world: World) -> None:
    kept, double = (sqlite_world.enrol(person) for person in (1, 2))
    body = {
        "surviving": kept["person_id"],
        "absorbed": double["person_id"],
        "reason": "One set of prints.",
    }
    merge_id = sqlite_world.supervisor("sue").post("/v1/merges", body).json()["merge_id"]
    sqlite_world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")

    text = json.dumps(document_of(_released(sqlite_world)))

    assert "Forename1 Surname1" in text
    assert "Forename2 Surname2" in text


def _prints_held(document: dict[str, Any]) -> int:
    fields = [one for section in document["sections"] for one in section["fields"]]
    return sum(one["label"] == "Prints" for one in fields)


def test_prints_that_a_merge_moved_are_answered_once(world: World) -> None:
    kept, double = (world.enrol(person)["person_id"] for person in (1, 2))
    merged(world, kept, double)

    assert _prints_held(document_of(_released(world))) == 2


def test_prints_that_were_deleted_are_not_answered_as_held(world: World) -> None:
    arrested(world, world.enrol(1)["record_id"], arrest("no further action"))
    request = deletion_request(world)
    deletion_id = asked(request)
    decide(decider(world), deletion_id, "prints")
    assert carry_out(world, deletion_id).status_code == 200

    assert cases_of(request)["captures"] == []
    assert _prints_held(document_of(_released(world))) == 0


def test_the_request_of_somebody_for_a_dead_person_is_refused(sqlite_world: World) -> None:
    request = identified(own_request(sqlite_world))

    answer = request.post(
        "decision", decision="refuse", ground="not-living", words="A certificate was shown."
    )

    assert answer.json()["state"] == "second reading"


def test_the_same_application_twice_is_two_requests_of_one_answer(
    sqlite_world: World, known: dict[str, Any]
) -> None:
    reference = {"reference": "SAR 7/26"}
    requests = [identified(own_request(sqlite_world, **reference)) for _ in range(2)]

    for request in requests:
        prepared(request)
        request.release()

    listed = sqlite_world.officer().get("/v1/requests?reference=sar 7/26").json()["requests"]
    held = [document_of(request)["sections"][0] for request in requests]
    assert len(listed) == 2
    assert held[0] == held[1]
