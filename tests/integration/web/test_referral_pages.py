"""Pages of referrals: the case officer asks, a person of the body answers, and sees no more."""

from __future__ import annotations

import re

from domain.access.access import Role
from tests.integration.certificates.referring import child_protection
from tests.integration.web.driver import Office


def test_a_referral_is_made_and_answered_on_pages(office: Office) -> None:
    world = office.world
    request = child_protection(world)
    assert not request.search_by_details()
    request.identify()
    officer = office.person("officer-p", Role.CASE_OFFICER, force="89")
    at = f"requests/{request.at.rpartition('/')[2]}"
    assert f"{at}/referrals" in officer.page(at)
    officer.follow(f"{at}/referrals", f"{at}/referral")
    assert "not yet" in officer.page(f"{at}/referrals")
    again = officer.follow(f"{at}/referrals", f"{at}/referral")
    assert again.status_code == 409
    assert "already waiting for an answer" in again.text

    person = office.person("body-p", Role.REFERRAL_BODY)
    (referral,) = re.findall(r'/workbench/(referrals/\w+)"', person.page("referrals"))
    shown = person.page(referral)
    assert "Surname1" in shown
    assert "A school in Lyon" in shown
    bad = person.follow(referral, verdict="objection")
    assert bad.status_code == 422
    assert "Write what the office should do" in bad.text
    fields = {"verdict": "no objection", "marker:abroad": "yes", "words": "Seen."}
    assert person.follow(referral, **fields).url.path == "/workbench/referrals"

    assert "No referrals are waiting" in person.page("referrals")
    answered = officer.page(f"{at}/referrals")
    assert "no objection" in answered
    assert "Information of another State" in answered
    for path in ("requests", at, f"{at}/referrals", "records", "queue"):
        assert person.get(path).status_code == 403
