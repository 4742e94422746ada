"""The page for readers who know OSIA: all its operations, and calls that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.api.driver import World

PAGE = (Path(__file__).parents[3] / "docs" / "osia.md").read_text()

OPERATIONS = {
    *("createEncounterNoIds", "createEncounterNoId", "createEncounter"),
    *("readEncounter", "readAllEncounters", "updateEncounter", "deleteEncounter", "deleteAll"),
    *("mergeEncounter", "moveEncounter", "updateEncounterStatus", "updateEncounterGalleries"),
    *("readTemplate", "identify", "identifyFromId", "identifyFromEncounterId"),
    *("verifyFromId", "verifyFromBio", "readGalleries", "readGalleryContent"),
    *("readTaskStatus", "redeliverTaskResult"),
}
"""Of version 1.6.0, read in its published description."""


def test_each_operation_stands_in_the_table_once() -> None:
    table = PAGE.split("Parameters:")[0]
    told = re.findall(
        r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line)
    )

    assert len(OPERATIONS) == 22
    assert sorted(told) == sorted(OPERATIONS)


@pytest.mark.parametrize("call", sorted(set(re.findall(r"`((?:GET|POST) /v1/[^`?]+)", PAGE))))
def test_each_call_is_served(shared_world: World, call: str) -> None:
    method, path = call.split(" ")
    served = shared_world.client.get("/openapi.json").json()["paths"]

    assert method.lower() in served[path]
