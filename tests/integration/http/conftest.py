"""One server for the tests that leave it as they find it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.http.server import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), caller_timeout_s="2") as running:
        yield running
