"""A newcomer with the README alone, on a machine that has Python and make.

`make test-interop` prints how many commands each first thing took, and how long.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.documents.snippets import Block, blocks_of, run
from tests.interop.counterparts import free_port, program

ROOT = Path(__file__).parents[2]
LIMIT_S = 600


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return the tracked files, and nothing that this machine has made beside them."""
    place, archive = tmp_path / "identlink", tmp_path / "tracked.tar"
    place.mkdir()
    git, tar = program("git"), program("tar")
    names = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - found above
    subprocess.run(  # noqa: S603 - found above
        [tar, "-cf", str(archive), "--null", "-T", "-"], cwd=ROOT, input=names.stdout, check=True
    )
    subprocess.run([tar, "-xf", str(archive)], cwd=place, check=True)  # noqa: S603 - found above
    return place


def test_four_first_things_by_the_readme_alone(checkout: Path) -> None:
    text = (checkout / "README.md").read_text()
    steps = text[text.index("## First steps") : text.index("## Use it")]
    made, installed, searched, told, restored = blocks_of(steps)
    bare = {name: "" for name in os.environ if name.startswith(("IDENTLINK_", "PYTHONPATH"))}

    with first_link(made, checkout, bare) as (shown, seconds):
        assert "linked" in shown
    figures = {"link": (made.commands, seconds)}
    ran = run(
        [installed, searched, told, restored],
        checkout,
        python=checkout / ".venv/bin/python",
        **bare,
    )
    client, search, webhook, backup = ran
    figures["search"] = (
        client.block.commands + search.block.commands,
        client.seconds + search.seconds,
    )
    figures["webhook"] = (webhook.block.commands, webhook.seconds)
    figures["backup"] = (backup.block.commands, backup.seconds)

    for name, (commands, seconds) in figures.items():
        sys.stdout.write(f"first {name}: {commands} commands, {seconds:.0f} s\n")
    assert search.printed == "linked\n"
    # Beside the line of its own server.
    assert "search.concluded" in webhook.printed.splitlines()
    assert "The log verifies." in backup.printed
    assert max(seconds for _, seconds in figures.values()) < LIMIT_S


@contextmanager
def first_link(block: Block, checkout: Path, bare: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Run the demo until it serves, look at a page of it, and press Ctrl-C."""
    began, printed = time.monotonic(), checkout / "first.txt"
    environment = {name: value for name, value in os.environ.items() if name not in bare}
    with printed.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - of the README
            [program("bash"), "-ec", block.text],
            cwd=checkout,
            env=environment | {"IDENTLINK_PORT": str(free_port()), "PYTHON": sys.executable},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not re.search(r"^Ctrl-C", printed.read_text(), re.MULTILINE):
            assert process.poll() is None, printed.read_text()
            assert time.monotonic() - began < LIMIT_S, printed.read_text()
            time.sleep(0.5)
        yield printed.read_text(), time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
