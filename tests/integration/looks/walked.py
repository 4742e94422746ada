"""An office whose every address every role has asked for, once for all tests that read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from matching.scorer import load_scorer
from service.provenance.canonical import EventBody
from tests.integration.looks.walking import Walk, prepared, refusals
from tests.integration.looks.working import work_a_case
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office
from tests.kept import new_store


@dataclass(frozen=True, slots=True)
class Walked:
    """An office whose every address every role has asked for; tests only read what was seen."""

    office: Office
    ids: dict[str, str]
    walk: Walk
    """Every address once."""
    worked: Walk
    """The addresses of a case at each step of it, and of further requests."""
    refused: frozenset[tuple[str, str]]
    """Who was refused at which route, before a case was worked."""
    refused_calls: tuple[EventBody, ...]
    """The events of these refusals."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def walked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walked]:
    """Return an office that was walked through once for all tests that read what it showed."""
    kept = new_store(request, request.param, tmp_path_factory.mktemp("walked"))
    url, directory = kept.settings.database_address, kept.settings.store.parent
    for office in open_office(url, load_scorer(), directory):
        ids, walk = prepared(office), Walk(office)
        walk.everything(ids)
        refused, refused_calls = frozenset(walk.refused), refusals(office.world)
        worked = Walk(office)
        for name, only in (("own_request_id", "answer"), ("deletion_request_id", "deletions")):
            worked.everything(ids | {"request_id": ids[name]}, only=f"{{request_id}}/{only}")
        work_a_case(office, worked, ids)
        yield Walked(office, ids, walk, worked, refused, refused_calls)
