"""An office whose every address every role has asked for, once for all tests that read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from service.provenance.canonical import EventBody
from service.settings import Settings
from tests.ahead import shipped_model
from tests.integration.looks.walking import Walk, prepared, refusals, rejoin
from tests.integration.looks.working import work_a_case
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import Office
from tests.kept import Kept, new_store


@dataclass(frozen=True, slots=True)
class Prepared:
    """A closed store with all items of another force, in which everybody has signed in."""

    kept: Kept
    office: Office
    """The office that made it, closed: it knows who signed in."""
    ids: dict[str, str]

    @contextmanager
    def copied(self, directory: Path) -> Iterator[Office]:
        """Yield an office over a copy, which its people go on using."""
        with self.kept.copied(directory) as copy:
            for office in _opened(copy):
                rejoin(office, self.office)
                yield office

    def of_copy(self, office: Office) -> Prepared:
        """Return the same of a copy in a file; it is copied again once its office is closed."""
        settings: Settings = office.app.state.api.settings
        file = make_url(settings.database_address).database
        assert file is not None
        return Prepared(Kept(settings, Path(file)), office, self.ids)


@dataclass(frozen=True, slots=True)
class Walked:
    """An office whose every address every role has asked for; tests only read what was seen."""

    before: Prepared
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
    kept = new_store(request, request.param, tmp_path_factory.mktemp("prepared"))
    for office in _opened(kept.settings):
        before = Prepared(kept, office, prepared(office))
    with before.copied(tmp_path_factory.mktemp("walked")) as office:
        yield _walked(office, before)


def _walked(office: Office, before: Prepared) -> Walked:
    ids, walk, worked = before.ids, Walk(office), Walk(office)
    walk.everything(ids)
    refused, refused_calls = frozenset(walk.refused), refusals(office.world)
    for name, only in (("own_request_id", "answer"), ("deletion_request_id", "deletions")):
        worked.everything(ids | {"request_id": ids[name]}, only=f"{{request_id}}/{only}")
    work_a_case(office, worked, ids)
    return Walked(before, office, ids, walk, worked, refused, refused_calls)


def _opened(settings: Settings) -> Iterator[Office]:
    return open_office(settings.database_address, shipped_model(), settings.store.parent)
