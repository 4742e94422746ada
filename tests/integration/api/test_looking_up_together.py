"""Lines leased together are looked up together, with the same results as alone."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import ForceCode, SearchId, UserId
from domain.prints.captures import TenprintProbe
from domain.searches.searches import Probe, SearchType
from indexing.searching.hits import Hits
from service.api.bodies import read_json
from service.api.people.captures import ReadCapture, read_impressions
from service.api.searches.searches import SearchBody
from service.live.waiting import Turns
from service.usecases.searches.looking_up import look_up, look_up_together
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.searches.weighing import weigh_found
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import mark
from tests.integration.api.workers import (
    lines_of,
    ndjson,
    search_line,
    searcher,
    submit,
    work_all,
)

CALLER = Caller(
    Actor(UserId("custody-01"), Role.FORCE, ForceCode("01"), frozenset()), Purpose.ARREST
)

SEARCHER = replace(CALLER, actor=replace(CALLER.actor, scopes=ROLE_SCOPES[Role.FORCE]))
SOON_S = 10


def probe_of(body: dict[str, object]) -> tuple[SearchType, Probe]:
    read = read_json(SearchBody, json.dumps(body).encode())
    impressions = read_impressions(read.impressions, FORMAT)
    command = read.to_command(CALLER, None, ReadCapture(impressions))
    return command.search_type, command.probe


def mark_line(person: int, *, kind: str = "LT/TP") -> dict[str, object]:
    return {"search_type": kind, "impressions": mark(person, 2)}


def enrol_some(world: World) -> None:
    for person in (1, 2, 3):
        world.enrol(person)


def test_each_finds_what_it_finds_alone(sqlite_world: World) -> None:
    enrol_some(sqlite_world)
    services = sqlite_world.services
    asked = [probe_of(line) for line in (search_line(2), mark_line(3), search_line(9))]

    together = look_up_together(services, asked)

    for hits, (kind, probe) in zip(together, asked, strict=True):
        alone = look_up(services, kind, probe)
        assert hits is not None
        assert hits.encounter_rows.tolist() == alone.encounter_rows.tolist()
        assert (hits.digest, hits.cursor) == (alone.digest, alone.cursor)


def test_what_is_searched_in_the_mark_file_is_looked_up_in_its_turn(sqlite_world: World) -> None:
    enrol_some(sqlite_world)
    asked = [probe_of(line) for line in (mark_line(1, kind="LT/LT"), search_line(1))]

    in_the_mark_file, tenprint = look_up_together(sqlite_world.services, asked)

    assert in_the_mark_file is None
    assert tenprint is not None


def test_who_waits_for_a_turn_is_looked_up_with_those_in_front(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol_some(sqlite_world)
    services = replace(sqlite_world.services, turns=Turns(1))
    index, company = services.gallery.index, services.shared_look_ups[SearchType.TP_TP]
    alike, passes = index.search_tenprints, []

    def noted(probes: Sequence[TenprintProbe], **asked: Any) -> tuple[Hits, ...]:
        passes.append(len(probes))
        return alike(probes, **asked)

    monkeypatch.setattr(index, "search_tenprints", noted)
    asked = [SubmitSearch(SEARCHER, *probe_of(search_line(person))) for person in (1, 2, 3)]
    with ThreadPoolExecutor(3) as pool:
        with services.turns.taken():
            waiting = [pool.submit(submit_search, services, one) for one in asked]
            deadline = time.monotonic() + SOON_S
            while len(company._joined) < len(asked):
                assert time.monotonic() < deadline
                time.sleep(0.001)
        found = [future.result(SOON_S) for future in waiting]

    with services.units.read() as unit:
        candidates = [unit.searches.candidates(search_id)[0] for search_id in found]
        people = [unit.encounters.get(one.encounter_id) for one in candidates]
    assert passes == [3]
    assert len({one.person_id for one in people if one is not None}) == 3


def test_whoever_is_erased_after_the_look_up_is_no_candidate(world: World) -> None:
    enrolled = world.enrol(1)
    world.enrol(2)
    kind, probe = probe_of(search_line(1))
    (hits,) = look_up_together(world.services, [(kind, probe)])
    have_erased(world, enrolled["person_id"])

    weighed = weigh_found(world.services, kind, probe, lambda: hits)

    assert enrolled["person_id"] not in {each.person_id for each in weighed.candidates}
    assert len(weighed.candidates) == 1


def test_lines_of_every_kind_find_their_person(world: World) -> None:
    enrol_some(world)
    text = ndjson(search_line(1), mark_line(2), b"{", search_line(3))
    batch_id = submit(world, text).json()["batch_id"]

    work_all(searcher(world.services))

    done = [line["search_id"] for line in lines_of(world, batch_id) if line["state"] == "done"]
    with world.services.units.read() as unit:
        cases = [unit.cases.of_search(SearchId(search_id)) for search_id in done]
    assert len(done) == 3
    assert all(cases)
