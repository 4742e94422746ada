"""The script that gives a pod its keys brings them once, and closes them at each start."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.ci.test_kubernetes import read


@pytest.fixture
def first_keys(tmp_path: Path) -> Path:
    """A secret with keys, mounted as a cluster mounts it: links, that others may read."""
    mounted = tmp_path / "mounted"
    (mounted / "..data").mkdir(parents=True)
    for name in ("vault.key", "checkpoint.key", "checkpoint.last"):
        (mounted / "..data" / name).write_text(f"first {name}")
        (mounted / name).symlink_to(f"..data/{name}")
    return mounted


def _bring_keys(keys: Path, first_keys: Path) -> int:
    pod = read()["office.yaml"][0]["spec"]["template"]["spec"]
    (one,) = (each for each in pod["initContainers"] if each["name"] == "keys")
    script = one["args"][0].replace("/mnt/keys", str(first_keys))
    environment = {"PATH": os.environ["PATH"], "IDENTLINK_KEYS": str(keys)}
    return subprocess.run(  # noqa: S603 - of our own file
        [*one["command"], script], env=environment, capture_output=True, check=False
    ).returncode


def test_the_keys_are_brought_once_and_closed_at_each_start(
    tmp_path: Path, first_keys: Path
) -> None:
    keys = tmp_path / "volume/keys"
    keys.parent.mkdir()

    assert _bring_keys(keys, first_keys) == 0
    brought = {path.name: path.read_text() for path in keys.iterdir()}
    (keys / "checkpoint.last").write_text("later")
    for path in keys.iterdir():
        path.chmod(0o660)
    assert _bring_keys(keys, tmp_path / "no secret any more") == 0

    assert brought == {path.name: f"first {path.name}" for path in first_keys.glob("[!.]*")}
    assert (keys / "checkpoint.last").read_text() == "later"
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_no_pod_starts_without_keys_and_makes_keys_of_its_own(tmp_path: Path) -> None:
    assert _bring_keys(tmp_path / "keys", tmp_path / "no secret") != 0
