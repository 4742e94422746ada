"""The pages on erasures: one supervisor asks, another confirms, any calls back."""

from __future__ import annotations

from domain.access.access import Role
from tests.integration.web.driver import Office

FIELDS = {"basis": "retention period ended", "authority": "ORDER-17", "court_order": "CO/1"}


def test_two_supervisors_take_an_erasure_through_and_back(office: Office) -> None:
    person_id = office.world.enrol(1)["person_id"]
    sue, tom = (office.person(name, Role.SUPERVISOR) for name in ("sue", "tom"))

    sue.post("erasures", person=person_id, **FIELDS)
    erasure_id = sue.page("erasures").split("/workbench/erasures/")[1].split('"')[0]
    own, others = (each.page(f"erasures/{erasure_id}") for each in (sue, tom))
    alone = sue.post(f"erasures/{erasure_id}/confirmation")
    waiting = tom.post(f"erasures/{erasure_id}/confirmation")
    back = sue.post(f"erasures/{erasure_id}/call-back")

    assert ("Confirm this erasure" in own, "Confirm this erasure" in others) == (False, True)
    assert alone.status_code == 409
    assert ">waiting<" in waiting.text
    assert ">cancelled<" in back.text
    assert "sue, " in back.text
    assert "CO/1" in back.text
    assert "cancelled" in tom.page("erasures")


def test_a_faulty_form_says_how_to_mend_it_and_keeps_what_was_written(office: Office) -> None:
    sue = office.person("sue", Role.SUPERVISOR)

    empty = sue.post("erasures")
    unknown = sue.post("erasures", person="nobody", **FIELDS)
    wordy = sue.post("erasures", person="p", **{**FIELDS, "authority": "R v Smith"})

    assert (empty.status_code, unknown.status_code, wordy.status_code) == (422, 422, 422)
    assert "Choose the legal basis." in empty.text
    assert "without spaces" in wordy.text
    assert 'value="R v Smith"' in wordy.text


def test_supervisors_alone_open_the_pages(office: Office) -> None:
    for person in (office.examiner(), office.force(), office.auditor()):
        assert person.get("erasures").status_code == 403


def test_an_erasure_names_its_person_until_they_are_hidden(office: Office) -> None:
    person_id = office.world.enrol(1)["person_id"]
    sue, tom = (office.person(name, Role.SUPERVISOR) for name in ("sue", "tom"))
    sue.post("erasures", person=person_id, **FIELDS)
    erasure_id = sue.page("erasures").split("/workbench/erasures/")[1].split('"')[0]
    at = f"erasures/{erasure_id}"

    named = [tom.page(page) for page in ("erasures", at)]
    tom.post(f"{at}/confirmation")
    hidden = [tom.page(page) for page in ("erasures", at)]
    sue.post(f"{at}/call-back")
    again = [tom.page(page) for page in ("erasures", at)]

    for page in (*named, *again):
        assert "Forename1 Surname1, born" in page
        assert "Hidden person" not in page
    for page in hidden:
        assert "Surname1" not in page
        assert "Hidden person" in page
