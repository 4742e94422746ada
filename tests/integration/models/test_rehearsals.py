"""Rehearsals: counted once, resumed, kept without a person, and what searches are weighed by."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import NotPermittedError
from domain.events.models import Rehearsed
from domain.ids import UserId
from domain.people.gallery_cases import GalleryOutcome
from domain.people.people import Details
from domain.searches.evidence import Band, EvidenceSource
from domain.searches.experience import Counted, Experience, Kind
from domain.searches.models import RehearsalSource
from domain.searches.searches import Probe, SearchType
from matching.scorer import Scorer
from service.cli.context import CONSOLE
from service.provenance.canonical import read_event
from service.settings import Settings
from service.usecases.models.counting import refresh
from service.usecases.models.decided_pairs import count_seconds
from service.usecases.models.rehearsing import FOLLOWER, rehearse, spread_row
from service.usecases.people.integrity import Conclude, conclude_gallery_case, gallery_cases
from tests.contract.builders import impression
from tests.integration.api.driver import World
from tests.integration.provenance.links import make_link, opened_world

PEOPLE = 12
SUPERVISOR = Caller(
    Actor(UserId("sue"), Role.SUPERVISOR, None, ROLE_SCOPES[Role.SUPERVISOR]), Purpose.SUPERVISION
)


def note_of(world: World, search_id: str) -> str:
    """Return the sentence about counts beside the first candidate of a search."""
    with world.services.units.read() as unit:
        first = unit.searches.candidates(search_id)[0]  # type: ignore[arg-type]
    (row,) = (one for one in first.evidence.rows if one.source is EvidenceSource.COUNTS_BOUND)
    return row.note


@pytest.mark.parametrize(("highest", "size"), [(1, 1), (5, 8), (8, 8), (1_000, 1_024)])
def test_every_row_has_one_place_in_the_order(highest: int, size: int) -> None:
    rows = [spread_row(place, highest) for place in range(size)]
    assert sorted(row for row in rows if row is not None) == list(range(1, highest + 1))


@pytest.mark.dear("enrols a gallery")
def test_a_gallery_is_rehearsed_once_for_each_kind(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        for person in range(100, 100 + PEOPLE):
            world.enrol(person)
        first = rehearse(services, CONSOLE, 5)
        second = rehearse(services, CONSOLE, PEOPLE)
        with services.units.read() as unit:
            made = unit.rehearsals.newest(9)
            stated = unit.events.latest(Rehearsed.event_type)
            reached = unit.jobs.followed_to(FOLLOWER)
        met = services.experience.met[Kind.MANY]

    assert (first.people, second.people) == (5, PEOPLE)
    assert [sum(json.loads(one.counts)[Kind.ONE].values()) for one in made] == [PEOPLE, 5]
    assert {one.persons for one in made} == {PEOPLE}
    assert stated is not None
    assert read_event(stated.body).typed_as(Rehearsed).searches == 3 * PEOPLE
    assert reached >= 5 + PEOPLE
    # Never more than there are people: five of them would count twice.
    assert met.rehearsed.searches == PEOPLE


@pytest.mark.dear("works a case")
def test_searches_are_weighed_by_what_was_met_before_and_replay_by_it(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        world.enrol(9)
        before = world.search(9)
        # As in a gallery of more people.
        met = Experience(Kind.MANY, Counted(3_000, PEOPLE, ((60, 3_000),)))
        world.services.experience.met = {Kind.MANY: met}
        link = make_link(world, first=1)
        world.services.experience.met = {}
        again = world.auditor().post(f"/v1/links/{link.link_id}/replay").json()
        with world.services.units.read() as unit:
            leader = unit.searches.candidates(link.search_id)[0]  # type: ignore[arg-type]
            probe = unit.searches.probe(link.search_id)  # type: ignore[arg-type]
        notes = [note_of(world, before), note_of(world, link.search_id)]

    assert notes[0].startswith("Trial searches so far: 0 of 2,995.")
    assert notes[1].startswith("Of 3,000 trial searches, none found anybody as similar.")
    assert leader.evidence.band is Band.PROPOSED
    assert probe is not None
    assert probe.experience == met
    assert (again["verdict"], again["look_up"]["verdict"]) == ("exact", "exact")


@pytest.mark.dear("works a case")
def test_the_second_of_an_identified_leader_is_a_stranger_that_counts_once(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        make_link(world)
        while count_seconds(world.services, CONSOLE):
            pass
        counted = world.services.experience.met[Kind.MANY]
        assert count_seconds(world.services, CONSOLE) == 0
        with world.services.units.read() as unit:
            (made,) = unit.rehearsals.newest(9)

    assert (counted.live.searches, counted.rehearsed.searches) == (1, 0)
    assert made.source is RehearsalSource.LIVE
    # A stranger's ten fingers, not the person's.
    assert counted.live.tops[0][0] < 100


@pytest.mark.dear("enrols a gallery")
def test_a_stranger_who_may_be_the_person_is_a_case_and_counts_until_it_is_settled(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        for person in (1, 2, 3, 4, 1):
            world.enrol(person)
        report = rehearse(services, CONSOLE, 5)
        doubted = services.experience.met[Kind.MANY].rehearsed
        (case,) = gallery_cases(services, SUPERVISOR, is_open=True, before=None, limit=9).items
        conclude_gallery_case(
            services, Conclude(SUPERVISOR, case.case_id, GalleryOutcome.CONFIRMED, "Same ridges.")
        )
        refresh(services)
        settled = services.experience.met[Kind.MANY].rehearsed

    assert report.doubts >= 2
    assert doubted.searches == 5
    assert settled.searches == 3


def test_a_caller_without_the_right_rehearses_nothing(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        nobody = replace(CONSOLE, actor=replace(CONSOLE.actor, scopes=frozenset()))
        with pytest.raises(NotPermittedError):
            rehearse(world.services, nobody, 1)


def test_searches_of_marks_are_weighed_by_decided_ones_alone(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        asked = world.services.experience.of
        probe = Probe((impression(2),), Details())
        assert asked(SearchType.TP_TP, probe).kind is Kind.ONE
        assert asked(SearchType.TP_LT, probe).kind is Kind.MARK
