"""Alerts and dashboard speak of figures that exist, and every alert stands in the runbook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.integration.api.driver import World

ROOT = Path(__file__).parents[3]
MONITORING = ROOT / "deploy" / "monitoring"


def alerts() -> list[dict[str, Any]]:
    told = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    board = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
    drawn = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*drawn, *(rule["expr"] for rule in alerts())]


def test_every_figure_that_is_watched_is_told(shared_world: World) -> None:
    shared_world.force().get("/v1/searches")
    text = shared_world.client.get("/metrics").text

    watched = {name for one in expressions() for name in re.findall(r"identlink_\w+", one)}

    assert len(watched) > 8
    assert {name for name in watched if not re.search(rf"^{name}\b", text, re.MULTILINE)} == set()


def test_every_alert_has_its_entry_in_the_runbook_and_watches_a_level() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text("utf-8")
    headings = re.findall(r"^#### (\w+)$", runbook, re.MULTILINE)

    levels = (ROOT / "docs" / "service-levels.md").read_text("utf-8")
    watched = re.findall(r"\| `(\w+)` \|$", levels, re.MULTILINE)

    assert headings == [rule["alert"] for rule in alerts()]
    assert sorted(watched) == sorted(headings)
    for rule in alerts():
        page = "{{ $externalLabels.documents }}/operations.html"
        assert rule["annotations"]["runbook"] == f"{page}#{rule['alert'].lower()}"


def test_an_alert_links_to_an_address_that_the_office_sets() -> None:
    told = yaml.safe_load((MONITORING / "prometheus.yml").read_text("utf-8"))

    assert told["global"]["external_labels"]["documents"].startswith("https://")
