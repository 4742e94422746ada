"""The work on models in a store in which everything has happened once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from domain.ids import ForceCode
from domain.searches.models import Source
from service.cli.context import CONSOLE
from service.live.law_watch import LawWatch
from service.usecases.models.comparing import choose_model, compare_models
from service.usecases.models.watching import look_at_searches, set_at_home
from tests.integration.api.driver import World
from tests.integration.models.laws import ASKER, searches, some_home


def work_models(world: World) -> None:
    services = world.services
    found = compare_models(services, CONSOLE, (services.scorer, services.scorer), limit=3)
    choose_model(services, CONSOLE, replace(found, other="2" * 64))
    watching = replace(services, law=LawWatch(some_home(services.scorer.digest)))
    watching.law.unseen.extend(searches(ASKER, 30, mean=0.1))
    look_at_searches(watching)
    set_at_home(services, CONSOLE, Source(ASKER.force, ASKER.account, services.scorer.digest))
    _pack_a_sketch(world)


def _pack_a_sketch(world: World) -> None:
    """Put all sketches of a force but the newest into a pack: each form of them has a row."""
    force, long_ago = ForceCode("01"), datetime(2000, 1, 1, tzinfo=UTC)
    with world.services.units.write() as unit:
        alone = unit.sketches.known(force, since=long_ago, limit=500).alone
        assert unit.sketches.pack(force, size=alone - 1) == alone - 1
        unit.commit()
