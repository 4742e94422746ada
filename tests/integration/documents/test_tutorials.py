"""The tutorials, done as they are written."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.integration.documents.snippets import OPENING, blocks_of, run

ROOT = Path(__file__).parents[3]
CLIENT = {"PYTHONPATH": f"{ROOT}:{ROOT / 'clients/python'}"}


@pytest.mark.slow
def test_a_bureau_integrates_in_an_afternoon(tmp_path: Path) -> None:
    blocks = blocks_of((ROOT / "docs/integrating.md").read_text())

    # A month later, everything but the start is done again: nothing may rest on the day.
    ran = run([*blocks, *blocks[1:]], tmp_path, **CLIENT)
    started, searched, told, twice, later, *again = ran
    searched_again, told_again, twice_again, later_again = again

    assert re.fullmatch(OPENING, started.printed)
    assert searched.printed.count(" linked\n") == 4
    assert searched.printed.count(" not linked\n") == 1
    assert "search.concluded linked" in told.printed.splitlines()
    assert twice.printed == "done once: True\n409 idempotency-conflict\n"
    assert '"now"' in later.printed
    assert searched_again.printed.count(" linked\n") == 4
    assert "search.concluded linked" in told_again.printed.splitlines()
    assert "409 idempotency-conflict" in twice_again.printed
    assert '"now"' in later_again.printed


@pytest.mark.slow
def test_the_link_of_the_first_tutorial_can_be_proved(tmp_path: Path) -> None:
    first, proof = blocks_of((ROOT / "docs/first-link.md").read_text())
    makefile = (ROOT / "Makefile").read_text()
    # Installed already, and not left serving: the newcomer of tests/interop does both.
    assert first.text == "make run\n"
    assert "$(BIN)/identlink demo\n" in makefile
    shown = blocks_of("```sh\nidentlink demo --persons 100 --no-serve\n```\n")
    proof_here = blocks_of(f"```sh\n{proof.text.replace('. .venv/bin/activate', ':')}```\n")

    demo, proved = run([*shown, *proof_here], tmp_path, PYTHONPATH=str(ROOT), **quick())

    assert demo.printed.count(" linked ") == 4
    assert demo.printed.count(" not linked ") == 1
    assert "The log verifies." in proved.printed


def quick() -> dict[str, str]:
    """Return one thread for each library, as everywhere in the tests."""
    return {name: os.environ.get(name, "1") for name in ("OMP_NUM_THREADS",)}
