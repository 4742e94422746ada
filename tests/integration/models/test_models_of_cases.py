"""Decided cases as labelled pairs; models compared on stored searches, chosen, and in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError, ConflictError
from domain.events.models import ModelChosen, ModelFitted
from matching.scorer import Scorer, load_scorer
from service.bootstrap.desks import open_models
from service.bootstrap.runtime import model_in_force
from service.cli.context import CONSOLE
from service.provenance.canonical import read_event
from service.settings import Settings
from service.usecases.models.comparing import choose_model, compare_models, note_fit
from service.usecases.models.decided_pairs import decided_pairs
from tests.integration.provenance.another_model import retrained
from tests.integration.provenance.links import make_link, opened_world


def test_both_seals_make_a_mate_and_a_revoked_link_makes_none(
    settings: Settings, scorer: Scorer
) -> None:
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        found = decided_pairs(world.services, CONSOLE)
        answer = world.supervisor().post(
            f"/v1/links/{linked.link_id}/revocation", {"reason": "Wrong record."}
        )
        assert answer.status_code < 300, answer.text
        after = decided_pairs(world.services, CONSOLE)

    (mated,) = (pair for pair in found.pairs if pair.is_mated)
    assert mated.first.person == mated.second.person == linked.person_id
    assert mated.first.impressions
    assert mated.second.impressions
    assert all(pair.second.person != linked.person_id for pair in found.pairs if pair is not mated)
    assert any("not truth" in effect for effect in found.effects)
    assert not any(pair.is_mated for pair in after.pairs)


def test_a_model_is_compared_before_it_is_chosen_and_holds_from_the_next_start(
    settings: Settings, scorer: Scorer, tmp_path: Path
) -> None:
    another = retrained(tmp_path / "retrained")
    other = load_scorer(another)
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        services = world.services
        alike = compare_models(services, CONSOLE, (scorer, scorer), limit=10)
        found = compare_models(services, CONSOLE, (scorer, other), limit=10)
        with pytest.raises(ConflictError):
            choose_model(services, CONSOLE, alike)
        choose_model(services, CONSOLE, found)
        note_fit(services, CONSOLE, other.digest, cases=1, pairs=1)
        with services.units.read() as unit:
            chosen = unit.events.latest(ModelChosen.event_type)
            fitted = unit.events.latest(ModelFitted.event_type)

    assert (alike.searches, alike.changed, alike.moved_bits) == (1, 0, (0.0, 0.0, 0.0))
    assert found.searches == 1
    assert found.left_out == 0
    assert chosen is not None
    assert fitted is not None
    stated = read_event(chosen.body).typed_as(ModelChosen)
    assert (stated.model_digest, stated.previous_digest) == (other.digest, scorer.digest)
    with pytest.raises(ConfigurationError):
        model_in_force(settings)  # chosen, and not on this machine
    open_models(settings).keep(other, another)
    in_force = load_scorer(model_in_force(settings))
    assert in_force.digest == other.digest
    with opened_world(settings, in_force) as world:
        answer = world.auditor().post(f"/v1/links/{linked.link_id}/replay")
    assert answer.json()["verdict"] == "exact"
