"""`docs/pages.md` says for every kind of work who sees what to decide, and pages keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.access.access import Role
from service.usecases.requests.kinds import KINDS
from tests.integration.looks.walking import ROLES, filled, person_of
from tests.integration.parity.routes import pages_of
from tests.integration.publication.working import asked
from tests.integration.retention.test_reviews import opened
from tests.integration.retention.working import UNKNOWN, enrol
from tests.integration.web.driver import Office

_ROOT = Path(__file__).parents[3]
_PAGE = (_ROOT / "docs" / "pages.md").read_text("utf-8")
_LINES = ("Person", "Task", "Must see", "Next step", "Can go wrong")
_NOT_WORK = ("Steps of each person", "How the texts read", "Pages at three sizes")
_SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", _PAGE, re.MULTILINE | re.DOTALL))
_WORK = {head: text for head, text in _SECTIONS.items() if head not in _NOT_WORK}
_ADDRESS = re.compile(r"\(`(/workbench/[^`]+)`\)")

_NEXT_AT = {
    "/workbench/requests/{request_id}": Role.CASE_OFFICER,
    "/workbench/deletions/{deletion_id}": Role.FORCE,
    "/workbench/matters/{matter_id}": Role.CASE_OFFICER,
    "/workbench/publication/information/{request_id}": Role.CASE_OFFICER,
    "/workbench/retention/reviews/{request_id}": Role.CASE_OFFICER,
    "/workbench/conversion/lots/{lot_id}": Role.SAMPLER,
    "/workbench/exchange/requests/{asked_id}": Role.CASE_OFFICER,
}
"""Pages on which the next step of open work is one line at the top, and whose it is."""


def test_every_kind_of_work_has_five_lines() -> None:
    missing = {
        head: [line for line in _LINES if f"- **{line}**: " not in text]
        for head, text in _WORK.items()
    }

    assert len(_WORK) > 12
    assert {head: lines for head, lines in missing.items() if lines} == {}


def test_every_kind_of_request_is_told_of() -> None:
    assert [
        name for name in KINDS if not any(f"`{name}`" in text for text in _WORK.values())
    ] == []


def test_every_address_and_every_test_of_the_document_exists(office: Office) -> None:
    pages = {page.operation.removeprefix("GET ") for page in pages_of(office.app)}
    addresses = {one for head in _WORK for one in _ADDRESS.findall(head)}
    tests = set(re.findall(r"`(tests/[\w/]+\.py)`", _PAGE))

    assert addresses >= {"/workbench/matters/{matter_id}", "/workbench/deletions/{deletion_id}"}
    assert {re.sub(r"\{id\}", "{request_id}", one) for one in addresses} - pages == set()
    assert [one for one in tests if not (_ROOT / one).exists()] == []


@pytest.fixture(scope="module")
def begun(worked: tuple[Office, dict[str, str]]) -> tuple[Office, dict[str, dict[str, str]]]:
    """Return the office, and the ids to fill in by page: two pages are of one kind alone."""
    office, ids = worked
    information = asked(office.world)
    enrol(office.world, 9, UNKNOWN)
    review = opened(office.world)[0]
    of_kind = {
        "/workbench/publication/information/{request_id}": {"request_id": information},
        "/workbench/retention/reviews/{request_id}": {"request_id": review},
    }
    return office, {route: ids | of_kind.get(route, {}) for route in _NEXT_AT}


@pytest.mark.parametrize("route", sorted(_NEXT_AT))
def test_a_page_of_work_says_the_next_step(
    begun: tuple[Office, dict[str, dict[str, str]]], route: str
) -> None:
    office, ids = begun
    role = _NEXT_AT[route]
    name = next(name for name, its in ROLES.items() if its is role)

    page = person_of(office, name, role).client.get(filled(route, ids[route]))

    assert page.status_code == 200
    assert "<strong>Next:</strong>" in page.text
