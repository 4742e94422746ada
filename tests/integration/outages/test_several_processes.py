"""Two processes over one store: what one commits, the other serves, and nobody is in the way."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from domain.access import Purpose, Role
from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap import assemble
from service.logs import build_logger
from service.settings import load_settings
from tests.integration.api.driver import World, headers


@pytest.fixture
def worlds(database_url: str, tmp_path: Path) -> Iterator[tuple[World, World]]:
    settings = load_settings(store=tmp_path / "store", database_url=database_url)
    scorer = load_scorer(settings.model_directory)
    with ExitStack() as stack:
        opened = []
        for _ in range(2):
            log = io.StringIO()
            app = create_app(assemble(settings, scorer), logger=build_logger(log))
            client = stack.enter_context(TestClient(app, raise_server_exceptions=False))
            opened.append(World(app, client, log))
        yield opened[0], opened[1]


def test_an_enrolment_in_one_process_is_found_by_the_next_search_in_the_other(
    worlds: tuple[World, World],
) -> None:
    first, second = worlds
    person_id = first.enrol(1)["person_id"]

    search_id = second.search(1)

    with second.services.units.read() as unit:
        best = unit.searches.candidates(search_id)[0]  # type: ignore[arg-type]
    assert best.person_id == person_id
    assert second.services.gallery.index.digest == first.services.gallery.index.digest


def test_an_erasure_in_one_process_is_found_by_no_later_search_in_the_other(
    worlds: tuple[World, World],
) -> None:
    first, second = worlds
    person_id = first.enrol(1)["person_id"]
    second.search(1)

    answer = first.client.post(
        f"/v1/people/{person_id}/erasure",
        json={"basis": "court order", "authority": "order-1"},
        headers=headers(first.secret(Role.SUPERVISOR, "eraser"), Purpose.DELETION),
    )
    search_id = second.search(1)

    assert answer.status_code == 204
    with second.services.units.read() as unit:
        assert unit.searches.candidates(search_id) == ()  # type: ignore[arg-type]
