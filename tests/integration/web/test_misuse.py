"""Signs of misuse on the auditor's page, and on the first page of the office."""

from __future__ import annotations

import numpy as np

from domain.access.access import Role
from tests.integration.api.prints import finger, impression, template
from tests.integration.web.driver import Office


def _climb(office: Office, step: int) -> None:
    vector = finger(1, 2) + 0.004 * np.random.default_rng(step).standard_normal(192)
    near = impression(1, 2) | {"template": template(vector / np.linalg.norm(vector))}
    body = {"search_type": "TP/TP", "impressions": [near]}
    assert office.world.force().post("/v1/searches", body).status_code == 201


def test_a_sign_of_misuse_stands_on_the_first_page_and_leads_to_what_they_did(
    office: Office,
) -> None:
    auditor, supervisor = office.auditor(), office.person("sue", Role.SUPERVISOR)
    before = auditor.page("log/misuse")
    for step in range(4):
        _climb(office, step)

    page, today = auditor.page("log/misuse"), auditor.page("today")

    assert "No signs of misuse have been found" in before
    assert "One print was searched again and again with small changes" in page
    assert 'href="/workbench/log?actor=custody-01"' in page
    assert 'href="/workbench/log/misuse">signs of misuse</a>' in today
    assert "search" in auditor.page("log?actor=custody-01")
    # A supervisor sees that there is one, and not what.
    assert "signs of misuse" in supervisor.page("today")
    assert "log/misuse" not in supervisor.page("today")
    assert supervisor.get("log/misuse").status_code == 403
