"""Every type of event: bodies of old are read as they stand, and today's say as much.

`tests/golden/event_bodies.ndjson` holds bodies as releases have written them, from before the
catalogue of events on. They are never written anew: a log that was signed is read for as long as
a link may be questioned. A type that comes later adds a body at the end.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from domain.events.catalogue import event_types
from domain.events.rows import ROW_DIGEST
from matching.scorer import Scorer
from service.bootstrap import runtime, stores
from service.provenance.canonical import body_bytes, read_event
from service.settings import Settings
from tests.integration.provenance.busy import load_people
from tests.integration.provenance.event_story import still_surroundings, tell
from tests.integration.provenance.links import opened_world

GOLDEN = (Path(__file__).parents[2] / "golden" / "event_bodies.ndjson").read_bytes().splitlines()


def test_every_type_of_event_has_a_body_that_is_kept() -> None:
    assert {json.loads(body)["type"] for body in GOLDEN} == set(event_types())


@pytest.mark.parametrize("number", range(len(GOLDEN)))
def test_a_body_of_old_is_read_as_its_type_and_written_as_it_stands(number: int) -> None:
    body = read_event(GOLDEN[number])
    told = body.typed()

    assert body_bytes(body) == GOLDEN[number]
    assert told.subject_refs == body.subject_refs
    assert dict(told.facts) == {
        name: value for name, value in body.facts if not name.startswith(ROW_DIGEST)
    }


@pytest.mark.dear("verifies a whole store many times")
def test_todays_events_state_everything_that_those_of_old_state(
    settings: Settings, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = still_surroundings()
    monkeypatch.setattr(runtime, "surroundings", lambda: still)
    monkeypatch.setattr(stores, "surroundings", lambda: still)
    monkeypatch.setattr(runtime, "code_version", lambda: "1.0")
    load_people(settings, scorer)

    with opened_world(settings, scorer) as world:
        today = _stated(tell(world))

    for event_type, of_old in _stated(GOLDEN).items():
        for facts in of_old:
            assert any(facts <= now for now in today[event_type]), (event_type, sorted(facts))


def _stated(bodies: Iterable[bytes]) -> dict[str, set[frozenset[str]]]:
    """Return the sets of names of facts that events state, by type."""
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for body in map(json.loads, bodies):
        names = (name for name in body["facts"] if not name.startswith(ROW_DIGEST))
        found[body["type"]].add(frozenset(names))
    return found
