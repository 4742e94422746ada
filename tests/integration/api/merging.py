"""Merges in one step, for tests that are about something else: proposed and confirmed."""

from __future__ import annotations

from tests.integration.api.driver import World


def merged(world: World, surviving: str, absorbed: str) -> str:
    """Merge two people and return the merge."""
    body = {"surviving": surviving, "absorbed": absorbed, "reason": "One set of prints."}
    return _confirmed(world, "/v1/merges", body)


def parted(world: World, merge_id: str) -> None:
    """Take a merge back."""
    _confirmed(world, f"/v1/merges/{merge_id}/undoing", {"reason": "Two, after all."})


def _confirmed(world: World, path: str, body: dict[str, str]) -> str:
    answer = world.supervisor("sue").post(path, body)
    assert answer.status_code == 201, answer.text
    merge_id = str(answer.json()["merge_id"])
    done = world.supervisor("tom").post(f"/v1/merges/{merge_id}/confirmation")
    assert done.status_code == 200, done.text
    return merge_id
