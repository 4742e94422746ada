"""The sandbox: each of its calls gets the outcome that it says, by the client."""

from __future__ import annotations

import json
import time
from pathlib import Path

from identlink_client import Client, ClientCredentials, Search
from service.demo.sandbox import serving_sandbox
from service.settings import load_settings

_PATIENCE_S = 60.0


def concluded(identlink: Client, search_id: str) -> Search:
    until = time.monotonic() + _PATIENCE_S
    while (search := identlink.get_search(search_id)).outcome is None:
        assert time.monotonic() < until, search
        time.sleep(0.2)
    return search


def test_each_sample_gets_the_outcome_that_it_names(tmp_path: Path) -> None:
    settings = load_settings(store=tmp_path / "store", port=0, workbench_over_http=True)

    with serving_sandbox(settings, tmp_path / "samples") as sandbox:
        credentials = ClientCredentials(sandbox.client_id, sandbox.client_secret)
        with Client(sandbox.address, credentials, purpose="arrest") as identlink:
            outcomes = {}
            for sample in sandbox.samples:
                body = json.loads(Path(sample["file"]).read_text())
                submitted = identlink.search(
                    body["search_type"], body["impressions"], details=body["details"]
                )
                search = concluded(identlink, submitted.search_id)
                outcomes[sample["file"]] = search.outcome
                assert (search.link is not None) == (search.outcome == "linked")

    assert outcomes == {sample["file"]: sample["outcome"] for sample in sandbox.samples}
    assert len(set(outcomes.values())) == 2
