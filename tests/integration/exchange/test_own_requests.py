"""Case officers ask other States by call and by page, and search with the prints that came."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from domain.exchange.codes import MessageId, ReplyCode
from domain.people.people import Details, Nationality, PersonName
from domain.restrictions import UsePurpose
from matching.scorer import Scorer
from service.usecases.exchange.asking import AskStates, ask_states, queue_reply, reply_of
from service.usecases.exchange.desk import AtDesk
from tests.integration.api.driver import World
from tests.integration.api.prints import tenprint
from tests.integration.exchange.offices import ROOT
from tests.integration.exchange.test_api import Joined, joined, opened
from tests.integration.web.conftest import open_office

__all__ = ["joined"]

_AT = "/v1/exchange/requests"
_BODY: dict[str, Any] = {
    "subject": {
        "names": [{"forename": "Jan", "surname": "Muster"}],
        "nationalities": [{"nationality": "POL"}],
    },
    "purpose": "criminal proceedings",
    "legal_basis": "eufra-2020",
    "reference": "OUT-1/26",
}


def _reply(joined: Joined, asked: str) -> None:
    """Have the other State answer, and carry the answer here."""
    theirs = joined.theirs
    with theirs.services.units.write() as unit:
        reply = reply_of(ReplyCode.SUCCESSFUL)
        queue_reply(AtDesk(theirs.services, unit, theirs.desk), MessageId(asked), reply)
        unit.commit()
    theirs.send()


def test_an_officer_asks_and_reads_the_reply(joined: Joined) -> None:
    officer = joined.world.officer()
    answer = officer.post(_AT, _BODY)
    assert answer.status_code == 201, answer.text
    (asked,) = answer.json()["message_ids"]
    joined.send()
    before = officer.get(f"{_AT}/{asked}").json()
    _reply(joined, asked)
    after = officer.get(f"{_AT}/{asked}").json()

    assert (before["is_answered"], before["answers"]) == (False, [])
    assert before["sent_at"]
    assert after["is_answered"]
    assert after["answers"][0]["reply"] == {"outcome": "RRT-00-00"}
    listed = officer.get(_AT).json()["requests"]
    assert [(one["message_id"], one["reference"]) for one in listed] == [(asked, "OUT-1/26")]


def test_the_same_call_twice_asks_once(joined: Joined) -> None:
    officer = joined.world.officer()
    first, second = (officer.post(_AT, _BODY, Idempotency_Key="key-1") for _ in range(2))
    other = officer.post(_AT, _BODY | {"reference": "OUT-2"}, Idempotency_Key="key-1")

    assert first.json() == second.json()
    assert other.json()["type"] == "/problems/idempotency-conflict"
    assert len(officer.get(_AT).json()["requests"]) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"subject": {"names": [{"surname": "Muster"}]}}, "/subject/nationalities"),
        (
            {"subject": _BODY["subject"] | {"nationalities": [{"nationality": "GBR"}]}},
            "/subject/nationalities",
        ),
        (
            {"subject": _BODY["subject"] | {"dates_of_birth": ["2001-02-30"]}},
            "/subject/dates_of_birth/0",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_leaves(
    joined: Joined, change: dict[str, Any], pointer: str
) -> None:
    officer = joined.world.officer()
    answer = officer.post(_AT, _BODY | change)

    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert officer.get(_AT).json()["requests"] == []


def test_without_a_state_nothing_can_be_asked(sqlite_world: World) -> None:
    assert sqlite_world.officer().post(_AT, _BODY).status_code == 404


def test_the_prints_that_came_with_a_request_are_searched(joined: Joined) -> None:
    enrolled = joined.world.enrol(1)
    capture = json.dumps({"impressions": tenprint(1, capture=3)}).encode()
    _ask_with(joined, base64.b64encode(capture).decode())
    work = opened(joined)
    work.step("accept")

    answer = work.post("search", use_sent_prints=True)

    assert answer.status_code == 201, answer.text
    case_id = joined.world.case_of(answer.json()["search_id"])
    for examiner in ("examiner-a", "examiner-b"):
        joined.world.examine(case_id, examiner, person_id=enrolled["person_id"])
    assert work.identify()["basis"] == "prints confirmed by link"


@pytest.mark.parametrize("capture", [None, base64.b64encode(b"\xff{").decode(), "AAA"])
def test_prints_that_cannot_be_read_are_refused_in_words(
    joined: Joined, capture: str | None
) -> None:
    _ask_with(joined, capture)
    work = opened(joined)
    work.step("accept")
    answer = work.post("search", use_sent_prints=True)

    assert answer.status_code in {400, 422}, answer.text
    assert work.read()["state"] == "ready"


def _ask_with(joined: Joined, capture: str | None) -> None:
    said = Details(names=(PersonName("Ada", "Unheard-Of"),), nationalities=(Nationality("GBR"),))
    command = AskStates(said, UsePurpose.CRIMINAL_PROCEEDINGS, "eufra-2020", "II K 1", capture)
    ask_states(joined.theirs.services, joined.theirs.desk, ROOT, command)
    assert joined.theirs.send().acknowledged == 1


def test_the_page_asks_and_lists(sqlite_url: str, scorer: Scorer, tmp_path: Path) -> None:
    for office in open_office(sqlite_url, scorer, tmp_path, exchange_state="GBR"):
        officer = office.person("officer-a", Role.CASE_OFFICER, force="89")
        fields = {
            "purpose": "criminal proceedings",
            "legal_basis": "eufra-2020",
            "reference": "OUT-7",
            "surname": "Muster",
            "nationalities": "pol\nRomania",
        }
        form = officer.page("exchange/requests/new")
        assert ">European Union (Future Relationship) Act 2020</option>" in form
        unnamed = officer.post("exchange/requests/new", **(fields | {"legal_basis": ""}))
        assert "Choose the agreement or law." in unnamed.text
        wrong = officer.post("exchange/requests/new", **(fields | {"nationalities": "GBR"}))
        assert "there is no country to ask" in wrong.text
        officer.post("exchange/requests/new", **fields)
        page = officer.page("exchange/requests")

        assert "POL" in page
        assert "ROU" in page
        assert "OUT-7" in page
