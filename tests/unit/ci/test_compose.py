"""The compositions fit the command line, the settings and the files beside them.

No container runs here: tests/interop checks their form by `docker-compose config`, and runs the
scripts of the one with two hosts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import typer
import yaml

from service.main import app as command_line
from service.settings import ENVIRONMENT_PREFIX, Settings

DEPLOY = Path(__file__).parents[3] / "deploy"
ONE, TWO = "compose.yaml", "two-hosts.yaml"
COMPOSITIONS = {name: yaml.safe_load((DEPLOY / name).read_text()) for name in (ONE, TWO)}
SERVICES: dict[tuple[str, str], Any] = {
    (file, name): one
    for file, composition in COMPOSITIONS.items()
    for name, one in composition["services"].items()
}
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "identlink"}
WANTED = {
    ONE: "schema identlink worker witness postgres pgbouncer prometheus grafana",
    TWO: "schema app1 keys app2 worker lb db1 db2",
}
KEYS, STORE = "/var/lib/identlink-keys", "/var/lib/identlink"
NOT_SETTINGS = {"IDENTLINK_TOKEN"}
"""Read by one command alone."""


def test_all_parts_are_there_and_two_workers() -> None:
    assert SERVICES.keys() == {(file, name) for file in WANTED for name in WANTED[file].split()}
    assert SERVICES[ONE, "worker"]["deploy"]["replicas"] == 2
    assert [name for name, one in SERVICES.items() if one.get("profiles")] == [(ONE, "witness")]


@pytest.mark.parametrize("name", [name for name in OURS if "entrypoint" not in OURS[name]])
def test_each_command_and_each_option_exists(name: tuple[str, str]) -> None:
    found: Any = typer.main.get_command(command_line)
    words = OURS[name].get("command", ["serve"])
    for word in (one for one in words if not one.startswith("--")):
        found = found.commands[word]
    known = {option for one in found.params for option in one.opts}

    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", OURS)
def test_each_variable_is_a_setting_and_no_secret_is_written_down(name: tuple[str, str]) -> None:
    for variable, value in OURS[name]["environment"].items():
        setting = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        assert setting in Settings.model_fields or variable in NOT_SETTINGS
        assert "${" in value or not re.search("URL|TOKEN|PASSWORD|SECRET", variable)


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_and_waited_for_exists(name: tuple[str, str]) -> None:
    composition, one = COMPOSITIONS[name[0]], SERVICES[name]
    for volume in one.get("volumes", ()):
        source = volume.partition(":")[0]
        known = (
            (DEPLOY / source).is_file() if source[0] == "." else source in composition["volumes"]
        )
        assert known, volume
    assert one.get("depends_on", {}).keys() <= composition["services"].keys()


def test_our_volumes_are_directories_that_the_container_makes_for_its_user() -> None:
    made = re.search(
        r"install -d .*?\n(?:.*\\\n)*.*\nCOPY", (DEPLOY / "Containerfile").read_text()
    )
    assert made is not None
    for one in OURS.values():
        places = {volume.partition(":")[2] for volume in one["volumes"]}
        # What is read there was made where its owner has it.
        assert all(place in made[0] for place in places if not place.startswith("/mnt/"))


def _settings(name: str) -> Settings:
    told = OURS[TWO, name]["environment"]
    values = {key.removeprefix(ENVIRONMENT_PREFIX).lower(): told[key] for key in told}
    proxies = json.loads(values.pop("trusted_proxies"))
    return Settings.model_validate(values | {"trusted_proxies": proxies})


def _volume(name: str, place: str) -> str:
    (found,) = (v for v in OURS[TWO, name]["volumes"] if v.partition(":")[2] == place)
    return str(found.partition(":")[0])


def test_two_hosts_share_database_and_keys_of_payloads_and_nothing_else() -> None:
    first, second = _settings("app1"), _settings("app2")

    assert first.host_name != second.host_name
    assert first.model_copy(update={"host_name": second.host_name}) == second
    assert first.vault_url is not None
    assert (
        first.vault_url.get_secret_value()
        == OURS[TWO, "app1"]["environment"]["IDENTLINK_DATABASE_URL"]
    )
    for place in (STORE, KEYS):
        assert _volume("app1", place) == _volume("schema", place)
        assert _volume("app2", place) == _volume("keys", place) == _volume("worker", place)
        assert _volume("app1", place) != _volume("app2", place)
    assert _volume("keys", "/mnt/keys1") == _volume("app1", KEYS)


def test_the_database_is_the_primary_whichever_of_the_two_it_is() -> None:
    url = OURS[TWO, "app1"]["environment"]["IDENTLINK_DATABASE_URL"]
    query = parse_qs(url.rpartition("?")[2])

    assert query["host"] == ["db1:5432", "db2:5432"]
    assert query["target_session_attrs"] == ["primary"]


@pytest.mark.parametrize("name", ["app1", "app2"])
def test_a_host_is_drained_before_it_is_killed(name: str) -> None:
    settings, one = _settings(name), OURS[TWO, name]
    proxy = (DEPLOY / "proxies/haproxy.cfg").read_text()
    look = re.search(r"check inter (\d+)s fall (\d+)", proxy)

    assert look is not None
    assert int(look[1]) * int(look[2]) < settings.drain_s
    assert int(one["stop_grace_period"].removesuffix("s")) > (
        settings.drain_s + settings.shutdown_timeout_s
    )


def test_the_balancer_knows_both_hosts_where_they_are_and_they_know_it() -> None:
    balancer = SERVICES[TWO, "lb"]
    address = {
        name: SERVICES[TWO, name]["networks"]["default"]["ipv4_address"]
        for name in ("app1", "app2", "lb")
    }
    (script,) = balancer["command"]
    port = Settings.model_fields["port"].default

    for name in ("app1", "app2"):
        assert f"server {name} {address[name]}:{port}" in script
    assert f"bind {address['lb']}:8080" in script
    assert balancer["ports"] == ["127.0.0.1:8080:8080"]
    assert [str(one) for one in _settings("app1").trusted_proxies] == [f"{address['lb']}/32"]
