"""The demo of the services: old records, an agency, a published quarter, and the public."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from service.usecases.requests.kinds import KINDS
from tests.integration.provenance.test_demo import identlink

pytestmark = pytest.mark.dear("works every service of the office over HTTP")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo and a verification of its log printed."""

    text: str
    verified: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    store = tmp_path_factory.mktemp("demo") / "store"
    arguments = ("demo", "--persons", "100", "--no-serve", "--port", "0", "--services")
    return Shown(identlink(store, *arguments), identlink(store, "log", "verify"))


@pytest.mark.parametrize(
    "sentence",
    [
        "20 frames scanned from a folder",
        "Accepted by sample: 0 errors",
        "It asks for a security check: ",
        "Counted again, the figures are the same.",
        "The page on which anybody can check it says: valid.",
        "The link that it is based on is revoked. The page says: superseded.",
        "Another agreed, and it was sent",
        "The owner: decided. Now the office carries it out.",
        "The force that was told is owed a notice: erased. It answers.",
        "Recipients that have not acknowledged: 0.",
        'Before: the names enquiry finds nobody, the certificate says "No Trace".',
        'After: the names enquiry finds the record, the certificate says "Trace".',
        "Before: the names enquiry finds the record, the search by prints the record, the",
        "After: the names enquiry finds the record, the search by prints nobody, the certificate"
        ' says "No Live Trace".',
    ],
)
def test_each_service_is_worked_to_its_end(demo: Shown, sentence: str) -> None:
    assert sentence in demo.text


def test_nothing_fails_and_the_log_verifies(demo: Shown) -> None:
    assert "FAILS" not in demo.text
    assert "The log verifies." in demo.verified


def test_an_agency_reads_what_may_be_disclosed(demo: Shown) -> None:
    told = re.search(r"Of (\d+) convictions on record, (\d+) may be disclosed\.", demo.text)
    answered = re.search(r"The agency reads: answered, [a-z ]+; convictions: (\d+)\.", demo.text)

    assert told is not None
    assert answered is not None
    assert answered[1] == told[2]


def test_the_published_page_names_kinds_of_request_in_words(demo: Shown) -> None:
    page = re.search(r"without sign-in: (file:\S+\.html)", demo.text)
    assert page is not None
    written = Path(unquote(urlsplit(page[1]).path)).read_text("utf-8")

    assert KINDS["police-certificate"].title in written
    assert [name for name in KINDS if f">{name}:" in written] == []
