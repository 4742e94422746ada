"""Convictions that an officer received through Interpol: people decide, and its country's limits
hold.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.access.access import Purpose, Role
from domain.agencies.matters import SOURCES, MatterSource
from domain.ids import ForceCode
from domain.people.convictions import InformationSource
from service.api.agencies.matters_schemas import MatterBody
from service.cli.context import console_as
from service.cli.office.court import take_folder
from service.usecases.agencies import matters as telling
from service.usecases.requests.own_data import own_sections
from tests.court_messages import Told
from tests.integration.agencies.test_court_results import (
    doubts,
    enquired,
    foreign,
    held,
    laid,
    listed,
    plainly,
    sent,
    step,
    summonsed,
)
from tests.integration.agencies.test_inbox_races import at_once
from tests.integration.agencies.test_nightly_results import columns_of
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.retention.test_bases import verified
from tests.integration.web.driver import Office
from tests.integration.web.test_record_journeys import office
from tests.integration.web.test_requests import officer

pytestmark = pytest.mark.promise("records")

__all__ = ["office"]

_OFFICER = console_as(Role.CASE_OFFICER, Purpose.RECORD_MANAGEMENT, force=ForceCode("89"))


def received(world: World, **other: Any) -> dict[str, Any]:
    """Have an officer enter a conviction; return the matter."""
    answer = world.officer().post("/v1/matters", foreign(**other))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def attached(world: World, matter_id: str, record_id: str, version: int = 1) -> Any:
    """Have two people attach a matter; return the last answer."""
    on = laid(record_id, laid=[]) | {"expected_version": version}
    proposed = step(world, matter_id, "attachment", **on)
    assert proposed.json().get("state") == "attachment proposed", proposed.text
    return step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)


def test_two_people_attach_it_and_two_take_it_off_again(world: World) -> None:
    record_id = summonsed(world)
    before = held(world, record_id)
    waits = received(world, limits={"transmittable": "no", "retention_end": "2030-01-01"})
    assert (waits["state"], doubts(waits), enquired(world, Told())) == (
        *("doubtful", ["not-a-court"]),
        (1, 1),
    )
    assert attached(world, waits["matter_id"], record_id).json()["state"] == "attached"

    (conviction,) = held(world, record_id).convictions
    limits = conviction.restrictions
    assert conviction.source.kind is InformationSource.INTERPOL
    assert (conviction.source.name, conviction.court.country) == ("USA", "USA")
    assert (limits.transmittable.value, str(limits.retention_end)) == ("no", "2030-01-01")
    assert (listed(world), enquired(world, Told())) == ({}, (1, 0))
    with world.services.units.read() as unit:
        file: Any = SimpleNamespace(person_id=before.person_id)
        own = [one for section in own_sections(unit, file, frozenset()) for one in section.fields]
    assert f"held/matters/{waits['matter_id']}" in [one.place for one in own]

    gone = waits["matter_id"]
    step(world, gone, "withdrawal", expected_step=3, words="The bureau deleted it.")
    step(world, gone, "answer", "officer-b", expected_step=4, agrees=True)
    assert held(world, record_id).convictions == ()
    assert verified(world)


def test_a_later_word_corrects_the_first_once_and_an_earlier_one_never(world: World) -> None:
    record_id = summonsed(world)
    first, third = received(world), received(world, version=3, court="New York")
    second = received(world, version=2, court="Chicago")
    attached(world, first["matter_id"], record_id)
    attached(world, third["matter_id"], record_id, version=2)
    late = step(world, second["matter_id"], "attachment", **laid(record_id, laid=[], version=3))

    assert late.status_code == 409, late.text
    (conviction,) = held(world, record_id).convictions
    assert conviction.court.name == "New York"
    assert verified(world)


def test_a_matter_attached_between_two_pages_hides_none_behind_it(sqlite_world: World) -> None:
    world, record_id = sqlite_world, summonsed(sqlite_world)
    first, later = received(world), received(world, reference="ip.9", court="New York")
    attached(world, first["matter_id"], record_id)

    answer = world.officer().get(f"/v1/matters?limit=1&after={first['matter_id']}").json()

    assert [one["matter_id"] for one in answer["waiting"]] == [later["matter_id"]]


def test_the_same_again_is_kept_once_and_other_content_apart(world: World) -> None:
    first = received(world)
    for again in ({}, {"reference": "ip.8"}):
        told = received(world, **again)
        assert (told["matter_id"], told["is_new"]) == (first["matter_id"], False)
    other = received(world, court="New York")
    assert (other["state"], doubts(other)) == ("quarantined", ["other-content"])
    assert received(world, country="CAN")["state"] == "nobody"
    assert verified(world)


def test_the_pages_say_who_told_it_and_what_that_country_lets(office: Office) -> None:
    world = office.world
    record_id = summonsed(world)
    limits = {"purposes": ["criminal proceedings"], "needs_leave": True}
    matter_id = received(world, limits=limits)["matter_id"]
    pages = officer(office)
    listed_page, page = pages.page("matters"), pages.page(f"matters/{matter_id}")
    attached(world, matter_id, record_id)

    assert "Interpol" in listed_page
    for words in (
        *("United States, through Interpol", "Wire fraud", "Prison, eight months."),
        *("criminal proceedings", "not stated", "needs the permission of that country"),
    ):
        assert words in page
    assert "Wire fraud" in office.force("89").page(f"records/{record_id}")


def test_one_conviction_that_two_sources_told_stands_once(world: World) -> None:
    record_id = summonsed(world)
    first = received(world)
    attached(world, first["matter_id"], record_id)
    for number, other in enumerate(({"case_number": ""}, {}, {"case_number": "24-CR-11"})):
        waits = received(world, reference=f"other.{number}", court="Boston MA", **other)
        on = laid(record_id, laid=[], version=2)
        answer = step(world, waits["matter_id"], "attachment", **on)
        assert answer.status_code == (200 if "24-CR-11" in other.values() else 409), answer.text


def test_a_conviction_goes_only_where_people_say_and_back_when_they_disagree(world: World) -> None:
    """A twin, a namesake's record and a proposer who agrees alone change nothing."""
    record_id = summonsed(world)
    before = held(world, record_id)
    waits = received(world, name={"forename": "Osvin", "surname": Told().surname})
    assert waits["state"] == "nobody"
    proposed = step(world, waits["matter_id"], "attachment", **laid(record_id, laid=[]))
    alone = step(world, waits["matter_id"], "answer", expected_step=2, agrees=True)
    no = {"expected_step": 2, "agrees": False, "words": "His twin."}
    refused = step(world, waits["matter_id"], "answer", "officer-b", **no)

    assert (proposed.status_code, alone.status_code) == (200, 409)
    assert refused.json()["state"] == "nobody"
    assert held(world, record_id) == before
    assert verified(world)


