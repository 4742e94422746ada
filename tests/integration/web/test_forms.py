"""Rejected forms: they name the missing fields, keep the input, and change nothing."""

from __future__ import annotations

import json

import pytest

from domain.ids import PersonId
from tests.integration.api.prints import tenprint
from tests.integration.web.driver import Office, label_of, points_in
from tests.integration.web.pictures import capture_file, grey_png, search_with_images


@pytest.fixture
def case_id(office: Office) -> str:
    for person in range(6):
        office.world.enrol(person)
    return office.world.case_of(office.world.search(2))


def test_an_analysis_needs_its_value(office: Office, case_id: str) -> None:
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    before = office.world.counts()

    answer = examiner.follow(f"cases/{case_id}/analysis", notes="Half <b>written</b>")

    assert answer.status_code == 422
    assert "Say whether the probe is of value" in answer.text
    assert "Half &lt;b&gt;written&lt;/b&gt;" in answer.text
    assert office.world.counts() == before


def test_an_evaluation_needs_outcome_and_reason(office: Office, case_id: str) -> None:
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    examiner.follow(f"cases/{case_id}/analysis", value="yes")
    path = f"cases/{case_id}/comparison"

    without_outcome = examiner.follow(path, reason="Seen.", points="[[1,2,3,4,5,'moved','moved']]")
    without_reason = examiner.follow(path, outcome="excluded")
    too_long = examiner.follow(path, outcome="excluded", reason="x" * 4001)
    bad_points = examiner.follow(path, outcome="excluded", reason="x", points="[[1,2]]")
    other_label = examiner.follow(path, outcome="excluded", reason="x", label="XXX")

    assert [a.status_code for a in (without_outcome, without_reason, too_long)] == [422] * 3
    assert "[[1,2,3,4,5," in without_outcome.text
    assert "Seen." in without_outcome.text
    assert 'value="excluded" data-shortcut="e" checked' in without_reason.text
    assert bad_points.status_code == 400
    assert other_label.status_code == 409


def test_an_identification_can_be_decided_at_once(office: Office, case_id: str) -> None:
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    page = examiner.follow(f"cases/{case_id}/analysis", value="yes")
    too_early = examiner.get(f"cases/{case_id}/decision")
    label = label_of(page.text)
    seen = examiner.look(page.text)
    named = {**seen, **points_in(seen)}
    examiner.follow(f"cases/{case_id}/comparison", outcome="identified", reason="Seen.", **named)
    path = f"cases/{case_id}/decision"

    empty = examiner.follow(path)
    nameless = examiner.follow(path, finding="identified", reason="x")
    stale = examiner.follow(path, finding=f"identified:{label}", reason="x", revision="old")
    sealed = examiner.follow(path, finding=f"identified:{label}", reason="All points agree.")
    twice = examiner.post(path, finding=f"identified:{label}", reason="x", revision="")

    assert too_early.url.path.endswith("/comparison")
    assert empty.status_code == 422
    assert nameless.status_code == 400
    assert stale.status_code == 409
    assert "Your decision is sealed" in sealed.text
    assert twice.status_code == 409


def test_a_case_that_nobody_holds_offers_to_claim_it(office: Office, case_id: str) -> None:
    examiner = office.examiner()

    page = examiner.page(f"cases/{case_id}")
    nothing = examiner.get("cases/nothing")
    strange = examiner.get("cases/no%20id")

    assert "Claim this case" in page
    assert nothing.status_code == strange.status_code == 404


def test_a_resolution_needs_choice_and_reason(office: Office, case_id: str) -> None:
    office.world.review_differences()
    for name, identify in (("examiner-a", True), ("examiner-b", False)):
        examiner = office.examiner(name)
        examiner.post(f"cases/{case_id}/claim")
        page = examiner.follow(f"cases/{case_id}/analysis", value="yes")
        examiner.examine_from(case_id, identify={label_of(page.text)} if identify else set())
    supervisor = office.supervisor()

    answer = supervisor.follow(f"differences/{case_id}", reason="Halfway")

    assert answer.status_code == 422
    assert "Choose a sealed record to uphold, or inconclusive." in answer.text
    assert "Halfway" in answer.text


