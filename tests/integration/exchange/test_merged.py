"""States are told of what a merge of two people shows, and of its end when they part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from domain.exchange.codes import DeletionReason
from domain.exchange.messages import Deletion
from domain.office_days import office_day
from tests.integration.api.driver import World
from tests.integration.api.merging import merged, parted
from tests.integration.api.prints import record
from tests.integration.exchange.offices import GBR, Clock, Office, Wire, office
from tests.integration.exchange.test_duties import queued
from tests.integration.requests.working import FINE, add_convictions, amend
from tests.integration.retention.test_bases import verified

pytestmark = pytest.mark.promise("records")


_PEOPLE = {
    1: ("Oswin", "Trelawney", "1979-08-17"),
    2: ("Ileana", "Vasilescu", "1991-03-04"),
    3: ("Zbigniew", "Kowal", "1962-12-30"),
}


@dataclass(frozen=True, slots=True)
class Exchanging:
    """The application and its exchange with other States."""

    world: World
    ours: Office

    def put(self, person: int, nationality: str, *convictions: dict[str, Any]) -> tuple[str, str]:
        """Put a person on record without prints; return person and record."""
        forename, surname, born = _PEOPLE[person]
        body = {
            "names": [{"forename": forename, "surname": surname}],
            "dates_of_birth": [born],
            "nationality": nationality,
            "arrest_reports": record(person, force="89")["arrest_reports"],
        }
        answer = self.world.officer().post("/v1/records", body)
        assert answer.status_code == 201, answer.text
        record_id = answer.json()["record_id"]
        if convictions:
            add_convictions(self.world, record_id, *convictions, force="89")
        return answer.json()["person_id"], record_id

    def told(self) -> list[tuple[str, str, str]]:
        """Survey what was recorded; return kind, receiver and last day of every message out."""
        self.ours.survey()
        found = queued(self.ours)
        return [(one.kind.name.lower(), one.receiver, due) for due, one in found]

    def countries(self, record_id: str) -> set[str]:
        items = self.world.force("89").get(f"/v1/records/{record_id}").json()["items"]
        return {
            one["item"]["nationality"] for one in items if one["item"]["kind"] == "nationality"
        }

    def is_complete(self) -> bool:
        """Whether the register, which shares no code with the sender, misses nothing."""
        found = self.ours.reconcile()
        with self.ours.services.units.read() as unit:
            keys = [one.key for one in found.pending]
            made = unit.outbox.told(keys)
        figures = found.figures
        return made == set(keys) and (figures.lacking, figures.unexpected) == (0, 0)


@pytest.fixture
def exchanging(world: World) -> Exchanging:
    clock = Clock(world.services.surroundings.clock())
    return Exchanging(world, office(world.services.units, GBR, Wire(), clock))


@pytest.mark.journey
def test_a_merge_is_told_to_each_state_at_once_and_a_parting_takes_it_back(
    exchanging: Exchanging,
) -> None:
    kept, kept_record = exchanging.put(1, "GBR", FINE)
    gone, gone_record = exchanging.put(2, "ROU", FINE)
    _, control_record = exchanging.put(3, "POL", FINE)
    due = (office_day(exchanging.ours.clock()) + timedelta(days=27)).isoformat()
    before = exchanging.told()

    merge = merged(exchanging.world, kept, gone)
    joined = exchanging.told()
    both = [exchanging.countries(one) for one in (kept_record, gone_record)]
    is_complete = exchanging.is_complete()
    parted(exchanging.world, merge)
    ended = exchanging.told()

    assert before == [("notification", "ROU", due), ("notification", "POL", due)]
    assert joined == [*before, ("notification", "ROU", due)]
    assert both == [{"GBR", "ROU"}] * 2
    assert ended == [*joined, ("deletion", "ROU", due)]
    content = queued(exchanging.ours)[-1][1].content
    assert isinstance(content, Deletion)
    assert content.reason is DeletionReason.WRONG_NATIONALITY
    alone = [exchanging.countries(one) for one in (kept_record, gone_record, control_record)]
    assert alone == [{"GBR"}, {"ROU"}, {"POL"}]
    assert is_complete
    assert exchanging.is_complete()
    assert verified(exchanging.world)


def test_what_is_found_of_a_merged_person_is_told_of_every_record_of_theirs(
    exchanging: Exchanging,
) -> None:
    kept, kept_record = exchanging.put(1, "GBR")
    gone, gone_record = exchanging.put(2, "GBR", FINE)
    merge = merged(exchanging.world, kept, gone)

    found = {"kind": "nationality", "nationality": "POL"}
    amend(exchanging.world, kept_record, {"change": "add", "item": found}, force="89")
    told = exchanging.told()
    is_complete = exchanging.is_complete()
    parted(exchanging.world, merge)

    assert [one[:2] for one in told] == [("notification", "POL")]
    assert is_complete
    assert exchanging.countries(kept_record) == {"GBR", "POL"}
    assert exchanging.countries(gone_record) == {"GBR"}
    assert [one[:2] for one in exchanging.told()] == [
        ("notification", "POL"),
        ("deletion", "POL"),
    ]
