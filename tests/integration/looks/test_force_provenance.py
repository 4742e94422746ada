"""A force is told how a link of its own came to be, and no id that is not its own."""

from __future__ import annotations

import re

import pytest

from tests.integration.web.driver import Office

OWN = "01"
"""The force that searches; the person and the record are those of another."""

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def linked(office: Office) -> tuple[str, str]:
    """Return a link of a search of one force to a person of another, and the search."""
    world = office.world
    held = world.enrol(1, force="47")
    search_id = world.search(1, force=OWN)
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=held["person_id"])
    return world.standing(search_id, force=OWN)["link"]["link_id"], search_id


def test_no_answer_to_a_force_names_an_id_that_is_not_its_own(office: Office) -> None:
    link_id, search_id = linked(office)
    force, own = office.world.force(OWN), {link_id, search_id}

    for path in ("", "/provenance", "/story"):
        answer = force.get(f"/v1/links/{link_id}{path}")
        assert answer.status_code == 200
        assert set(_ID.findall(answer.text)) <= own, path
        assert "examiner-a" not in answer.text
        assert "candidate" not in answer.text
    page = office.force(OWN).page(f"links/{link_id}")
    assert set(_ID.findall(re.sub(r'name="csrf" value="\w+"', "", page))) <= own
    assert "of the log" not in page


def test_the_force_s_view_tells_its_search_the_model_and_two_examiners(office: Office) -> None:
    link_id, search_id = linked(office)

    told = office.world.force(OWN).get(f"/v1/links/{link_id}/provenance").json()

    assert len([name for name in told["agent"] if name.startswith("il:examiner-")]) == 2
    assert f"il:search-{search_id}" in told["activity"]
    assert f"il:link-{link_id}" in told["entity"]
    assert [name for name in told["agent"] if name.startswith("il:model-")]
    assert "il:event" not in str(told)


def test_the_story_of_a_force_counts_its_own_steps(office: Office) -> None:
    link_id, _ = linked(office)

    theirs = office.world.force(OWN).get(f"/v1/links/{link_id}/story").json()["events"]
    ours = office.world.supervisor().get(f"/v1/links/{link_id}/story").json()["events"]

    assert [event["seq"] for event in theirs] == list(range(len(theirs)))
    assert [event["event_type"] for event in theirs] == [event["event_type"] for event in ours]
    assert ours[0]["seq"] > 0


@pytest.mark.dear("asks for every address as many roles")
def test_the_office_is_told_all_and_a_force_its_own_record(
    their_office: tuple[Office, dict[str, str]],
) -> None:
    office, ids = their_office
    path = f"/v1/links/{ids['link_id']}/provenance"

    owner = office.world.force("47").get(path).text
    auditor = office.world.auditor().get(path).text

    assert ids["record_id"] in owner
    for name in ("case_id", "candidate_id", "decision_id"):
        assert ids[name] not in owner
        assert ids[name] in auditor
    assert "il:event" not in owner
    assert "il:event" in auditor


def test_the_view_of_a_revoked_link_names_nobody(office: Office) -> None:
    link_id, _ = linked(office)
    supervisor = office.world.supervisor()
    supervisor.post(f"/v1/links/{link_id}/revocation", {"reason": "A mistake."})

    told = office.world.force(OWN).get(f"/v1/links/{link_id}/provenance")

    assert f"il:revocation-{link_id}" in told.json()["activity"]
    assert "supervisor-a" not in told.text