CAPTURE = {"impressions": tenprint(2)}
GOOD = json.dumps(CAPTURE).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose the file of the capture."),
        (b"not json", "one JSON object in UTF-8"),
        (b"[1, 2]", "one JSON object in UTF-8"),
        (b"[" * 100_000, "one JSON object in UTF-8"),
        (b'{"impressions": "many"}', "does not have the format of a capture"),
        (b'{"impressions": [], "secret": 1}', "does not have the format of a capture"),
        (b'{"impressions": []}', "The search is empty: give fingers, personal details or both."),
        (json.dumps({**CAPTURE, "images": []}).encode(), "is not a finger position"),
        (json.dumps({**CAPTURE, "images": {"11": ""}}).encode(), "is not a finger position"),
        (
            json.dumps({**CAPTURE, "images": {"0": "aGk="}}).encode(),
            "no impression for its finger",
        ),
        (json.dumps({**CAPTURE, "images": {"1": "*"}}).encode(), "base64 with padding"),
        (json.dumps({**CAPTURE, "images": {"1": "aGk="}}).encode(), "no known format"),
        (capture_file(tenprint(2), {"1": grey_png(seed=1)[:60]}), "checksum"),
    ],
)
def test_a_capture_that_cannot_be_read_is_refused(
    shared_office: Office, content: bytes, words: str
) -> None:
    force = shared_office.force()
    before = shared_office.world.counts()

    answer = force.post(
        "searches/new",
        files={"capture": ("c.json", content, "application/json")},
        search_type="TP/TP",
        purpose="arrest",
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert shared_office.world.counts() == before


def test_a_search_needs_type_purpose_and_a_date_that_exists(shared_office: Office) -> None:
    force = shared_office.force()
    file = {"capture": ("c.json", GOOD, "application/json")}

    nothing = force.post("searches/new")
    file_alone = force.post("searches/new", files=file)
    wrong_date = force.post(
        "searches/new",
        files=file,
        search_type="TP/TP",
        purpose="arrest",
        date_of_birth="1984-02-31",
        surname="Kept",
    )
    names = force.post("searches/new", files=file, search_type="NAMES", purpose="arrest")

    for words in ("Choose the type of search.", "Say why the search is made."):
        assert words in nothing.text
    # No browser fills a file in again.
    again = "Choose the files again"
    assert [again in answer.text for answer in (nothing, file_alone)] == [False, True]
    assert wrong_date.status_code == 422
    assert 'href="#date_of_birth"' in wrong_date.text
    assert "Kept" in wrong_date.text
    assert names.status_code == 422


def test_another_forces_search_is_not_found(office: Office) -> None:
    for person in range(3):
        office.world.enrol(person)
    search_id = office.world.search(2)

    answer = office.force("13").get(f"searches/{search_id}")
    own = office.force("01").page("searches")

    assert answer.status_code == 404
    assert search_id in own


def test_a_names_enquiry_tells_whom_to_ask_and_no_score(office: Office) -> None:
    record = office.world.enrol(4)
    with office.world.services.units.read() as unit:
        held = unit.people.record(record["record_id"])
    assert held is not None
    name = held.details.names[0]
    fields = {
        "forename": name.forename,
        "surname": name.surname,
        "date_of_birth": str(held.details.dates_of_birth[0]),
        "purpose": "identity-check",
    }

    own = office.force("01").post("names", **fields)
    other = office.force("13").post("names", **fields)

    assert "Metropolitan (01)" in own.text
    assert record["record_id"] in own.text
    assert "Metropolitan (01)" in other.text
    assert record["record_id"] not in other.text
    assert "bits" not in other.text


def test_a_names_enquiry_needs_something_to_ask(shared_office: Office) -> None:
    force = shared_office.force()

    empty = force.post("names", purpose="arrest")
    purposeless = force.post("names", surname="Null")
    wrong_date = force.post("names", purpose="arrest", date_of_birth="1984-13-01")
    nobody = force.post("names", purpose="arrest", surname="Null")

    assert "Enter at least a name" in empty.text
    assert "Say why the enquiry is made." in purposeless.text
    assert wrong_date.status_code == 422
    assert nobody.status_code == 200
    assert "We found no one with these details" in nobody.text


def test_a_revocation_needs_reason_and_confirmation(office: Office, case_id: str) -> None:
    for name in ("examiner-a", "examiner-b"):
        examiner = office.examiner(name)
        examiner.post(f"cases/{case_id}/claim")
        labels = office.true_labels(case_id, examiner, _person(office, case_id))
        examiner.examine(case_id, identify=labels)
    supervisor = office.supervisor()
    link_id = supervisor.page("links").split("/workbench/links/")[1].split('"')[0]

    answer = supervisor.post(f"links/{link_id}/revocation")
    auditor = office.auditor().post(f"links/{link_id}/revocation", reason="x", confirm="yes")
    elsewhere = office.force("13").get(f"links/{link_id}")
    told = office.force("01").page(f"links/{link_id}")

    assert answer.status_code == 422
    assert "Give a reason for revoking the link." in answer.text
    assert "Confirm that the link is to be revoked." in answer.text
    assert auditor.status_code == 403
    assert elsewhere.status_code == 404
    assert "examiner-a" not in told
    assert "Sealed decisions" not in told


def _person(office: Office, case_id: str) -> str:
    with office.world.services.units.read() as unit:
        case = unit.cases.get(case_id)  # type: ignore[arg-type]
        assert case is not None
        return str(unit.searches.candidates(case.search_id)[0].person_id)


def test_erasing_a_person_erases_the_picture_of_their_probe(office: Office) -> None:
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    search_id = search_with_images(office.force(), tenprint(2, capture=3), {"2": grey_png(seed=9)})
    case = office.world.case_of(search_id)
    for name in ("examiner-a", "examiner-b"):
        office.examine(case, office.examiner(name), person_id=people[2])
    with office.world.services.units.read() as unit:
        before = unit.images.of(search_id, 2)  # type: ignore[arg-type]

    with office.world.services.units.write() as unit:
        unit.people.erase_person(PersonId(people[2]))
        unit.commit()
    with office.world.services.units.read() as unit:
        after = unit.images.of(search_id, 2)  # type: ignore[arg-type]

    assert before is not None
    assert after is None
