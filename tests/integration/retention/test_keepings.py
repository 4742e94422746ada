"""A conviction that its source no longer lets be kept goes whole; all else answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.agencies.matters import MatterSource, MatterState
from domain.exchange.contents import (
    StatedCourt,
    StatedName,
    StatedOffence,
    StatedPerson,
    StatedRestrictions,
)
from domain.exchange.messages import Notification
from domain.office_days import office_day
from domain.restrictions import Transmittable
from service.storage.sealed.payloads import PayloadKind
from service.storage.statement.reading import filled_tables
from service.storage.tables.about import sealed_columns
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import payloads
from service.usecases.agencies.inbox import list_matters
from service.usecases.exchange.told import Telling
from service.usecases.today import WorkKind, open_work
from tests.integration.agencies.test_court_results import foreign, held, laid, step
from tests.integration.agencies.test_interpol import _OFFICER as OFFICER
from tests.integration.api.driver import World
from tests.integration.api.prints import record
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.certificates.applying import content_of, enrolled, issued
from tests.integration.certificates.applying import document_of as certificate_file
from tests.integration.certificates.applying import released as certified
from tests.integration.certificates.test_certificates import LIVE
from tests.integration.disclosure.asking import document_of, identified, own_request, prepared
from tests.integration.disclosure.restricting import item_restricted
from tests.integration.exchange.offices import POL
from tests.integration.exchange.telling import notice
from tests.integration.requests.working import FINE, add_convictions, record_id_of
from tests.integration.retention.test_bases import found_by_prints, verified
from tests.integration.web.driver import Office
from tests.integration.web.test_record_journeys import office
from tests.integration.web.test_requests import officer

__all__ = ["office"]

pytestmark = pytest.mark.promise("records")

MARK = "Zanzibar"
"""Every text of the conviction has this word, and nothing else has it."""
PERSON = 1
_BORN = str(record(PERSON)["dates_of_birth"][0])
SOURCES = pytest.mark.parametrize("source", [MatterSource.STATE, MatterSource.INTERPOL])


def _today() -> date:
    return office_day(datetime.now(UTC))


PAST = _today() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Abroad:
    """Another country that tells of convictions of one person, through one of the sources."""

    office: Office
    source: MatterSource

    @property
    def world(self) -> World:
        return self.office.world

    def tell(self, until: date | None, number: int = 1, version: int = 1) -> str:
        """Tell of a conviction; return the matter. Its name is a new claim about the person."""
        name = f"Forename{PERSON} {MARK}{number}"
        if self.source is MatterSource.INTERPOL:
            limits = {"transmittable": "yes"} | ({"retention_end": str(until)} if until else {})
            body = foreign(
                reference=f"ip.{number}",
                version=version,
                limits=limits,
                court=f"{MARK} {number}",
                case_number=f"{MARK} {number}",
                name={"forename": name, "surname": f"Surname{PERSON}"},
                born_on=_BORN,
            )
            answer = self.world.officer().post("/v1/matters", body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["matter_id"])
        told = notice(
            StatedPerson(StatedName(f"Surname{PERSON}", name), ("GBR",), born_on=_BORN),
            conviction_id=f"lublin.{number}",
            version=version,
            court=StatedCourt(f"{MARK} {number}", country="POL"),
            offences=(StatedOffence("278", title=MARK),),
            reference=f"{MARK} {number}",
            restrictions=StatedRestrictions(Transmittable.YES, (), until),
        )
        return self._from_poland(told)

    def _from_poland(self, told: Notification) -> str:
        services = self.world.services
        with services.units.write() as unit:
            desk = self.world.app.state.api.exchange
            Telling(services, desk, unit, POL).take(told)
            unit.commit()
        with services.units.read() as unit:
            return unit.matters.under(MatterSource.STATE, "POL/")[-1].matter_id

    def attach(self, matter_id: str, record_id: str) -> None:
        with self.world.services.units.read() as unit:
            live = unit.records.versions(record_id)[-1].version  # type: ignore[arg-type]
        on = laid(record_id, laid=[]) | {"expected_version": live}
        proposed = step(self.world, matter_id, "attachment", **on)
        assert proposed.json().get("state") == "attachment proposed", proposed.text
        self.answer(matter_id, 2, "attached")

    def removed(self, matter_id: str, at: int = 3) -> None:
        """Have two people remove a matter after this number of steps less one."""
        self.proposed(matter_id, at)
        self.answer(matter_id, at + 1, "no longer kept")

    def proposed(self, matter_id: str, at: int = 3) -> None:
        answer = step(self.world, matter_id, "withdrawal", expected_step=at, words="Its day.")
        assert answer.status_code == 200, answer.text

    def answer(self, matter_id: str, at: int, state: str) -> None:
        done = step(self.world, matter_id, "answer", "officer-b", expected_step=at, agrees=True)
        assert done.json().get("state") == state, done.text

    def overdue(self) -> list[dict[str, Any]]:
        answer = self.world.officer().get("/v1/matters")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["overdue"])

    def alarms(self) -> tuple[int, int]:
        works = open_work(self.world.services, None, "")
        return next((one.waiting, one.late) for one in works if one.kind is WorkKind.KEEPINGS)

    def traces(self) -> set[str]:
        """Return the tables of the whole store that still have the mark, sealed or not."""
        found = set()
        with self.world.services.units.read() as unit:
            transaction = unit.events._transaction
            kinds = {
                row.payload_id: row.kind
                for row in transaction.connection.execute(sa.select(payloads))
            }
            filled = filled_tables(transaction.connection)
            for table in (METADATA.tables[name] for name in filled):
                for row in transaction.connection.execute(sa.select(table)).mappings():
                    numbers = (row[one.name] for one in sealed_columns(table))
                    sealed = (
                        transaction.payloads.get(PayloadKind(kinds[one]), one)
                        for one in numbers
                        if one in kinds
                    )
                    if any(MARK.encode() in (one or b"") for one in sealed) or MARK in repr(row):
                        found.add(table.name)
        return found


@pytest.fixture
def abroad(office: Office, source: MatterSource) -> Abroad:
    return Abroad(office, source)


def details_of(items: list[dict[str, Any]]) -> list[str]:
    """Return what a record holds, without the numbers of its items."""
    return sorted(
        json.dumps({key: value for key, value in one.items() if key != "item_id"}, sort_keys=True)
        for one in items
    )


def items_of(world: World, record_id: str) -> list[dict[str, Any]]:
    answer = world.force().get(f"/v1/records/{record_id}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.journey
@SOURCES
def test_exactly_that_conviction_goes_and_everything_else_answers(abroad: Abroad) -> None:
    world = abroad.world
    person_id, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(PAST)
    abroad.attach(matter_id, record_id)
    # A version that also shows the conviction, and goes with it: what it added stays.
    add_convictions(world, record_id, LIVE)
    others = [one for one in items_of(world, record_id) if MARK not in json.dumps(one)]
    assert {"records", "matters"} <= abroad.traces()
    (listed,) = abroad.overdue()
    assert (listed["matter_id"], listed["record_id"]) == (matter_id, record_id)
    assert (listed["kept_until"], abroad.alarms()) == (str(PAST), (1, 1))

    abroad.removed(matter_id)

    assert (abroad.traces(), abroad.overdue(), abroad.alarms()) == (set(), [], (0, 0))
    assert items_of(world, record_id) == others
    assert found_by_prints(world, person_id)
    assert record_id_of(world, PERSON) == record_id
    certificate = issued(applied := certified(world, PERSON))
    stated = content_of(world, certificate_file(applied, certificate))["matters"]
    assert certificate["outcome"] == "Trace"
    assert [one["offences"] for one in stated] == [["Theft from a shop"]]
    request = identified(own_request(world))
    prepared(request)
    request.release()
    assert FINE["court"]["name"] in json.dumps(document_of(request))
    assert abroad.traces() == set()
    assert verified(world)


@SOURCES
def test_the_log_says_which_day_was_the_provision(abroad: Abroad) -> None:
    world = abroad.world
    _, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(PAST)
    abroad.attach(matter_id, record_id)
    abroad.removed(matter_id)
    with world.services.units.read() as unit:
        matter = unit.matters.get(matter_id)
        bodies = unit.events._transaction.connection.execute(
            sa.text("SELECT body FROM events WHERE event_type = 'matter-stepped' ORDER BY seq")
        ).scalars()
        last = json.loads(list(bodies)[-1])
    assert matter is not None
    assert (matter.state, matter.content) == (MatterState.ENDED, None)
    assert str(PAST) in json.dumps(last)
    assert MARK not in json.dumps(last)
    # The same words again change nothing: they are known, and not kept.
    assert abroad.tell(PAST) == matter_id
    assert abroad.traces() == set()
    assert abroad.overdue() == []


@SOURCES
def test_the_last_day_itself_is_lawful_and_nothing_is_listed(abroad: Abroad) -> None:
    world, until = abroad.world, _today() + timedelta(days=400)
    _, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(until)
    abroad.attach(matter_id, record_id)

    def listed_on(day: date) -> int:
        clock = lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)  # noqa: E731
        services = world.services
        there = replace(services, surroundings=replace(services.surroundings, clock=clock))
        return len(list_matters(there, OFFICER, after=None, limit=9).overdue)

    assert [listed_on(until + timedelta(days=days)) for days in (-1, 0, 1)] == [0, 0, 1]
    abroad.proposed(matter_id)
    abroad.answer(matter_id, 4, "doubtful")
    assert "matters" in abroad.traces()


@SOURCES
def test_a_later_word_that_moves_the_day_takes_it_off_the_list(abroad: Abroad) -> None:
    world = abroad.world
    _, record_id = enrolled(world, PERSON)
    first = abroad.tell(PAST)
    abroad.attach(first, record_id)
    assert abroad.alarms() == (1, 1)

    later = abroad.tell(_today() + timedelta(days=400), version=2)
    if abroad.source is MatterSource.INTERPOL:
        abroad.proposed(first)
        done = step(world, first, "answer", "officer-b", expected_step=4, agrees=True)
        assert_problem(done, 409, "conflict")
        no = {"expected_step": 4, "agrees": False, "words": "A later word waits."}
        step(world, first, "answer", "officer-b", **no)
        abroad.attach(later, record_id)

    assert (abroad.overdue(), abroad.alarms()) == ([], (0, 0))
    assert len(held(world, record_id).convictions) == 1
    assert verified(world)


@SOURCES
def test_several_of_one_record_go_one_after_another(abroad: Abroad) -> None:
    """The first takes versions that show what the others added: their names go all the same."""
    world = abroad.world
    _, record_id = enrolled(world, PERSON)
    before = details_of(items_of(world, record_id))
    told = [abroad.tell(PAST, number) for number in (1, 2, 3)]
    for one in told:
        abroad.attach(one, record_id)
    assert len(abroad.overdue()) == 3

    for one in (told[1], told[2], told[0]):
        abroad.removed(one)

    assert (abroad.traces(), abroad.overdue()) == (set(), [])
    assert details_of(items_of(world, record_id)) == before
    assert verified(world)


@SOURCES
def test_nothing_goes_by_one_person_or_beside_restricted_evidence(abroad: Abroad) -> None:
    world = abroad.world
    _, record_id = enrolled(world, PERSON)
    matter_id = abroad.tell(PAST)
    abroad.attach(matter_id, record_id)
    abroad.proposed(matter_id)
    traces = abroad.traces()

    alone = step(world, matter_id, "answer", expected_step=4, agrees=True)
    assert_problem(alone, 409, "self-verification")
    no = {"expected_step": 4, "agrees": False, "words": "Ask them first."}
    assert step(world, matter_id, "answer", "officer-b", **no).json()["state"] == "attached"
    item_restricted(world, record_id, "arrest-report-1")
    abroad.proposed(matter_id, 5)
    refused = step(world, matter_id, "answer", "officer-b", expected_step=6, agrees=True)
    assert_problem(refused, 409, "conflict")
    assert traces <= abroad.traces()
    assert abroad.alarms() == (1, 1)


def test_one_that_a_force_entered_is_listed_without_a_matter(world: World) -> None:
    _, record_id = enrolled(world, PERSON)
    told = FINE | {
        "source": {"kind": "other State", "name": "FRA"},
        "restrictions": {"retention_end": str(PAST)},
    }
    add_convictions(world, record_id, told)
    (listed,) = world.officer().get("/v1/matters").json()["overdue"]
    assert (listed["record_id"], listed["matter_id"]) == (record_id, None)
    assert record_id_of(world, PERSON) == record_id


@pytest.mark.parametrize("source", [MatterSource.INTERPOL])
def test_the_pages_list_it_and_say_what_agreeing_does(abroad: Abroad) -> None:
    _, record_id = enrolled(abroad.world, PERSON)
    matter_id = abroad.tell(PAST)
    abroad.attach(matter_id, record_id)
    pages = officer(abroad.office)
    assert f'href="/workbench/matters/{matter_id}"' in pages.page("matters")
    assert "past the time limit of their source" in pages.page("matters")
    assert "its content is destroyed" in pages.page(f"matters/{matter_id}")
    assert "past the time limit of their source" in pages.page("today")
    abroad.removed(matter_id)
    assert "past the time limit of their source" not in pages.page("matters")
    assert "no longer kept" in pages.page(f"matters/{matter_id}")
