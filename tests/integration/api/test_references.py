"""References that clients give: echoed, found, sealed, erased, and hidden from examiners."""

from __future__ import annotations

from typing import Any

import pytest

from service.storage.tables.people import payloads
from service.storage.tables.searches import client_references
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import encounter, tenprint
from tests.integration.api.test_batches import ndjson, search_line, submit
from tests.integration.api.test_erasures import ENDED, call_back, confirmed
from tests.integration.api.workers import searcher, work_all
from tests.integration.storage.raw import connection

CRIME = "42/1234/26 (JS)"


def searched(world: World, person: int, reference: str | None) -> str:
    body = {"search_type": "TP/TP", "impressions": tenprint(person, capture=3)}
    if reference is not None:
        body["reference"] = reference
    answer = world.force().post("/v1/searches", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["search_id"])


def enrolled(world: World, person: int) -> dict[str, Any]:
    answer = world.force().post("/v1/encounters", encounter(person) | {"reference": CRIME})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def under(world: World, kind: str, reference: str, *, force: str = "01") -> list[str]:
    path = f"/v1/{kind}?reference={reference}&limit=1"
    found, before = [], ""
    while before is not None:
        page = world.force(force).get(path + before).json()
        found += [one["search_id" if kind == "searches" else "encounter_id"] for one in page[kind]]
        before = page["next_before"] and f"&before={page['next_before']}"
    return found


def test_a_reference_is_echoed_and_finds_what_it_was_given_to(world: World) -> None:
    ids = [enrolled(world, 1)["encounter_id"], enrolled(world, 2)["encounter_id"]]
    searches = [searched(world, 1, CRIME), searched(world, 1, None), searched(world, 2, CRIME)]

    echoed = [world.standing(one)["reference"] for one in searches]
    echoed.append(world.force().get(f"/v1/encounters/{ids[0]}").json()["reference"])

    assert echoed == [CRIME, "", CRIME, CRIME]
    assert under(world, "searches", CRIME.lower()) == [searches[2], searches[0]]
    assert under(world, "encounters", CRIME) == ids[::-1]
    assert under(world, "searches", "42/1234/27") == []
    assert under(world, "searches", CRIME, force="47") == []
    assert under(world, "encounters", CRIME, force="47") == []


def test_a_page_goes_on_behind_a_search_whose_reference_is_erased(sqlite_world: World) -> None:
    first, without, last = (
        searched(sqlite_world, n, one) for n, one in enumerate((CRIME, None, CRIME))
    )
    path = f"/v1/searches?reference={CRIME}"
    force = sqlite_world.force()

    whole, behind = force.get(path).json(), force.get(f"{path}&before={without}").json()

    assert [one["search_id"] for one in whole["searches"]] == [last, first]
    assert [one["search_id"] for one in behind["searches"]] == [first]


def test_a_line_of_a_batch_carries_its_reference(world: World) -> None:
    world.enrol(1)
    submit(world, ndjson(search_line(1) | {"reference": CRIME}))
    work_all(searcher(world.services))

    (found,) = under(world, "searches", CRIME)

    assert world.standing(found)["reference"] == CRIME


@pytest.mark.parametrize("reference", ["", " x", "x" * 65, "a\nb", "é", "<b>", 7])
def test_a_reference_of_another_form_is_refused_and_nothing_is_stored(
    world: World, reference: Any
) -> None:
    before = world.counts()
    body = {"search_type": "TP/TP", "impressions": tenprint(1), "reference": reference}

    for path, sent in (
        ("/v1/searches", body),
        ("/v1/encounters", encounter(1) | {"reference": reference}),
    ):
        answer = world.force().post(path, sent)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/reference"
    assert world.counts()[1:] == before[1:]


def test_the_same_key_with_another_reference_is_another_request(world: World) -> None:
    body = encounter(1) | {"reference": CRIME}
    force = world.force()
    first = force.post("/v1/encounters", body, Idempotency_Key="k")
    again = force.post("/v1/encounters", body, Idempotency_Key="k")
    other = force.post("/v1/encounters", body | {"reference": "other"}, Idempotency_Key="k")

    assert first.json() == again.json()
    assert other.status_code == 409


def test_it_is_in_no_event_no_log_line_no_row_and_no_answer_to_an_examiner(
    world: World, database_url: str
) -> None:
    enrolled(world, 1)
    search_id = searched(world, 1, CRIME)
    case_id = world.case_of(search_id)
    examiner = world.examiner()
    examiner.post(f"/v1/cases/{case_id}/claim")
    told = [examiner.get(f"/v1/cases{rest}").text for rest in ("", f"/{case_id}")]
    told.append(examiner.get(f"/v1/cases/{case_id}/probe").text)
    told.append(world.log.getvalue())
    with world.services.units.read() as unit:
        entries = unit.events.entries(start=0, limit=100)
    with connection(database_url) as raw:
        rows = raw.execute(client_references.select()).all()
        stored = [bytes(body) for body in raw.execute(payloads.select()).scalars("body")]

    assert len(rows) == 2
    assert not [text for text in (*told, *map(str, rows)) if CRIME in text]
    assert not [body for body in stored if CRIME.encode() in body]
    assert not [entry for entry in entries if CRIME.encode() in entry.body]


def test_it_is_erased_with_the_person_and_hidden_before(world: World) -> None:
    answer = enrolled(world, 1)
    encounter_id, person_id = answer["encounter_id"], answer["person_id"]

    erasure_id = confirmed(world, person_id, ENDED)
    hidden = under(world, "encounters", CRIME)
    call_back(world, erasure_id)
    back = under(world, "encounters", CRIME)
    have_erased(world, person_id)
    with world.services.units.read() as unit:
        left = unit.references.of([encounter_id])

    assert (hidden, back, under(world, "encounters", CRIME)) == ([], [encounter_id], [])
    assert left == {}
