"""A law that moves is announced, acted on, replayed, and set back by a person alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ConflictError
from domain.events.models import LawStateChanged
from domain.events.searches import Searched
from domain.searches.models import ALL, Counted, Experience, Kind, LawState, Source
from domain.searches.strangers import Standing, Strangers
from matching.scorer import Scorer
from service.background import search_keepers
from service.cli.context import CONSOLE
from service.live.law_watch import Act, Asker, LawWatch
from service.provenance.canonical import read_event
from service.settings import Settings
from service.usecases.models.law_report import Claimed, law_report, source_words
from service.usecases.models.watching import (
    look_at_searches,
    set_at_home,
    states_of_askers,
    watch_seconds,
)
from tests.integration.api.driver import World
from tests.integration.api.prints import record
from tests.integration.models.laws import ASKER, searches, some_home
from tests.integration.provenance.links import make_link, opened_world
from tests.integration.web.driver import Office, with_fast_hashes


@pytest.fixture(autouse=True)
def no_other_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave looking at searches to the tests: the keeper would look between two lines of them."""
    monkeypatch.setattr(search_keepers.watching, "look_at_searches", lambda services: 0)


def said(person: int) -> dict[str, Any]:
    """Return the details that a person states, as they are on record."""
    return {name: record(person)[name] for name in ("names", "dates_of_birth", "sex")}


def _asker(world: World) -> Asker:
    """Return the asker in this world, after a search at home."""
    world.services.law.law = some_home(world.services.scorer.digest)
    make_link(world)
    return world.services.law.unseen[-1].asker


@pytest.mark.dear("works whole cases")
def test_a_moved_law_withholds_bits_and_both_kinds_of_search_replay_exactly(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services, asker = world.services, _asker(world)
        assert look_at_searches(services) == 1
        assert not services.law.states  # few people tell nothing

        services.law.unseen.extend(searches(asker, 50, mean=0.1))
        look_at_searches(services)
        assert services.law.states == {asker: LawState.MOVED}
        withheld = make_link(world, first=21)
        with services.units.read() as unit:
            candidates = unit.searches.candidates(withheld.search_id)  # type: ignore[arg-type]
            searched = unit.events.latest(Searched.event_type)
            changed = unit.events.latest(LawStateChanged.event_type)
        again = world.auditor().post(f"/v1/links/{withheld.link_id}/replay").json()
        report = law_report(services, CONSOLE)

        source = Source(asker.force, asker.account, scorer.digest)
        set_at_home(services, CONSOLE, source)
        look_at_searches(services)
        with pytest.raises(ConflictError):
            set_at_home(services, CONSOLE, source)

    assert all(one.evidence.is_withheld for one in candidates)
    assert any("do not follow the model" in row.note for row in candidates[0].evidence.rows)
    assert searched is not None
    assert read_event(searched.body).typed_as(Searched).law is Standing.WITHHELD
    assert changed is not None
    assert (again["verdict"], again["look_up"]["verdict"]) == ("exact", "exact")
    assert report.alarms
    assert report.prints[0].impressions == 50
    assert not services.law.states


def test_processes_put_together_what_each_of_them_saw(settings: Settings, scorer: Scorer) -> None:
    home = some_home(scorer.digest)
    with opened_world(settings, scorer) as world:
        one = replace(world.services, law=LawWatch(home))
        other = replace(world.services, law=LawWatch(home))
        for turn in range(8):
            for services in (one, other):
                services.law.unseen.extend(searches(ASKER, 3, mean=0.03, seed=turn))
                look_at_searches(services)
        look_at_searches(one)
        with one.units.read() as unit:
            held = {change.source.account: change for change in unit.law.changes(scorer.digest)}

    assert one.law.states == other.law.states == {ASKER: LawState.MOVED}
    assert held[ASKER.account].searches < 48
    assert held[ALL].state is LawState.MOVED


def test_searches_at_home_change_nothing(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        services = replace(world.services, law=LawWatch(some_home(scorer.digest)))
        services.law.unseen.extend(searches(ASKER, 400, mean=0.0))
        assert look_at_searches(services) == 400
        with services.units.read() as unit:
            assert not unit.law.changes(scorer.digest)


@pytest.mark.parametrize(
    ("act", "state", "standing"),
    [
        (Act.WITHHOLD, LawState.MOVED, Standing.WITHHELD),
        (Act.WITHHOLD, LawState.MOVING, Standing.WIDENED),
        (Act.WIDEN, LawState.MOVED, Standing.WIDENED),
        (Act.ALARM, LawState.MOVED, Standing.AT_HOME),
    ],
)
def test_the_act_is_a_choice_of_the_office(act: Act, state: LawState, standing: Standing) -> None:
    seen = next(searches(ASKER, 1, mean=0.0))
    watch = LawWatch(some_home("0" * 64), act, states={ASKER: state})
    judged = watch.judged(ASKER, seen.probe, seen.strangers)
    assert judged is not None
    assert judged.standing is standing
    is_wider = judged.spreads[1] > seen.strangers.spreads[1]
    assert is_wider == (standing is Standing.WIDENED)
    assert watch.judged(None, seen.probe, seen.strangers) is seen.strangers


def test_measures_stored_before_the_watch_are_read_as_at_home() -> None:
    data = {"people": 9, "means": [0] * 10, "spreads": [1] * 10}
    assert Strangers.from_data(data).standing is Standing.AT_HOME


def test_the_page_shows_seen_beside_expected(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        world.services.law.law = some_home(scorer.digest)
        make_link(world, details=said(1))
        world.services.law.unseen.extend(searches(ASKER, 40, mean=0.1))
        look_at_searches(world.services)
        report = law_report(world.services, CONSOLE)
        page = Office(world.app, world, with_fast_hashes(world.app)).auditor().page("model-checks")
    assert report.expected_mean is not None
    assert report.prints[0].mean > report.expected_mean.high
    assert {one.state for one in report.alarms} == {LawState.MOVED}
    assert "force 01, custody-suite (moved)" in page
    assert page.count("<svg") == 2
    assert "how often the stated details agree with the record" in page
    assert "on the basis of prints once 2,995 searches of that kind have been counted." in page
    assert {one.source for one in report.agreements} >= {"name", "date of birth"}
    assert sum(one.identified for one in report.claims if one.name != "probability 0.99 or more")


def test_what_is_claimed_is_held_against_what_was_identified() -> None:
    kept = Claimed("proposed", 100, 98, claimed=0.99, low=0.93, high=0.995)
    assert kept.is_kept
    assert not replace(kept, identified=80, low=0.71, high=0.87).is_kept


def test_second_candidates_more_alike_than_rehearsed_raise_an_alarm_and_silence_nobody(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        services = world.services
        counted = Counted(3_000, 3_000, ((60, 2_900), (80, 100)))
        services.experience.met = {Kind.MANY: Experience(Kind.MANY, counted)}
        with services.units.write() as unit:
            watch_seconds(services, unit, [(Kind.MANY, 60)] * 40)
            assert not unit.law.changes(scorer.digest)
            watch_seconds(services, unit, [(Kind.MANY, 120)] * 9)
            unit.commit()
        (alarm,) = law_report(services, CONSOLE).alarms
        states = states_of_askers(services, scorer.digest)
        set_at_home(services, CONSOLE, alarm.source)
        report = law_report(services, CONSOLE)
    assert source_words(alarm) == "second candidates, five fingers or more"
    assert alarm.searches == 49
    assert not states
    assert not report.alarms
