"""The demo, run as by a user: it ends with the proof of its work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.provenance.log.checkpoints import open_checkpoint
from service.provenance.log.note_keys import parse_verifier_key


def identlink(store: Path, *arguments: str) -> str:
    """Run a command on a store and return its output; it must succeed."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "service", *arguments],
        # The console breaks lines where it is narrow.
        env={**os.environ, "IDENTLINK_STORE": str(store), "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_demo_ends_with_the_prov_of_a_link_its_replay_and_a_checkpoint(tmp_path: Path) -> None:
    store, bundle = tmp_path / "store", tmp_path / "b.zip"

    shown = identlink(store, "demo", "--persons", "100", "--no-serve", "--port", "0", "--verbose")
    log_key = identlink(store, "log", "key").strip()
    identlink(store, "log", "export", str(bundle))
    verified = identlink(store, "log", "verify", str(bundle), "--log-key", log_key)

    key = parse_verifier_key(log_key)
    note = shown[shown.rindex(f"\n{key.name}\n") + 1 :]
    prov = shown[shown.index("\ndocument\n") : shown.index("\nendDocument\n")]
    assert open_checkpoint(note.encode(), key, ()).checkpoint.size > 50
    assert "wasGeneratedBy(il:link-" in prov
    assert "\nReplay of its search: exact\n" in shown
    assert "statements checked. Every statement holds.\n" in shown
    assert "The log verifies." in verified
