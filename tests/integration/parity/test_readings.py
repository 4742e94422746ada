"""What pages and calls tell of one store: the same facts, under the same hiding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.access.access import Role
from tests.integration.api.driver import User
from tests.integration.web.conftest import office
from tests.integration.web.driver import Office

__all__ = ["office"]

pytestmark = pytest.mark.dear("works three cases with points, as examiners do, in each test")


@pytest.fixture
def cases(office: Office) -> list[str]:
    """Return three cases: one linked, one that differs, one that waits."""
    office.world.review_differences()
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    found = [office.world.case_of(office.world.search(person)) for person in (1, 2, 3)]
    for name in ("examiner-a", "examiner-b"):
        office.examine(found[0], office.examiner(name), person_id=people[1])
    office.examine(found[1], office.examiner("examiner-a"), person_id=people[2])
    office.examiner("examiner-b").post(f"cases/{found[1]}/claim")
    office.examiner("examiner-b").examine(found[1], identify=set())
    return found


def caller(office: Office, name: str) -> User:
    """Return a caller of the API who is the person of this name at a browser."""
    return office.world.user(Role.EXAMINER, office.examiner(name).user_id)


def test_the_queue(office: Office, cases: list[str]) -> None:
    told = caller(office, "examiner-a").get("/v1/queue").json()
    urgent = caller(office, "examiner-a").get("/v1/queue?priority=urgent").json()
    page = office.examiner("examiner-a").page("queue")

    task = office.world.task_of(cases[2])
    assert [line["task_id"] for line in told["waiting"]] == [task]
    assert (told["mine"], told["closed"], told["has_more"]) == ([], [cases[0]], False)
    assert urgent["waiting"] == []
    assert f"/workbench/queue/{task}/claim" in page
    assert f"/workbench/cases/{cases[0]}/result" in page


def test_the_overview(office: Office, cases: list[str]) -> None:
    caller(office, "examiner-a").post(f"/v1/cases/{cases[2]}/claim")

    told = office.world.supervisor().get("/v1/overview").json()
    page = office.supervisor().page("overview")

    assert told["counts"] == {"differing": 1, "waiting": 1}
    assert [line["case_id"] for line in told["oldest"]] == [cases[1], cases[2]]
    assert all(line["waits_for"] in page for line in told["oldest"])
    assert told["oldest"][1]["waits_for"] == "examiner-a, who holds the case"


def test_control_items(office: Office, cases: list[str]) -> None:
    bench = replace(office.bench, desk=replace(office.bench.desk, control_share=0.5))
    office.bench = office.app.state.workbench = bench
    supervisor = office.world.supervisor()
    due = supervisor.get("/v1/overview").json()["due_controls"]
    page = office.supervisor().page("overview")

    inserted = supervisor.post("/v1/control-items")

    assert due == 3
    assert f"Due now: {due}." in " ".join(page.split())
    assert (inserted.status_code, inserted.json()) == (201, {"inserted": 3})
    assert supervisor.get("/v1/overview").json()["due_controls"] == 0


def test_the_result_of_a_case(office: Office, cases: list[str]) -> None:
    told = caller(office, "examiner-a").get(f"/v1/cases/{cases[0]}/result").json()
    page = office.examiner("examiner-a").page(f"cases/{cases[0]}/result")

    assert (told["state"], told["is_control"]) == ("linked", False)
    assert told["link_id"] in page
    ranks = [one["candidate"]["rank"] for one in told["candidates"]]
    assert ranks == sorted(ranks)
    assert all(f'"?rank={rank}"' in page for rank in ranks)
    first = told["candidates"][0]
    assert first["details"]["names"] == ["Forename1 Surname1"]
    assert "Forename1 Surname1" in page
    assert first["comparison"]["label"] in page
    assert first["owner"] == {"force": "01", "name": "Metropolitan"}


def test_the_figures(office: Office, cases: list[str]) -> None:
    told = office.world.supervisor().get("/v1/statistics").json()
    page = office.supervisor().page("statistics")

    (hits,) = told["hits"]
    (pair,) = [row for row in told["agreement"] if row["pairs"]]
    assert hits == {"search_type": "TP/TP", "linked": 1, "cases": 1, "share": 1.0}
    assert (pair["activity"], pair["agreed"], pair["pairs"]) == ("tenprint check", 1, 2)
    assert "100.0 %" in page
    assert "50.0 %" in page
    for user in (office.world.auditor(), office.world.administrator()):
        assert user.get("/v1/statistics").status_code == 200
    for user in (office.world.examiner(), office.world.force()):
        assert user.get("/v1/statistics").status_code == 403


def test_links_and_their_story(office: Office, cases: list[str]) -> None:
    supervisor, force = office.world.supervisor(), office.world.force()
    (line,) = supervisor.get("/v1/links").json()["links"]
    story = supervisor.get(f"/v1/links/{line['link_id']}/story").json()
    told = force.get(f"/v1/links/{line['link_id']}/story").json()
    page = office.supervisor().page(f"links/{line['link_id']}")

    assert line["force"] == {"force": "01", "name": "Metropolitan"}
    assert [one["decided_by"] for one in story["decisions"]] == ["examiner-a", "examiner-b"]
    assert all(f"entry {event['seq']} of the log" in page for event in story["events"])
    assert story["may_revoke"]
    assert "Un-link" in page
    # A force is told neither decisions nor persons, and may not un-link.
    assert (told["decisions"], told["may_revoke"]) == ([], False)
    assert {event["actor"] for event in told["events"]} == {""}
    assert [event["seq"] for event in told["events"]] == list(range(len(story["events"])))
    assert office.world.force("47").get("/v1/links").json()["links"] == []
    assert office.world.force("47").get(f"/v1/links/{line['link_id']}/story").status_code == 404


@pytest.mark.parametrize("is_page", [True, False])
def test_a_force_that_lists_a_link_hears_of_its_revocation(
    office: Office, cases: list[str], is_page: bool
) -> None:
    force = office.world.force()
    if is_page:
        office.force().page("links")
    else:
        assert len(force.get("/v1/links").json()["links"]) == 1
    (line,) = office.world.supervisor().get("/v1/links").json()["links"]

    office.world.supervisor().post(
        f"/v1/links/{line['link_id']}/revocation", {"reason": "A mistake."}
    )

    notices = force.get("/v1/notices").json()["notices"]
    assert [notice["link_id"] for notice in notices] == [line["link_id"]]
