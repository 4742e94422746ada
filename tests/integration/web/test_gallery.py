"""Only a supervisor reads and settles doubts about the gallery."""

from __future__ import annotations

import re

from service.cli.context import CONSOLE
from service.usecases.people.integrity import check_gallery
from tests.integration.api.prints import encounter
from tests.integration.web.driver import Office


def doubted(office: Office) -> tuple[str, str, str]:
    """Enrol one human being twice and let the gallery be checked: case, kept, double."""
    kept = office.world.enrol(1)["person_id"]
    body = encounter(1, capture=2)
    del body["record"]
    double = office.world.force().post("/v1/encounters", body).json()["person_id"]
    check_gallery(office.world.services, CONSOLE)
    (case_id,) = re.findall(r"/workbench/gallery/(\w+)", office.supervisor().page("gallery"))
    return case_id, kept, double


def test_a_doubt_is_settled_with_a_merge_that_waits_for_another(either_office: Office) -> None:
    office = either_office
    case_id, kept, double = doubted(office)
    supervisor = office.supervisor()

    page = supervisor.page(f"gallery/{case_id}")
    empty = supervisor.post(f"gallery/{case_id}")
    settled = supervisor.follow(
        f"gallery/{case_id}", outcome="confirmed", surviving=kept, reason="Ten fingers agree."
    )

    assert kept in page
    assert double in page
    assert "Two people on record with the same prints" in page
    assert empty.status_code == 422
    assert "Choose what you found." in empty.text
    assert settled.url.path == "/workbench/gallery"
    assert "No possible errors are waiting for a decision." in settled.text
    after = supervisor.page(f"gallery/{case_id}")
    assert "Ten fingers agree." in after
    assert "Another supervisor must confirm the merge." in after
    (merge,) = office.world.supervisor().get(f"/v1/people/{kept}/merges").json()["merges"]
    assert (merge["absorbed"], merge["confirmed_by"]) == (double, None)


def test_nobody_else_reads_doubts(office: Office) -> None:
    case_id, _, _ = doubted(office)
    others = (office.examiner(), office.auditor(), office.force())

    answers = [person.get(at).status_code for person in others for at in ("gallery", case_id)]
    settled = [
        person.post(f"gallery/{case_id}", outcome="refuted", reason="No.").status_code
        for person in others
    ]

    assert set(answers) <= {403, 404}
    assert settled == [403] * 3
