"""Rehearsals: counted once, resumed, kept without a person, and what searches are weighed by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import NotPermittedError
from domain.events.models import Rehearsed
from domain.ids import PersonRow, RehearsalId, UserId
from domain.people.disputes import GalleryOutcome
from domain.people.people import Details
from domain.prints.captures import TenprintProbe
from domain.prints.prints import FingerComparisons
from domain.searches.evidence import Band, EvidenceSource
from domain.searches.models import Counted, Experience, Kind, Rehearsal, RehearsalSource
from domain.searches.searches import Probe, SearchType
from matching.scorer import Scorer
from service.cli.context import CONSOLE
from service.live.law_watch import LiveExperience
from service.provenance.canonical import read_event
from service.settings import Settings
from service.storage.people.gallery_feed import HeldTemplates
from service.usecases.models import rehearsing
from service.usecases.models.counting import refresh
from service.usecases.models.decided_pairs import count_seconds
from service.usecases.models.rehearsing import FOLLOWER, rehearse, spread_row
from service.usecases.people.integrity import Conclude, conclude_gallery_case, gallery_cases
from tests.contract.builders import impression
from tests.integration.api.driver import World
from tests.integration.provenance.links import make_link, opened_world

PEOPLE = 12
LIVE = Counted(7, 9_000, ((70, 7),))
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


ENDS = {
    Kind.ONE: (1,),
    Kind.TWO: (2,),
    Kind.FOUR: (4,),
    Kind.FEW: (2, 4),
    Kind.FIVE: (5,),
    Kind.TEN: (10,),
    Kind.MANY: (5, 10),
}
"""The fewest and the most fingers of each kind, as `kind_of` divides them."""


def alike_of(world: World, held: HeldTemplates, at: int, fingers: int) -> float:
    """Return how alike the most similar other person is to a capture with so many fingers."""
    captures, services = held.tenprints.captures, world.services
    person = int(held.tenprints.person_rows[at])
    chosen = np.roll(np.flatnonzero(captures.presence[at]), person)[:fingers]
    presence = np.isin(np.arange(10), chosen)
    vectors = np.where(presence[:, None], captures.vectors[at], 0).astype(np.float32)
    measured = services.gallery.index.cohorts.strangers(
        TenprintProbe(vectors, presence, captures.qualities[at])
    )
    wide = captures.vectors.astype(np.float32)
    cosines = np.einsum("fd,nfd->nf", vectors, wide)
    cosines[~(captures.presence & presence)] = np.nan
    compared = FingerComparisons(cosines, captures.qualities, captures.impression_codes)
    alike = services.scorer.alikeness(measured, compared)
    assert alike is not None
    return float(alike[held.tenprints.person_rows != person].max())


@pytest.mark.dear("enrols a gallery")
def test_a_rehearsal_keeps_the_most_alike_stranger_of_both_ends_of_its_kind(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        for person in range(100, 100 + PEOPLE):
            world.enrol(person)
        rehearse(world.services, CONSOLE, PEOPLE)
        with world.services.units.read() as unit:
            (made,) = unit.rehearsals.newest(9)
            rows = unit.rehearsals.newest_captures([PersonRow(n + 1) for n in range(PEOPLE)])
            held = unit.encounters.templates(list(rows.values()))
        wanted = {
            kind: sorted(
                max(alike_of(world, held, at, fingers) for fingers in ends) for at in range(PEOPLE)
            )
            for kind, ends in ENDS.items()
        }

    for kind, alike in wanted.items():
        steps = json.loads(made.counts)[kind]
        counted = sorted(int(step) for step, n in steps.items() for _ in range(n))
        # A step is .05 wide; stored vectors are rounded.
        assert np.array(counted) * 0.05 == pytest.approx(np.array(alike) - 0.025, abs=0.03)


@pytest.mark.parametrize("have", [0, 2])
def test_nobody_counts_twice_where_few_people_have_the_fingers_of_a_kind(
    settings: Settings, scorer: Scorer, have: int
) -> None:
    made = Rehearsal(
        rehearsal_id=RehearsalId(""),
        number=0,
        source=RehearsalSource.BOTH_ENDS,
        template_format="",
        extractor="",
        index_digest="",
        persons=30,
        searches=10 + have,
        counts=json.dumps({Kind.ONE: {"60": 10}} | ({Kind.MANY: {"60": have}} if have else {})),
        made_by=CONSOLE.actor.user_id,
        made_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    with opened_world(settings, scorer) as world, world.services.units.write() as unit:
        for number in range(1, 8):
            unit.rehearsals.add(
                replace(made, rehearsal_id=RehearsalId(f"{number:032x}"), number=number)
            )
        found = unit.rehearsals.experience("", "", wanted=10_000, most=30)
        other = unit.rehearsals.experience("", "another extractor", wanted=10_000, most=30)
    # Seven runs of ten people among thirty: the newest three are everybody.
    assert found[Kind.ONE].searches == 30
    assert found[Kind.MANY].searches == 3 * have
    assert not any(one.searches for one in other.values())


@pytest.mark.parametrize(
    ("rehearsed", "due"), [(12_000, 0), (6_001, 0), (6_000, 5_000), (1_200, 9_000)]
)
def test_a_gallery_that_has_doubled_is_rehearsed_again_at_once(
    settings: Settings,
    scorer: Scorer,
    monkeypatch: pytest.MonkeyPatch,
    rehearsed: int,
    due: int,
) -> None:
    monkeypatch.setattr(rehearsing, "refresh", lambda services: None)
    with opened_world(settings, scorer) as world:
        services = world.services
        noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
        object.__setattr__(
            services, "surroundings", replace(services.surroundings, clock=lambda: noon)
        )
        services.gallery.persons = 12_000
        # Nobody has more than four fingers on record: that alone must not make anybody due.
        met = Counted(10_000, rehearsed, ((60, 10_000),))
        services.experience.met = {Kind.ONE: Experience(Kind.ONE, met)}
        assert rehearsing.due_people(services) == due


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


@pytest.mark.parametrize(
    ("fingers", "exactly", "found"),
    [(2, 3_000, 100), (4, 3_000, 100), (3, 3_000, 60), (4, 2_994, 60)],
)
def test_a_search_counts_what_was_rehearsed_with_its_number_of_fingers(
    fingers: int, exactly: int, found: int
) -> None:
    experience = LiveExperience(
        {
            Kind.FEW: Experience(Kind.FEW, Counted(3_000, 9_000, ((60, 3_000),)), LIVE),
            **{
                kind: Experience(kind, Counted(exactly, 9_000, ((100, exactly),)))
                for kind in (Kind.TWO, Kind.FOUR)
            },
        }
    )
    probe = Probe(tuple(map(impression, range(1, fingers + 1))), Details())
    met = experience.of(SearchType.TP_TP, probe)
    assert (met.kind, met.live) == (Kind.FEW, LIVE)
    assert met.rehearsed.tops[0][0] == found


def test_searches_of_marks_are_weighed_by_decided_ones_alone(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        asked = world.services.experience.of
        probe = Probe((impression(2),), Details())
        assert asked(SearchType.TP_TP, probe).kind is Kind.ONE
        assert asked(SearchType.TP_LT, probe).kind is Kind.MARK
