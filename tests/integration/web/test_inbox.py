"""The inbox shows matters that wait, why and until when; two people decide on its pages."""

from __future__ import annotations

import re

from domain.access.access import Role
from tests.court_messages import Line, Said, Told
from tests.integration.agencies.test_court_results import sent, summonsed
from tests.integration.web.driver import Office, Person, hidden_fields
from tests.integration.web.test_requests import officer


def _answer(person: Person, path: str, **fields: str) -> str:
    page = person.page(path)
    answer = person.client.post(
        f"/workbench/{path}/{fields.pop('to')}", data={**hidden_fields(page), **fields}
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_empty_inbox_says_so(office: Office) -> None:
    assert "Nothing is waiting" in officer(office).page("matters")


def test_two_people_decide_on_the_pages(office: Office) -> None:
    summonsed(office.world)
    told = sent(office.world, Told(forename="Osvin", offences=(Said(lines=(Line(),)),)))
    first = officer(office)
    second = office.person("officer-b", Role.CASE_OFFICER, force="89")
    path = f"matters/{told['matter_id']}"

    listed = first.page("matters")
    assert ("1 matter is waiting" in listed, "Osvin Trelawney" in listed) == (True, True)
    assert "has another name or date of birth" in listed
    page = first.page(path)
    assert "Two people have to agree" in page
    assert "Fined 120." in page
    (charge,) = set(re.findall(r'<option value="(offence-\d+)"', page))

    refused = first.client.post(
        f"/workbench/{path}/attachment", data={**hidden_fields(page), "words": "By the summons."}
    )
    assert refused.status_code == 422
    assert "Assign at least one offence in the message to a charge" in refused.text
    fields = {"offence-0": charge, "words": "By the summons."}
    own = _answer(first, path, to="attachment", **fields)
    assert "another person must agree" in own
    done = _answer(second, path, to="answer", agrees="yes")
    assert ">attached<" in done
    assert "Nothing is waiting" in first.page("matters")
