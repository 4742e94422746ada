"""Proposals that examiners exclude raise an alarm, and then nobody is proposed until a reset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.searches.evidence import Band
from domain.searches.models import ALL, Counted, Experience, Kind, Source
from matching.scorer import Scorer
from service.cli.context import CONSOLE
from service.live.law_watch import Act
from service.settings import Settings
from service.usecases.models import rehearsing
from service.usecases.models.counting import refresh
from service.usecases.models.decided_pairs import (
    audit_proposals,
    count_seconds,
    ended_without_link,
)
from service.usecases.models.law_report import effect_words, law_report, source_words
from service.usecases.models.watching import SECONDS, set_at_home, watch_seconds
from tests.integration.api.driver import World
from tests.integration.models.test_rehearsals import note_of
from tests.integration.provenance.links import opened_world
from tests.integration.web.driver import Office, with_fast_hashes

MET = Experience(Kind.MANY, Counted(3_000, 3_000, ((60, 3_000),)))
WITHHELD = "Nobody is proposed: examiners excluded too many proposals of this kind."


def leader_band(world: World, search_id: str) -> Band:
    """Return the band of the first candidate of a search."""
    with world.services.units.read() as unit:
        return unit.searches.candidates(search_id)[0].evidence.band  # type: ignore[arg-type]


def exclude(world: World, search_id: str) -> None:
    """Two examiners exclude every candidate."""
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        assert world.examine(case_id, examiner, person_id=None).status_code == 201


def excluded_three_times(world: World) -> list[Band]:
    """Search three times for a person whom examiners exclude; return the bands of the leaders."""
    searches = [world.search(1) for _ in range(3)]
    bands = [leader_band(world, one) for one in searches]
    for one in searches:
        exclude(world, one)
    while count_seconds(world.services, CONSOLE):
        pass
    return bands


@pytest.mark.dear("works four cases")
def test_excluded_proposals_stop_proposals_until_a_person_resets_the_audit(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        for person in (1, 2, 3):
            world.enrol(person)
        count_seconds(services, CONSOLE)
        services.experience.met = {kind: replace(MET, kind=kind) for kind in Kind}
        bands = excluded_three_times(world)
        (alarm,) = law_report(services, CONSOLE).alarms
        page = Office(world.app, world, with_fast_hashes(world.app)).auditor().page("model-checks")
        held = dict(services.experience.met)
        services.experience.met = {
            Kind.MANY: replace(MET, is_withheld=held[Kind.MANY].is_withheld)
        }
        later = world.search(1)
        with services.units.read() as unit:
            probe = unit.searches.probe(later)  # type: ignore[arg-type]
        after = (leader_band(world, later), note_of(world, later))
        set_at_home(services, CONSOLE, alarm.source)
        refresh(services)
        reset = services.experience.met[Kind.MANY]

    assert bands == [Band.PROPOSED] * 3
    assert source_words(alarm) == "proposals, five fingers or more"
    assert alarm.searches == 3
    assert {kind for kind, one in held.items() if one.is_withheld} == {Kind.MANY}
    assert after[0] is Band.POSSIBLE
    assert WITHHELD in after[1]
    assert probe is not None
    assert probe.experience == replace(MET, is_withheld=True)
    assert not reset.is_withheld
    assert "No candidate of this kind of search is proposed until the audit is reset." in page


@pytest.mark.dear("works two cases")
def test_searches_count_once_they_have_ended_without_a_link(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        alone = world.search(7)  # nobody is on record: no case
        for person in (1, 2, 3):
            world.enrol(person)
        services.experience.met = {kind: replace(MET, kind=kind) for kind in Kind}
        open_one, closed = world.search(1), world.search(1)
        exclude(world, closed)
        with services.units.read() as unit:
            entries = unit.events.entries(start=0, limit=10_000)
            found = list(ended_without_link(unit, entries))
            states = [unit.cases.of_search(one) for one in (alone, open_one)]  # type: ignore[arg-type]

    assert states[0] is None
    assert states[1] is not None
    assert found == [(Kind.MANY, False), (Kind.MANY, True)]


def test_the_audit_counts_nothing_before_anybody_is_proposed(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        few = replace(MET, rehearsed=Counted(2_994, 3_000, ((60, 2_994),)))
        for met, expected in ((few, 0), (MET, 5)):
            services.experience.met = {Kind.MANY: met}
            with services.units.write() as unit:
                audit_proposals(services, unit, [(Kind.MANY, False)] * 5)
                source = Source(ALL, "proposals, five fingers or more", scorer.digest)
                assert unit.law.martingale(source).searches == expected
                unit.commit()


def test_second_candidates_that_moved_have_the_gallery_rehearsed_again(
    settings: Settings, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "refresh", lambda services: None)
    with opened_world(settings, scorer) as world:
        services = world.services
        services.gallery.persons = 3_000
        services.experience.met = {kind: replace(MET, kind=kind) for kind in Kind}
        before = rehearsing.due_people(services)
        with services.units.write() as unit:
            watch_seconds(services, unit, [(Kind.ONE, 120)] * 9)
            unit.commit()
        after = rehearsing.due_people(services)
        (alarm,) = law_report(services, CONSOLE).alarms

    assert before <= rehearsing.NIGHTLY
    assert after == 3_000
    assert alarm.source.account == SECONDS + Kind.ONE
    assert "New trial searches of the gallery" in effect_words(alarm, Act.WITHHOLD)
