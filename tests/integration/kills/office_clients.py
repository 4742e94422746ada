"""Callers beside those who search and examine: who enrol, enquire, upload, ask States, and erase.

Each notes what it was acknowledged and the call by which its writer finds it again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from domain.ids import ForceCode
from tests.integration.answers import Answer
from tests.integration.api.erasing import ORDER
from tests.integration.api.prints import encounter, record
from tests.integration.applications.applying import photograph
from tests.integration.kills.clients import Caller, Enrolled, Own, search_for, told_apart

FIRST_PERSON = 1_000
"""People of the enroller, who are searched for once and erased."""
STATE = "POL"
OPEN = "open"
"""The keys of searches whose cases are open when a person in them is erased."""


def enroller(caller: Caller, name: str, force: ForceCode) -> Callable[[], None]:
    """Return a step that enrols one more person; an unanswered one is sent again under its key."""
    numbers, waiting = count(FIRST_PERSON), list[int]()

    def step() -> None:
        waiting[:] = waiting or [next(numbers)]
        key = f"{name}-{waiting[0]}"
        body = encounter(waiting[0], force=force) | {"reference": key}
        answer = _keyed(caller, "/v1/encounters", key, told_apart(body, waiting[0]))
        assert answer.status == 201, answer.content
        made = answer.json()
        path = f"/v1/encounters/{made['encounter_id']}"
        caller.journal.people[made["person_id"]] = Enrolled(waiting[0], path)
        caller.journal.note("enrolment", key, Own(caller, path))
        waiting.clear()

    return step


def enquirer(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that makes a names enquiry in the same way."""
    keys, waiting = (f"{name}-{number}" for number in count()), list[str]()

    def step() -> None:
        waiting[:] = waiting or [next(keys)]
        held = record(int(waiting[0].rpartition("-")[2]) % 6)
        said = {"details": {one: held[one] for one in ("names", "dates_of_birth")}}
        answer = _keyed(caller, "/v1/names-enquiries", waiting[0], said)
        assert answer.status == 201, answer.content
        own = Own(caller, f"/v1/searches/{answer.json()['search_id']}")
        caller.journal.note("names enquiry", waiting[0], own)
        waiting.clear()

    return step


def asker(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that asks another State about a person in the same way."""
    keys, waiting = (f"{name}-{number}" for number in count()), list[str]()

    def step() -> None:
        waiting[:] = waiting or [next(keys)]
        held = record(1)
        body = {
            "subject": {
                **{one: held[one] for one in ("names", "dates_of_birth")},
                "nationalities": [{"nationality": STATE}],
            },
            "purpose": "criminal proceedings",
            "legal_basis": "LED-2016-680",
            "reference": waiting[0],
        }
        answer = _keyed(caller, "/v1/exchange/requests", waiting[0], body)
        assert answer.status == 201, answer.content
        (message_id,) = answer.json()["message_ids"]
        caller.journal.note(
            "question", waiting[0], Own(caller, f"/v1/exchange/requests/{message_id}")
        )
        waiting.clear()

    return step


def uploader(caller: Caller, name: str) -> Callable[[], None]:
    """Return a step that begins a form, or adds a document to the one that it has begun.

    An upload that was not answered is made again: a slot holds one document.
    """
    numbers, started = count(), list[Mapping[str, str]]()

    def step() -> None:
        if not started:
            begun = caller.post("/v1/applications", {"kind": "police-certificate"})
            assert begun.status == 201, begun.content
            started.append(_applicant(begun.json()))
        body = {"slot": "portrait", "content": base64.b64encode(photograph()).decode()}
        answer = caller.post("/v1/application/documents", body, started[0])
        if answer.status == 429:
            return
        assert answer.status == 201, answer.content
        document = answer.json()["document_id"]
        own = Own(caller, "/v1/application", started[0], lambda seen: _slots(seen) == [document])
        caller.journal.note("document", f"{name}-{next(numbers)}", own)
        started.clear()

    return step


def eraser(first: Caller, second: Caller, force: Caller) -> Callable[[], None]:
    """Return a step that has the oldest person of the enroller erased, by two supervisors.

    A case with prints of the person was opened just before, unless examiners are far behind.
    """
    asked = dict[str, str]()

    def step() -> None:
        journal = first.journal
        erasing = journal.erasing
        person = next((one for one in list(journal.people) if one not in erasing), None)
        if not asked and (person is None or len(journal.people) - len(erasing) < 3):
            return
        if not asked and person is not None:
            if not journal.has_backlog:
                number = journal.people[person].number
                search_for(force, f"{OPEN}-{number}", number)
            erasing.add(person)
            answer = first.post(f"/v1/people/{person}/erasure", ORDER)
            if answer.status in {404, 409}:
                # The first try was stored and its answer lost.
                return
            assert answer.status == 202, answer.content
            asked[person] = answer.json()["erasure_id"]
            journal.note("erasure", person, Own(first, f"/v1/erasures/{asked[person]}"))
        person, erasure = next(iter(asked.items()))
        answer = second.post(f"/v1/erasures/{erasure}/confirmation")
        # 409: it is confirmed, and the answer was lost.
        assert answer.status in {200, 409}, answer.content
        own = Own(second, f"/v1/erasures/{erasure}", {}, lambda seen: bool(seen["confirmed_at"]))
        journal.note("confirmation", person, own)
        asked.clear()

    return step


def _keyed(caller: Caller, path: str, key: str, body: Any) -> Answer:
    return caller.submit(path, key, json.dumps(body).encode(), "application/json")


def _applicant(begun: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "X-Application-Reference": begun["reference"],
        "X-Application-Code": begun["code"],
    }


def _slots(seen: Mapping[str, Any]) -> list[str]:
    return [one["document_id"] for one in seen["documents"] if one["slot"] == "portrait"]


def pages(caller: Caller, path: str, part: str) -> Iterator[dict[str, Any]]:
    """Yield all items of a list, page by page."""
    before = ""
    while True:
        page = caller.get_at_last(f"{path}{'&' if '?' in path else '?'}limit=200{before}").json()
        yield from page[part]
        if page["next_before"] is None:
            return
        before = f"&before={page['next_before']}"
