"""A person is merged or parted, or a record amended, while data is hidden or destroyed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from httpx2 import Response

from service.storage.people.merges import Merges
from service.storage.people.records import Records
from tests.integration.api.driver import World
from tests.integration.api.erasing import asked as erasure_asked
from tests.integration.api.merging import merged, parted
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.disclosure.deleting import (
    arrest,
    arrested,
    asked,
    decide,
    decider,
    deletion_request,
)
from tests.integration.disclosure.restricting import BODY
from tests.integration.requests.working import FINE, add_convictions

pytestmark = [
    pytest.mark.promise("restriction"),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]

_TIME_TO_ADD_S = 1.0

Step = Callable[[], Response]


def _erase(world: World, person: dict[str, Any]) -> Step:
    erasure_id = erasure_asked(world, person["person_id"])
    confirmer = world.supervisor("supervisor-b")
    return lambda: confirmer.post(f"/v1/erasures/{erasure_id}/confirmation")


def _restrict(world: World, person: dict[str, Any]) -> Step:
    supervisor, path = world.supervisor(), f"/v1/people/{person['person_id']}/restriction"
    return lambda: supervisor.post(path, BODY)


def _restrict_item(world: World, person: dict[str, Any]) -> Step:
    supervisor, at = world.supervisor(), f"/v1/records/{person['record_id']}"
    item_id = _items(world, person)[-1]
    return lambda: supervisor.post(f"{at}/items/{item_id}/restriction", BODY)


def _delete(world: World, person: dict[str, Any]) -> Step:
    arrested(world, person["record_id"], arrest("no further action"))
    deletion_id = asked(deletion_request(world))
    assert decide(decider(world), deletion_id, "entry").is_success
    officer = world.officer()
    return lambda: officer.post(f"/v1/deletions/{deletion_id}/carrying-out")


def _items(world: World, person: dict[str, Any]) -> list[str]:
    answer = world.force().get(f"/v1/records/{person['record_id']}")
    assert answer.status_code == 200, answer.text
    return [one["item_id"] for one in answer.json()["items"]]


@pytest.mark.parametrize("ready", [_erase, _restrict, _restrict_item, _delete])
@pytest.mark.parametrize("is_merged", [False, True])
def test_nobody_is_hidden_who_was_merged_or_parted_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, ready: Any, *, is_merged: bool
) -> None:
    first, second = world.enrol(1), world.enrol(2)
    add_convictions(world, first["record_id"], FINE)
    pair = (first["person_id"], second["person_id"])
    before = None if is_merged else merged(world, *pair)
    step = ready(world, first)
    if before is None:
        _once_after(monkeypatch, Merges, "about", lambda: merged(world, *pair))
    else:
        _once_after(monkeypatch, Merges, "survivor", lambda: parted(world, before))

    assert_problem(step(), 409, "conflict")
    assert _items(world, first)
    assert _items(world, second)


def test_what_is_put_on_record_while_an_entry_is_deleted_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.enrol(1)
    step, added = _delete(world, person), list[Future[Any]]()

    def add() -> None:
        added.append(pool.submit(add_convictions, world, person["record_id"], FINE))
        # If it is not made to wait, it has then been committed.
        wait(added, timeout=_TIME_TO_ADD_S)

    with ThreadPoolExecutor(1) as pool:
        _once_after(monkeypatch, Records, "version", add)
        assert step().is_success
    if (refused := added[0].exception()) is not None:
        assert "/problems/stale-record" in str(refused)

    kinds = {item.split("-")[0] for item in _items(world, person)}
    assert ("conviction" in kinds) is (refused is None)


def _once_after(
    monkeypatch: pytest.MonkeyPatch, rows: type, name: str, change: Callable[[], Any]
) -> None:
    """Let a change be made by others right after this method has first found something."""
    read, is_done = getattr(rows, name), False

    def meanwhile(*given: Any, **others: Any) -> Any:
        nonlocal is_done
        found = read(*given, **others)
        if found is not None and not is_done:
            is_done = True
            change()
        return found

    monkeypatch.setattr(rows, name, meanwhile)