@pytest.mark.parametrize("last", ["store_matter", "store_step"])
def test_one_that_is_cut_short_leaves_nothing_and_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    done = getattr(telling, last)

    def dying(*args: Any, **named: Any) -> Any:
        done(*args, **named)
        raise KeyboardInterrupt

    content = MatterBody.model_validate_json(json.dumps(foreign())).content()
    with monkeypatch.context() as patched:
        patched.setattr(telling, last, dying)
        with pytest.raises(KeyboardInterrupt):
            telling.tell_matter(world.services, _OFFICER, MatterSource.INTERPOL, content)
    assert listed(world) == {}
    assert received(world)["is_new"]
    assert verified(world)


def test_one_told_by_many_at_once_waits_once(world: World) -> None:
    world.officer()
    told = at_once([lambda: received(world)] * 4)
    assert len({one["matter_id"] for one in told}) == 1
    assert len(listed(world)) == 1


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"country": ""}, "/country"),
        ({"country": "GBR"}, "/country"),
        ({"reference": "ip/7"}, "/reference"),
        ({"reference": "i" * 65}, "/reference"),
        ({"heard_on": "2099-01-01"}, "/heard_on"),
        ({"heard_on": "2023-02-30"}, "/heard_on"),
        ({"heard_on": "2022-02-03"}, ""),
        ({"asn": "2005FF0500000000555P"}, "/asn"),
        ({"pnc_number": "2000/0411417B"}, "/pnc_number"),
        ({"offences": []}, "/offences"),
        ({"limits": {"transmittable": "perhaps"}}, "/limits/transmittable"),
        ({"limits": {"retention_end": "soon"}}, "/limits/retention_end"),
        ({"version": 0}, "/version"),
    ],
)
def test_a_fault_is_named_by_its_place_and_changes_nothing(
    shared_world: World, other: dict[str, Any], pointer: str
) -> None:
    officer = shared_world.officer()
    before = shared_world.counts()
    answer = officer.post("/v1/matters", foreign() | other)

    assert answer.status_code in (400, 422), answer.text
    told = answer.json()
    places = [one["pointer"] for one in told.get("errors", ())] or [told.get("pointer", "")]
    assert pointer in places, told
    assert shared_world.counts() == before


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"finding": "N"}, "/offences/0/finding"),
        ({"plea": "1"}, "/offences/0/plea"),
        ({"convicted_on": "2024-05-06"}, "/offences/0/convicted_on"),
        ({"results": [{"code": "1015"}]}, "/offences/0/results/0/code"),
        ({"results": [{"text": "Fine.", "pence": 0}]}, "/offences/0/results/0/pence"),
        ({"results": [{"duration": 3, "unit": "L"}]}, "/offences/0/results/0/unit"),
    ],
)
def test_what_only_our_courts_state_is_refused(
    shared_world: World, stated: dict[str, Any], pointer: str
) -> None:
    body = foreign()
    body["offences"] = [body["offences"][0] | stated]
    answer = shared_world.officer().post("/v1/matters", body)
    assert answer.json()["errors"][0]["pointer"] == pointer, answer.text


