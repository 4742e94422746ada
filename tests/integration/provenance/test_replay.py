"""An old decision recomputed, despite later changes of the model and the index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.ids import LinkId
from domain.list_pages import EventFilter
from matching.scorer import Scorer, load_scorer
from service.bootstrap.desks import open_models
from service.ports.gallery import ModelShelf
from service.settings import Settings, load_settings
from service.usecases.links.replay import compared
from service.usecases.searches.recorded import recorded_of
from tests.formats import FORMAT
from tests.integration.api.erasing import erased as have_erased
from tests.integration.provenance.another_model import retrained
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, hand_in

pytestmark = pytest.mark.promise("replay")


def test_a_fresh_link_replays_exactly(linked: Linked) -> None:
    before = linked.world.services.units
    answer = linked.world.auditor().post(f"/v1/links/{linked.link_id}/replay")

    with before.read() as unit:
        last = unit.events.search(_ANY, before=None, limit=1)[0]
    assert answer.json() == {
        "link_id": linked.link_id,
        "verdict": "exact",
        "difference": "",
        "candidates": 3,
        "fingers": {"identified": [1], "compared": [1]},
        "look_up": {"verdict": "exact", "difference": "", "captures": 3, "erased": 0},
    }
    assert last.event_type == "link-replayed"
    assert b'"verdict":"exact"' in last.body


def test_a_force_replays_its_own_link_and_hears_the_verdict_alone(linked: Linked) -> None:
    path = f"/v1/links/{linked.link_id}/replay"

    own, other = (linked.world.force(code).post(path) for code in ("01", "13"))

    assert own.json()["verdict"] == "exact"
    assert own.json()["look_up"] is None
    assert other.status_code == 404


def test_a_model_and_an_index_that_changed_do_not_break_an_old_replay(
    settings: Settings, scorer: Scorer, tmp_path: Path
) -> None:
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        world.enrol(9)
    another = retrained(tmp_path / "retrained")
    # The index is derived: without its directory it is built anew from the database.
    shutil.rmtree(settings.index_directory)
    with opened_world(
        load_settings(**settings.model_dump() | {"model_directory": another}),
        load_scorer(another),
    ) as world:
        present = world.services.scorer.digest
        answer = world.auditor().post(f"/v1/links/{linked.link_id}/replay")
        newer = make_link(world, first=21)
        again = world.auditor().post(f"/v1/links/{newer.link_id}/replay")

    assert present != scorer.digest
    assert answer.json()["verdict"] == "exact", answer.json()
    assert answer.json()["look_up"]["verdict"] == "exact", answer.json()
    assert again.json()["verdict"] == "exact", again.json()


def test_an_erased_candidate_makes_a_replay_impossible_and_says_so(linked: Linked) -> None:
    have_erased(linked.world, linked.person_id)

    answer = linked.world.auditor().post(f"/v1/links/{linked.link_id}/replay")

    assert answer.json()["verdict"] == "not possible (erased)"
    assert "erased" in answer.json()["difference"]


def test_a_stored_basis_that_was_changed_is_named(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        hand.run("UPDATE searches SET gallery_size = gallery_size + 1")

        verdict, difference = _replayed(hand)

    assert (verdict, difference.split(":")[0]) == ("different", "gallery_size")


def test_a_posterior_that_was_changed_is_named(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        hand.run("UPDATE candidates SET posterior = posterior / 2 WHERE rank = 1")

        verdict, difference = _replayed(hand)

    assert (verdict, difference.split(":")[0]) == ("different", "rank 1")


def test_a_missing_candidate_is_named(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        hand.run("DELETE FROM candidates WHERE rank = 3")

        verdict, difference = _replayed(hand)

    assert (verdict, difference.split(":")[0]) == ("different", "candidates")


def test_an_order_that_the_seed_does_not_give_is_named(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        hand.run("UPDATE examinations SET shuffle_seed = shuffle_seed + 1")

        verdict, difference = _replayed(hand)

    assert (verdict, difference.split(":")[0]) == ("different", "order")


def test_a_model_that_is_not_kept_is_named(store: LinkedStore) -> None:
    with hand_in(store) as hand:
        verdict, difference = _replayed(hand, models=_NothingKept())

    assert (verdict, difference.split(":")[0]) == ("different", "model")


class _NothingKept:
    def scorer(self, digest: str) -> Scorer | None:
        return None


def _replayed(hand: Hand, models: ModelShelf | None = None) -> tuple[str, str]:
    """Replay inside the hand's transaction; the event of it is not written."""
    with hand.services.units.read() as unit:
        link = unit.links.get(LinkId(hand.store.link_id))
        assert link is not None
        recorded = recorded_of(unit, link)
    return compared(FORMAT, models or open_models(hand.store.settings), recorded)


_ANY = EventFilter()
