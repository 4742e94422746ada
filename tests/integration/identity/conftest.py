"""The application with an identity provider beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from matching.scorer import Scorer
from tests.identity_provider import Provider, running_provider
from tests.integration.identity.driver import opened, settings_of
from tests.integration.web.driver import Office


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running_one:
        yield running_one


@pytest.fixture
def office(
    sqlite_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    with opened(sqlite_url, scorer, tmp_path, **settings_of(provider)) as office:
        yield office


@pytest.fixture
def either_office(
    database_url: str, scorer: Scorer, tmp_path: Path, provider: Provider
) -> Iterator[Office]:
    with opened(database_url, scorer, tmp_path, **settings_of(provider)) as office:
        yield office
