"""Every type of event is written as it was before the catalogue of events was there.

The bodies were written by the code that stated facts as text, call by call. They are never
written anew: a log that was signed is read for as long as a link may be questioned. A type that
comes later adds its bodies at the end. The digests of rows came later and say nothing else, so
they are taken off before the comparison.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.events.catalogue import event_types
from matching.scorer import Scorer
from service import bootstrap
from service.settings import Settings
from tests.integration.provenance.busy import load_people
from tests.integration.provenance.event_story import (
    still_surroundings,
    tell,
    with_names,
    without_row_digests,
)
from tests.integration.provenance.links import opened_world

GOLDEN = (Path(__file__).parents[2] / "golden" / "event_bodies.ndjson").read_bytes().splitlines()


def test_every_type_of_event_happens_in_the_story() -> None:
    assert {json.loads(body)["type"] for body in GOLDEN} == set(event_types())


def test_the_story_is_written_as_it_always_was(
    settings: Settings, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = still_surroundings()
    monkeypatch.setattr(bootstrap, "surroundings", lambda: still)
    monkeypatch.setattr(bootstrap, "code_version", lambda: "1.0")
    load_people(settings, scorer)

    with opened_world(settings, scorer) as world:
        bodies = tell(world)

    assert with_names([without_row_digests(body) for body in bodies]) == with_names(GOLDEN)
    assert any(without_row_digests(body) != body for body in bodies)
