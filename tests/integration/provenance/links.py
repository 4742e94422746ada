"""The application over a store, and a link made in it as by callers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from matching.scorer import Scorer
from prints.registry import FORMATS, Registry
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import Settings
from tests.integration.api.driver import World


class opened_world:  # noqa: N801 - used as a function is
    """The application over a store; tests use it to open a closed store again."""

    def __init__(self, settings: Settings, scorer: Scorer, formats: Registry = FORMATS) -> None:
        self._log = io.StringIO()
        app = create_app(assemble(settings, scorer, formats), logger=build_logger(self._log))
        self._client = TestClient(app, raise_server_exceptions=False)
        self._app = app

    def __enter__(self) -> World:
        self._client.__enter__()
        return World(self._app, self._client, self._log)

    def __exit__(self, *error: object) -> None:
        self._client.__exit__(None, None, None)


@dataclass(frozen=True, slots=True)
class Linked:
    """A link that two examiners made, and its people."""

    world: World
    link_id: str
    search_id: str
    case_id: str
    person_id: str
    record_id: str


def make_link(world: World, *, first: int = 1, details: dict[str, Any] | None = None) -> Linked:
    """Enrol three people, search for the first, and have two examiners agree."""
    enrolled = world.enrol(first)
    for person in (first + 1, first + 2):
        world.enrol(person)
    search_id = world.search(first, details=details)
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        answer = world.examine(case_id, examiner, person_id=enrolled["person_id"])
        assert answer.status_code == 201, answer.text
    with world.services.units.read() as unit:
        search = unit.searches.get(search_id)  # type: ignore[arg-type]
    assert search is not None
    assert search.link_id is not None
    return Linked(
        world,
        search.link_id,
        search_id,
        case_id,
        enrolled["person_id"],
        enrolled["record_id"],
    )
