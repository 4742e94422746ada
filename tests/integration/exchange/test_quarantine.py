"""A State that contradicts itself, or tells what another one decided: kept apart for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.agencies.matters import Matter, MatterState
from domain.exchange.codes import FaultCode
from domain.exchange.contents import StatedSanction
from domain.exchange.messages import Update
from domain.people.convictions import InformationSource, SentenceKind
from domain.people.people import Details, PersonName
from service.live.waiting import LiveWaiting
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.today import WorkKind, open_work
from tests.court_messages import Told
from tests.integration.agencies.test_court_results import (
    enquired,
    held,
    laid,
    step,
    summonsed,
)
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.telling import PERSON, Teller, deletion, notice
from tests.integration.exchange.test_api import Joined, joined

__all__ = ["joined"]

pytestmark = pytest.mark.promise("records")

OTHER = (StatedSanction(SentenceKind.CUSTODY, duration="P2Y"),)


@pytest.fixture
def poland(two: Two) -> Teller:
    return Teller(two.theirs, two.ours.services, two.ours.desk)


def apart(teller: Teller) -> list[Matter]:
    """Return what stands in quarantine."""
    with teller.services.units.read() as unit:
        return list(unit.matters.waiting([MatterState.QUARANTINED], limit=9).items)


def test_an_impossible_conviction_of_a_third_country_is_refused_and_not_kept(
    poland: Teller,
) -> None:
    """Whoever reads the quarantine could not be shown it."""
    first, last = date(2026, 1, 2), date(2026, 1, 1)
    impossible = (StatedSanction(SentenceKind.CUSTODY, starts_on=first, ends_on=last),)

    assert poland.tell(notice(country="FRA", sanctions=impossible)) == [FaultCode.IMPOSSIBLE_DATES]
    assert apart(poland) == []
    assert poland.tell(notice(country="FRA")) == [FaultCode.SECOND_HAND]
    assert len(apart(poland)) == 1


def test_another_content_of_a_version_is_kept_apart_and_the_first_stands(poland: Teller) -> None:
    first, other = notice(), notice(sanctions=OTHER)

    assert poland.tell(first, other) == [None, FaultCode.CONFLICT]
    (matter,) = apart(poland)

    assert matter.told == other
    assert [one.doubt for one in matter.last.reasons] == ["other-content"]
    with poland.services.units.read() as unit:
        standing = unit.inbox.held(poland.theirs.state, first.conviction.conviction_id)
    assert standing is not None
    assert b"custody" not in (standing.body or b"custody")


def test_what_another_state_decided_is_kept_apart_and_met_by_name(poland: Teller) -> None:
    waiting = LiveWaiting(poland.services.units)

    assert poland.tell(notice(country="FRA")) == [FaultCode.SECOND_HAND]

    assert [one.last.reasons[0].doubt for one in apart(poland)] == ["second-hand"]
    with poland.services.units.read() as unit:
        waiting.follow(unit)
    said = Details(names=(PersonName("Oswin", "Trelawney"),))
    assert [one.details.names[0].surname for one in waiting.candidates(said, 9)] == ["Trelawney"]


def test_the_same_content_again_is_kept_once_and_a_third_content_beside_it(
    poland: Teller,
) -> None:
    other = notice(sanctions=OTHER)
    poland.tell(notice(), other, other, Update(other.person, other.conviction))
    assert len(apart(poland)) == 1

    third = notice(person=replace(PERSON, born_on="1980-08-17"))
    assert poland.tell(other, third) == [FaultCode.CONFLICT, FaultCode.CONFLICT]
    assert [one.told for one in apart(poland)] == [other, third]


def test_a_batch_that_dies_before_its_commit_leaves_nothing_and_comes_again(
    poland: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    poland.tell(notice())
    with monkeypatch.context() as patched:
        patched.setattr("service.usecases.exchange.taking.keep_answers", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            poland.tell(notice(sanctions=OTHER))
    assert apart(poland) == []

    assert poland.tell(notice(sanctions=OTHER)) == [FaultCode.CONFLICT]
    assert len(apart(poland)) == 1


@pytest.fixture
def liar(joined: Joined) -> tuple[Joined, str, str]:
    """A store with a conviction in quarantine, its matter, and a record of its person."""
    teller = Teller(joined.theirs, joined.world.services, joined.desk)
    record_id = summonsed(joined.world)
    teller.tell(notice(country="FRA"))
    (matter,) = apart(teller)
    return joined, matter.matter_id, record_id


def _released(record_id: str, **other: Any) -> dict[str, Any]:
    return laid(record_id, **(other | {"laid": []}))


@pytest.mark.dear("verifies a whole store")
def test_two_people_release_what_was_kept_apart_and_two_take_it_off(
    liar: tuple[Joined, str, str],
) -> None:
    joined, matter_id, record_id = liar
    world = joined.world
    assert enquired(world, Told())[1] == 1
    before = held(world, record_id)
    listed = world.officer().get("/v1/matters").json()["waiting"]
    assert [(one["source"], one["state"]) for one in listed] == [("other State", "quarantined")]

    proposed = step(world, matter_id, "attachment", **_released(record_id))
    alone = step(world, matter_id, "answer", expected_step=2, agrees=True)
    assert (proposed.status_code, alone.status_code) == (200, 409)
    assert held(world, record_id) == before
    agreed = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)
    assert agreed.json()["state"] == "attached", agreed.text
    (conviction,) = held(world, record_id).convictions
    assert (conviction.source.kind, conviction.source.name) == (
        InformationSource.OTHER_STATE,
        "POL",
    )
    assert conviction.court.country == "POL"
    assert enquired(world, Told())[1] == 0

    step(world, matter_id, "withdrawal", expected_step=3, words="It is his brother.")
    off = step(world, matter_id, "answer", "officer-b", expected_step=4, agrees=True)
    assert off.json()["state"] == "doubtful"
    assert held(world, record_id) == before
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings


def test_two_people_refuse_what_was_kept_apart_and_the_alarm_ends(
    liar: tuple[Joined, str, str],
) -> None:
    joined, matter_id, record_id = liar
    world, before = joined.world, held(joined.world, record_id)

    def alarms() -> int:
        found = open_work(world.services, joined.desk, "")
        return next(one.late for one in found if one.kind is WorkKind.QUARANTINE)

    assert alarms() == 1
    step(world, matter_id, "return", expected_step=1, words="Paris was asked: no such case.")
    back = step(world, matter_id, "answer", "officer-b", expected_step=2, agrees=True)

    assert (back.json()["state"], alarms()) == ("sent back", 0)
    assert (held(world, record_id), enquired(world, Told())[1]) == (before, 0)
    teller = Teller(joined.theirs, world.services, joined.desk)
    again = teller.tell(notice(country="FRA"), notice(country="FRA", version=2))
    assert again == [FaultCode.SECOND_HAND] * 2
    assert [one.told and one.told.conviction.version for one in apart(teller)] == [2]


@pytest.mark.dear("verifies a whole store")
def test_the_log_holds_what_a_state_told_changed_and_deleted(joined: Joined) -> None:
    world = joined.world
    teller = Teller(joined.theirs, world.services, joined.desk)
    record_id = summonsed(world)
    assert teller.tell(notice()) == [None]
    (waits,) = world.officer().get("/v1/matters").json()["waiting"]
    step(world, waits["matter_id"], "attachment", **_released(record_id))
    step(world, waits["matter_id"], "answer", "officer-b", expected_step=2, agrees=True)
    later = notice(version=2, reference="II K 13/25")

    assert teller.tell(Update(later.person, later.conviction)) == [None]
    assert [one.reference for one in held(world, record_id).convictions] == ["II K 13/25"]
    assert teller.tell(deletion(3)) == [None]

    assert held(world, record_id).convictions == ()
    keys = TrustedKeys(world.app.state.workbench.signer.verifier)
    assert not verify_store(world.services, keys).log.findings
