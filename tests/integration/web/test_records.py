"""A force's pages on its records: the list, and a record in each of its versions."""

from __future__ import annotations

import re

from domain.access.access import Role
from tests.integration.agencies.test_waiting import numbered
from tests.integration.api.erasing import erased as have_erased
from tests.integration.certificates.applying import applied
from tests.integration.web.driver import Office, hidden_fields

AMENDMENT = {
    "expected_version": 1,
    "changes": [
        {"change": "add", "item": {"kind": "name", "surname": "Quennell"}, "is_first": True},
        {"change": "withdraw", "item_id": "place-of-birth-1"},
    ],
    "reason": "court result",
    "reason_text": "Named so <b>in court</b>.",
    "source": "court",
    "source_reference": "Leeds 7",
}


def _amended(office: Office) -> str:
    record_id = str(office.world.enrol(1)["record_id"])
    path = f"/v1/records/{record_id}/amendments"
    assert office.world.force().post(path, AMENDMENT).status_code == 201
    return record_id


def test_a_record_is_shown_with_its_versions(office: Office) -> None:
    record_id = _amended(office)
    custody = office.force()

    listed = custody.page("records")
    live = custody.page(f"records/{record_id}")
    first = custody.page(f"records/{record_id}/versions/1")

    assert f'href="/workbench/records/{record_id}"' in listed
    assert "court result" in listed
    assert "Quennell; Forename1 Surname1" in live
    assert "court result: Named so &lt;b&gt;in court&lt;/b&gt;." in live
    assert "court: Leeds 7" in live
    assert "Place of birth withdrawn" in live
    assert "Theft (TH68001)" in live
    (withdrawn,) = re.findall(r"Placetown1.*?</tr>", live, re.DOTALL)
    assert "withdrawn on" in withdrawn
    assert "Placetown1" in first
    assert "Quennell" not in first
    assert "superseded" in first
    assert f'href="/workbench/records/{record_id}/versions/1"' in live


def test_a_record_of_another_force_is_not_there(office: Office) -> None:
    record_id = _amended(office)
    other = office.force("47")

    answers = [
        other.get(f"records/{record_id}{path}") for path in ("", "/versions/1", "/versions/9")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "There are no records" in other.page("records")
    assert office.force().get(f"records/{record_id}/versions/9").status_code == 404
    assert office.force().get(f"records/{record_id}/versions/x").status_code == 404


def test_a_page_that_shows_a_record_is_on_record(office: Office) -> None:
    record_id = _amended(office)

    office.force().page(f"records/{record_id}")

    with office.world.services.units.read() as unit:
        bodies = [event.body for event in unit.events.about(record_id)]
    assert b'"type":"record-read"' in bodies[-1]
    assert b'"purpose":"record-management"' in bodies[-1]


def test_an_erased_record_is_said_to_be_gone(office: Office) -> None:
    record_id = _amended(office)
    with office.world.services.units.read() as unit:
        (head, _) = unit.records.versions(record_id)  # type: ignore[arg-type]
    have_erased(office.world, head.person_id)

    answer = office.force().get(f"records/{record_id}")

    assert answer.status_code == 410
    assert "erased" in answer.text


NEW = {
    "forename": "Forename7",
    "surname": "Surname7",
    "date_of_birth": "1937-08-17",
    "asn": "2001010000000000001X",
    "on": "2020-03-04",
    "offence_code": "TH68001",
    "offence": "Theft",
    "committed_on": "2020-03-03",
    "is_recordable": "yes",
}


def test_a_force_puts_a_person_on_record_without_prints(office: Office) -> None:
    custody = office.force()

    faulty = custody.follow("new-record", **NEW | {"on": "2999-01-01", "asn": ""})
    future = custody.follow("new-record", **NEW | {"on": "2999-01-01"})
    saved = custody.follow("new-record", **NEW)

    assert (faulty.status_code, future.status_code) == (422, 422)
    assert "Enter the Arrest Summons Number." in faulty.text
    assert 'id="on-error"' in future.text
    assert saved.url.path.startswith("/workbench/records/")
    assert "Forename7 Surname7" in saved.text
    assert "Theft (TH68001)" in saved.text


def test_people_alike_are_shown_before_an_officer_saves(office: Office) -> None:
    office.force().follow("new-record", **NEW)
    officer = office.person("officer-a", Role.CASE_OFFICER, force="89")

    met = officer.follow("new-record", **NEW)
    hidden = hidden_fields(met.text)
    (box,) = re.findall(r'name="(other-\w+)"', met.text)
    unticked = officer.post("new-record", **{**NEW, **hidden})
    saved = officer.post("new-record", **{**NEW, **hidden, box: "yes", "result": "cautioned"})
    dated = officer.post(
        "new-record",
        **{**NEW, **hidden, box: "yes", "result": "cautioned", "result_on": "2020-04-05"},
    )

    assert (met.status_code, unticked.status_code, saved.status_code) == (409, 409, 422)
    assert "This person may already have a record" in met.text
    assert "held by Metropolitan" in met.text
    assert dated.status_code == 200
    assert "The person is on record" in dated.text


def test_an_officer_sees_what_waits_beside_a_person_who_is_not_held(office: Office) -> None:
    asn = numbered(office.world)
    request = applied(office.world)
    request.search_by_details()
    officer = office.person("officer-a", Role.CASE_OFFICER, force="89")

    page = officer.page(request.at.replace("/v1/", ""))
    asked = office.force().follow(
        "names", forename="Forename1", surname="Surname1", purpose="identity-check"
    )

    assert asn not in page
    assert "Not on record yet." in page
    assert "Case of an agency, since" in page
    assert "1 item that may be about this person is" in asked.text
