"""Every list of the API pages by one contract, stated by walking its OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import InvalidInputError
from domain.list_pages import page_behind
from tests.integration.api.driver import World

TRAYS = {
    "/v1/conversion/lots/{lot_id}/frames-to-key": "the next work; each frame keyed leaves it",
    "/v1/conversion/lots/{lot_id}/frames-to-settle": "the next work; each frame settled leaves it",
    "/v1/conversion/lots/{lot_id}/sample": "the next work; each value read leaves it",
    "/v1/log/entries": "begins at the number that `start` says",
}
"""Calls that take `limit` and no cursor, with the reason. It only shrinks."""


def limited(world: World) -> dict[str, dict[str, Any]]:
    """Return the calls that take `limit`, by path."""
    return {
        path: methods["get"]
        for path, methods in world.app.openapi()["paths"].items()
        if "limit" in parameters(methods.get("get", {}))
    }


def parameters(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ())}


def fields(world: World, operation: dict[str, Any]) -> dict[str, Any]:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    name = answer["$ref"].rpartition("/")[2]
    found: dict[str, Any] = world.app.openapi()["components"]["schemas"][name]["properties"]
    return found


def test_every_list_takes_the_cursor_that_its_answer_gives(shared_world: World) -> None:
    lists = limited(shared_world)

    assert lists.keys() >= TRAYS.keys()
    assert len(lists) > 20
    for path, operation in lists.items():
        if path in TRAYS:
            continue
        cursors = parameters(operation) & {"before", "after"}
        assert len(cursors) == 1, path
        (cursor,) = cursors
        assert f"next_{cursor}" in fields(shared_world, operation), path


def test_every_answer_with_a_cursor_is_a_list_that_takes_it(shared_world: World) -> None:
    lists = limited(shared_world)

    for path, methods in shared_world.app.openapi()["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = answer.get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            told = fields(shared_world, methods["get"])
            assert path in lists or not {"next_before", "next_after"} & told.keys(), path


def test_every_list_of_things_with_ids_is_paged(shared_world: World) -> None:
    lists, whole = limited(shared_world), set[str]()
    collections = {path for path in paths_of(shared_world) if "{" not in path}

    for path in collections:
        told = answered(shared_world, paths_of(shared_world)[path])
        shown = {name for name in told if not name.startswith("next_")}
        arrays = {name for name in shown if told[name].get("type") == "array"}
        if shown == arrays and any(_has_id(shared_world, told[name]["items"]) for name in arrays):
            whole |= {path} - lists.keys()

    assert {path for path in collections if path in lists} >= {
        *("/v1/referrals", "/v1/deletions", "/v1/agency/requests", "/v1/retention/facts"),
        *("/v1/agency/watches", "/v1/matters", "/v1/clients", "/v1/webhooks"),
    }
    assert whole == set()


def paths_of(world: World) -> dict[str, dict[str, Any]]:
    """Return the calls that read, by path."""
    paths = world.app.openapi()["paths"]
    return {path: methods["get"] for path, methods in paths.items() if "get" in methods}


def answered(world: World, operation: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a call's answer; none of a file."""
    content = operation["responses"].get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return fields(world, operation) if "$ref" in schema else {}


def _has_id(world: World, item: dict[str, Any]) -> bool:
    """Whether an item, or the one thing that it wraps, is named by an id."""
    name = item.get("$ref", "").rpartition("/")[2]
    found = world.app.openapi()["components"]["schemas"].get(name, {}).get("properties", {})
    return any(one.endswith("_id") for one in found) or any(
        _has_id(world, one) for one in found.values()
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_pages_behind_each_other_are_the_whole_list_once(limit: int) -> None:
    whole, seen, last = ["a", "b", "c", "d", "e"], list[str](), None
    while True:
        page = page_behind(whole, last, limit, str)
        seen += page.items
        assert len(page.items) <= limit
        if page.next_key is None:
            break
        last = page.next_key

    assert seen == whole


def test_a_list_that_lost_the_last_item_of_a_page_is_read_again_from_its_beginning() -> None:
    """An empty page would be taken for the end of the list."""
    with pytest.raises(InvalidInputError, match="start again from the first page"):
        page_behind(["a"], "z", 5, str)
