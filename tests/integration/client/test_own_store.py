"""A demo or a sandbox never begins on a store that holds other work."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from domain.access.access import Role
from domain.errors import InvalidInputError
from domain.ids import UserId
from service.bootstrap.runtime import Runtime, start
from service.cli.context import CONSOLE
from service.demo.calls import DEMO_FORCE, DEMO_PEOPLE
from service.demo.command import TEMPLATE_PERSONS
from service.demo.ending import opened
from service.demo.images import run_image_demo
from service.demo.run import run_demo
from service.demo.sandbox import serving_sandbox
from service.demo.stage import DemoOptions
from service.settings import Settings, load_settings
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.examination.possible_outcomes import finding_policy

OPTIONS = DemoOptions(TEMPLATE_PERSONS, seed=7, is_serving=False, is_json=False, is_verbose=False)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings(store=tmp_path / "store", database_url=database_url, port=0)


def issued(runtime: Runtime, user_id: str) -> None:
    command = IssueToken(
        caller=CONSOLE,
        user_id=UserId(user_id),
        role=Role.FORCE,
        force=DEMO_FORCE,
        valid_for=timedelta(days=1),
    )
    issue_token(runtime.services, command)


def events(settings: Settings) -> int:
    with closing(start(settings)) as runtime, runtime.services.units.read() as unit:
        return int(unit.events.size())


@pytest.mark.parametrize("user_id", ["force:somerset", DEMO_PEOPLE[0][0]])
def test_a_store_at_work_is_refused_and_nothing_in_it_changes(
    settings: Settings, tmp_path: Path, user_id: str
) -> None:
    with closing(start(settings)) as runtime:
        issued(runtime, user_id)
        policy = finding_policy(runtime.services)
    before = events(settings)

    with pytest.raises(InvalidInputError, match="data that no demo made"):
        run_demo(settings, OPTIONS)
    with pytest.raises(InvalidInputError, match="data that no demo made"):
        run_image_demo(settings, OPTIONS)
    with (
        pytest.raises(InvalidInputError, match="data that no demo made"),
        serving_sandbox(settings, tmp_path / "samples"),
    ):
        pass

    assert events(settings) == before
    assert not (settings.store / "demo.json").exists()
    with closing(start(settings)) as runtime:
        assert finding_policy(runtime.services) == policy


def test_the_store_of_a_demo_is_opened_again_whatever_happened_in_it(settings: Settings) -> None:
    started = events(settings)
    opened(settings).close()
    with closing(opened(settings)) as runtime:
        issued(runtime, "force:somerset")

    opened(settings).close()

    assert events(settings) == started + len(DEMO_PEOPLE) + 1