@pytest.mark.parametrize(
    "source", [one for one in MatterSource if not SOURCES[one].known_as.is_told]
)
@pytest.mark.parametrize(
    "other", [{"country": "USA"}, {"version": 2}, {"limits": {}}], ids=lambda one: next(iter(one))
)
def test_no_other_source_sets_the_limits_of_a_country(
    shared_world: World, source: MatterSource, other: dict[str, Any]
) -> None:
    teller = shared_world.court_feed() if SOURCES[source].is_by_rule else shared_world.officer()
    answer = teller.post("/v1/matters", plainly(source=source.value) | other)
    assert_problem(answer, 400, "invalid-input")


def test_a_child_and_a_person_without_a_birth_are_pointed_out(sqlite_world: World) -> None:
    child = received(sqlite_world, born_on="2015-08-17", reference="a")
    unknown = received(sqlite_world, born_on=None, reference="b")
    assert [(one["doubt"], one["pointer"]) for one in child["reasons"][1:]] == [
        ("days-out-of-order", "/person/born_on")
    ]
    assert [one["doubt"] for one in unknown["reasons"][1:]] == ["day-malformed"]


def test_a_folder_of_an_officer_waits_and_a_wrong_line_loses_none(
    sqlite_world: World, tmp_path: Path
) -> None:
    good, wrong = foreign(), foreign(reference="x/y")
    court = plainly()
    lines = [good, wrong, court, foreign(reference="ip.9", version=2, court="Salem")]
    (tmp_path / "1.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    row = columns_of(
        foreign(reference="ip.10", version=4, court="Reno", limits={"needs_leave": True})
    )
    (tmp_path / "2.csv").write_text(
        ",".join(row) + "\n" + ",".join(f'"{v}"' for v in row.values())
    )
    (tmp_path / "3.xml").write_bytes(Told().delivered())

    first = take_folder(sqlite_world.services, _OFFICER, tmp_path)
    for place in ("done", "refused"):
        for path in (tmp_path / place).glob("[0-9].*[lv]"):
            path.rename(tmp_path / path.name)
    again = take_folder(sqlite_world.services, _OFFICER, tmp_path)

    assert (first.states, again.states, again.again) == ({"nobody": 3}, {}, 3)
    for night in (first, again):
        assert [one.partition(":")[0] for one in night.faults] == [
            *("1.jsonl line 2", "1.jsonl line 3", "3.xml")
        ]
    assert len(listed(sqlite_world)) == 3
    assert sent(sqlite_world, Told())["is_new"]
