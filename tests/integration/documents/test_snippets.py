"""Every snippet of the documents on the API, batches and the client, run as it is written.

Bodies in JSON are sent by tests/integration/api/test_reference.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.integration.documents.snippets import OPENING, Block, blocks_of, run

ROOT = Path(__file__).parents[3]
API, BATCHES, CLIENT = "docs/api.md", "docs/batches.md", "clients/python/README.md"
_FENCES = re.compile(r"^```(\S.*)$", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", [API, BATCHES, CLIENT])
def test_no_snippet_is_in_a_language_that_is_not_tested(name: str) -> None:
    languages = {fence.partition(" ")[0] for fence in _FENCES.findall(text_of(name))}

    assert languages <= {"sh", "python", "json"}


@pytest.mark.slow
def test_snippets_run_in_one_directory_beside_one_sandbox(tmp_path: Path) -> None:
    installed, client = blocks_of(text_of(CLIENT))
    assert installed == Block("sh", "pip install ./clients/python\n")
    blocks = [*blocks_of(text_of(API)), *blocks_of(text_of(BATCHES)), client]
    told = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'clients/python'}",
        "IDENTLINK_STORE": str(tmp_path / "store"),
    }

    sandbox, _token, search, clock, batch, worker, python = run(blocks, tmp_path, **told)

    token = json.loads((tmp_path / "token.json").read_text())
    assert (token["token_type"], token["scope"]) == ("Bearer", "searches:read searches:write")
    assert re.fullmatch(OPENING, sandbox.printed)
    assert json.loads(search.printed)["search_type"] == "TP/TP"
    assert "now" in json.loads(clock.printed)
    lines = json.loads(batch.printed)["lines"]
    assert [line["state"] for line in lines] == ["done"] * 4
    assert '"worker-stopped"' in worker.printed
    assert re.fullmatch(
        r"(examining None|concluded linked)\n\w{32} (examining|concluded)\n", python.printed
    )
