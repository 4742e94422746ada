"""What its State deletes, and what waits past its day, is gone from every column of the store.

No restored backup brings it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.agencies.matters import MatterSource, MatterState
from domain.ids import UserId
from service.usecases.agencies.deciding import (
    AnswerProposal,
    ReturnMatter,
    answer_proposal,
    return_matter,
)
from service.usecases.exchange.told import Telling
from tests.integration.agencies.test_court_results import step
from tests.integration.agencies.test_interpol import _OFFICER as OFFICER
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.backup.conftest import Place, elsewhere, place
from tests.integration.certificates.applying import enrolled
from tests.integration.certificates.test_certificates import LIVE
from tests.integration.disclosure.restricting import item_restricted, lifted
from tests.integration.exchange.offices import POL
from tests.integration.requests.working import add_convictions
from tests.integration.retention.test_bases import found_by_prints, verified
from tests.integration.retention.test_keepings import (
    MARK,
    PAST,
    PERSON,
    SOURCES,
    Abroad,
    abroad,
    details_of,
    items_of,
)
from tests.integration.web.driver import Office, with_fast_hashes
from tests.integration.web.test_record_journeys import exchange_of, office
from tests.integration.web.test_requests import officer

__all__ = ["abroad", "elsewhere", "office", "place"]

pytestmark = pytest.mark.promise("records")

LATER = PAST + timedelta(days=400)
STATE = pytest.mark.parametrize("source", [MatterSource.STATE])


def deleted(there: Abroad, version: int = 9) -> None:
    """Have the State delete its first conviction."""
    world = there.world
    with world.services.units.write() as unit:
        unit.events.lock_last_change()
        telling = Telling(world.services, world.app.state.api.exchange, unit, POL)
        telling.delete("lublin.1", version)
        unit.commit()


def sent_back(there: Abroad, matter_id: str, on: date) -> None:
    """Have two people send a matter back on a day on which it may still be kept."""
    clock = lambda: datetime(on.year, on.month, on.day, 12, tzinfo=UTC)  # noqa: E731
    services = there.world.services
    then = replace(services, surroundings=replace(services.surroundings, clock=clock))
    first, second = (
        replace(OFFICER, actor=replace(OFFICER.actor, user_id=UserId(name))) for name in "ab"
    )
    return_matter(then, ReturnMatter(first, matter_id, 1, "Not ours."))
    back = answer_proposal(then, AnswerProposal(second, matter_id, 2, agrees=True))
    assert back.state is MatterState.SENT_BACK


def last_step(there: Abroad) -> dict[str, Any]:
    with there.world.services.units.read() as unit:
        bodies = unit.events._transaction.connection.execute(
            sa.text("SELECT body FROM events WHERE event_type = 'matter-stepped' ORDER BY seq")
        ).scalars()
        return dict(json.loads(list(bodies)[-1]))


@STATE
def test_what_its_state_deleted_is_in_no_version_and_everything_else_answers(
    abroad: Abroad,
) -> None:
    world = abroad.world
    person_id, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(None)
    abroad.attach(matter_id, record_id)
    abroad.tell(LATER, version=2)
    add_convictions(world, record_id, LIVE)
    others = [one for one in items_of(world, record_id) if MARK not in json.dumps(one)]
    assert {"records", "matters"} <= abroad.traces()

    deleted(abroad)

    assert (abroad.traces(), abroad.overdue(), abroad.alarms()) == (set(), [], (0, 0))
    assert items_of(world, record_id) == others
    assert found_by_prints(world, person_id)
    told = last_step(abroad)
    assert told["facts"]["state"] == "no longer kept"
    assert told["facts"].get("kept_until") is None
    assert MARK not in json.dumps(told)
    assert verified(world)
    deleted(abroad)
    assert items_of(world, record_id) == others


@STATE
def test_several_deletions_of_one_record_leave_what_was_there_before(abroad: Abroad) -> None:
    _, record_id = enrolled(abroad.world, PERSON)
    before = details_of(items_of(abroad.world, record_id))
    told = [abroad.tell(PAST if number > 1 else None, number) for number in (1, 2)]
    for one in told:
        abroad.attach(one, record_id)

    deleted(abroad)
    abroad.removed(told[1])

    assert abroad.traces() == set()
    assert details_of(items_of(abroad.world, record_id)) == before
    assert verified(abroad.world)


@STATE
def test_a_deletion_beside_restricted_evidence_waits_for_two_people(abroad: Abroad) -> None:
    world = abroad.world
    _, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(None)
    abroad.attach(matter_id, record_id)
    restriction = item_restricted(world, record_id, "arrest-report-1")

    deleted(abroad)

    assert "records" in abroad.traces()
    refused = step(world, matter_id, "answer", expected_step=4, agrees=True)
    assert_problem(refused, 409, "conflict")
    (waiting,) = world.officer().get("/v1/matters").json()["waiting"]
    assert (waiting["matter_id"], waiting["state"]) == (matter_id, "withdrawal proposed")
    lifted(world, restriction)
    abroad.answer(matter_id, 4, "no longer kept")
    assert abroad.traces() == set()
    assert verified(world)


@SOURCES
@pytest.mark.parametrize("is_sent_back", [False, True])
def test_what_waits_past_its_day_is_listed_and_removed_by_two(
    abroad: Abroad, is_sent_back: bool
) -> None:
    matter_id = abroad.tell(PAST)
    at = 1
    if is_sent_back:
        sent_back(abroad, matter_id, on=PAST)
        at = 3
    (listed,) = abroad.overdue()
    assert (listed["matter_id"], listed["record_id"]) == (matter_id, None)
    assert (listed["kept_until"], abroad.alarms()) == (str(PAST), (1, 1))
    assert abroad.traces() == {"matters"}

    abroad.proposed(matter_id, at)
    alone = step(abroad.world, matter_id, "answer", expected_step=at + 1, agrees=True)
    assert_problem(alone, 409, "self-verification")
    assert [one["matter_id"] for one in abroad.overdue()] == [matter_id]
    with abroad.world.services.units.read() as unit:
        assert [one.item_id for one in unit.waiting.listed()] == [matter_id], "still met by name"
    abroad.answer(matter_id, at + 1, "no longer kept")

    assert (abroad.traces(), abroad.overdue(), abroad.alarms()) == (set(), [], (0, 0))
    assert last_step(abroad)["facts"]["kept_until"] == str(PAST)
    assert abroad.tell(PAST) == matter_id
    assert abroad.traces() == set()
    assert verified(abroad.world)


@SOURCES
def test_what_may_still_be_kept_is_not_removed_from_the_inbox(abroad: Abroad) -> None:
    for number, until in enumerate((None, LATER), 1):
        matter_id = abroad.tell(until, number)
        refused = step(abroad.world, matter_id, "withdrawal", expected_step=1, words="Its day.")
        assert_problem(refused, 409, "conflict")
    assert abroad.overdue() == []
    assert abroad.traces() == {"matters"}


@SOURCES
def test_the_pages_list_what_waits_past_its_day_and_remove_it(abroad: Abroad) -> None:
    matter_id = abroad.tell(PAST)
    pages = officer(abroad.office)
    assert "on no record" in pages.page("matters")
    page = pages.page(f"matters/{matter_id}")
    assert "Propose to remove it" in page
    assert f"{matter_id}/withdrawal" in page
    assert f"{matter_id}/attachment" not in page


@pytest.mark.parametrize("end", [deleted, None], ids=["deleted", "its day is over"])
def test_no_restored_backup_brings_it_back(
    place: Place,
    elsewhere: Callable[..., Place],
    tmp_path: Path,
    end: Callable[[Abroad], None] | None,
) -> None:
    def told(world: World) -> Abroad:
        there = Office(world.app, world, with_fast_hashes(world.app))
        desk = exchange_of(there).desk
        world.app.state.api = replace(world.app.state.api, exchange=desk)
        return Abroad(there, MatterSource.STATE)

    with place.served() as world:
        there = told(world)
        _, record_id = enrolled(world, PERSON)
        matter_id = there.tell(PAST)
        there.attach(matter_id, record_id)
        assert "records" in there.traces()
    file = tmp_path / "a.backup"
    assert place.run("backup", str(file)).exit_code == 0
    with place.served() as world:
        (end or (lambda one: one.removed(matter_id)))(told(world))
        assert told(world).traces() == set()
    other = elsewhere(place.keys)

    done = other.run("restore", str(file), "--accept-lost-events", "--json")

    # The version of the record and the matter; what the log lost with the decision is reported.
    assert json.loads(done.stdout)["payloads_erased_again"] == 2
    with other.served() as world:
        assert told(world).traces() == set()
