"""The demo of the services: old records, an agency, and a published quarter, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from service.usecases.requests.kinds import KINDS
from tests.integration.provenance.test_demo import identlink


@pytest.mark.slow
def test_the_demo_works_the_services_of_the_office_to_their_end(tmp_path: Path) -> None:
    arguments = ("demo", "--persons", "100", "--no-serve", "--port", "0", "--services")

    # The console breaks lines where they are long.
    shown = " ".join(identlink(tmp_path / "store", *arguments).split())
    verified = identlink(tmp_path / "store", "log", "verify")

    assert "20 frames scanned from a folder" in shown
    assert "Accepted by sample: 0 errors" in shown
    assert "It asks for a security check: " in shown
    told = re.search(r"Of (\d+) convictions on record, (\d+) may be disclosed\.", shown)
    answered = re.search(r"The agency reads: answered, [a-z ]+, (\d+) convictions\.", shown)
    assert told is not None
    assert answered is not None
    assert answered[1] == told[2]
    assert "Counted again, the figures are the same." in shown
    page = re.search(r"without sign-in: (file:\S+(?: \S+)*?\.html)", shown)
    assert page is not None
    written = Path(unquote(urlsplit(page[1].replace(" ", "")).path))
    page_text = written.read_text("utf-8")
    assert KINDS["police-certificate"].title in page_text
    assert [name for name in KINDS if f">{name}:" in page_text] == []
    assert "The log verifies." in verified
