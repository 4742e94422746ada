"""The composition fits the command line, the settings and the files beside it.

No container runs here: `docker-compose config` checks its form in tests/interop.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from service.main import app as command_line
from service.settings import ENVIRONMENT_PREFIX, Settings

DEPLOY = Path(__file__).parents[3] / "deploy"
COMPOSITION = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSITION["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "identlink"}
WANTED = {
    "schema",
    "identlink",
    "worker",
    "witness",
    "postgres",
    "pgbouncer",
    "prometheus",
    "grafana",
}
NOT_SETTINGS = {"IDENTLINK_TOKEN"}
"""Read by one command alone."""


def test_all_parts_are_there_and_two_workers() -> None:
    assert SERVICES.keys() == WANTED
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert [name for name, one in SERVICES.items() if one.get("profiles")] == ["witness"]


@pytest.mark.parametrize("name", OURS)
def test_each_command_and_each_option_exists(name: str) -> None:
    found: Any = typer.main.get_command(command_line)
    words = OURS[name].get("command", ["serve"])
    for word in (one for one in words if not one.startswith("--")):
        found = found.commands[word]
    known = {option for one in found.params for option in one.opts}

    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_a_setting_and_no_secret_is_written_down(name: str) -> None:
    for variable, value in OURS[name]["environment"].items():
        setting = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        assert setting in Settings.model_fields or variable in NOT_SETTINGS
        assert "${" in value


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_and_waited_for_exists(name: str) -> None:
    one = SERVICES[name]
    for volume in one.get("volumes", ()):
        source = volume.partition(":")[0]
        known = (
            (DEPLOY / source).is_file() if source[0] == "." else source in COMPOSITION["volumes"]
        )
        assert known, volume
    assert one.get("depends_on", {}).keys() <= SERVICES.keys()


def test_our_volumes_are_directories_that_the_container_makes_for_its_user() -> None:
    made = re.search(
        r"install -d .*?\n(?:.*\\\n)*.*\nCOPY", (DEPLOY / "Containerfile").read_text()
    )
    assert made is not None
    for one in OURS.values():
        assert all(volume.partition(":")[2] in made[0] for volume in one["volumes"])
