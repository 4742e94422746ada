"""Wherever an offence of this country is shown, it has the title of the table in force."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from domain.people.convictions import Conviction
from domain.people.people import Offence
from service.cli.context import CONSOLE
from service.usecases.people.offence_tables import install_offences
from tests.ahead import shipped_model
from tests.integration.looks.walking import Walk, prepared
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office

CODES = ("TH68001", "TH68010", "TH68037", "CJ88116", "RT88191")

FROM_FILM = {"LA1916.2"}
"""Codes of repealed acts, read from old films: `rules/historic.py` has their titles."""

AS_RECORDED = {
    "/v1/records/{record_id}": "the record as its sources wrote it, which a force amends",
    "/v1/records/{record_id}/versions/{version}": "as above",
    "/v1/matters/{matter_id}": "the court's own message",
    "/v1/conversion/frames/{frame_id}": "what a keyer reads on an old form",
    "/workbench/conversion/frames/{frame_id}": "as above",
    "/v1/conversion/lots/{lot_id}/sample": "as above",
}
"""Addresses that give what was recorded, and the reason."""


SHOWN = {
    f"/{floor}/{address}"
    for floor in ("v1", "workbench")
    for address in (
        "deletions/{deletion_id}",
        "disputes/{dispute_id}",
        "requests/{request_id}",
        "requests/{request_id}/answer",
        "requests/{request_id}/answer/document",
        "requests/{request_id}/disputes",
        "restrictions/{restriction_id}/evidence",
    )
} | {
    "/workbench/matters/{matter_id}",
    "/workbench/records/{record_id}",
    "/workbench/records/{record_id}/versions/{version}",
}
"""Addresses that show an offence; a new one is added here."""


def title(code: str) -> str:
    """Return the title that the table of this test gives a code."""
    return f"Official title of {code.lower()}"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Walk]]:
    """Return an office in which a table was in force from the first day, and all that it shows."""
    directory = tmp_path_factory.mktemp("titles")
    for office in open_office(
        f"sqlite:///{directory / 'identlink.db'}", shipped_model(), directory
    ):
        rows = (f"{code},{title(code)}" for code in CODES)
        content = "\n".join(["code,title", *rows]).encode()
        install_offences(office.world.services, CONSOLE, content)
        ids, seen = prepared(office), Walk(office)
        seen.everything(ids)
        own = {"request_id": ids["own_request_id"]}
        seen.everything(ids | own, only="{request_id}/answer")
        yield office, seen


@pytest.mark.dear("asks for every address as many roles")
def test_every_address_gives_the_title_of_the_table(walk: tuple[Office, Walk]) -> None:
    office, seen = walk
    recorded = _recorded(office)
    assert {code for code, _ in recorded} - FROM_FILM <= set(CODES)
    words = {words for _, words in recorded}
    shows = {one.route for one in seen.seen if any(title(code) in one.text for code in CODES)}
    omits = {one.route for one in seen.seen if any(_says(one.text, each) for each in words)}
    assert shows == SHOWN
    assert omits == set(AS_RECORDED)


def _says(text: str, words: str) -> bool:
    """Whether an answer has the recorded words, other than as the words that were recorded."""
    return words in re.sub(
        r"(Recorded as: |Wording of the charge</dt>\s*<dd[^>]*>)[^<]*", "", text
    )


def _recorded(office: Office) -> set[tuple[str, str]]:
    """Return code and recorded words of every offence of this country on record."""
    found: set[tuple[str, str]] = set()
    with office.world.services.units.read() as unit:
        for head in unit.records.page(None, before=None, limit=500).records:
            version = unit.records.version(head.record_id, head.version)
            for item in version.items.held if version else ():
                if isinstance(item.value, Offence):
                    found.add((item.value.code, item.value.title))
                if isinstance(item.value, Conviction) and item.value.court.country == "GBR":
                    found |= {(one.national_code, one.title) for one in item.value.offences}
    return found
