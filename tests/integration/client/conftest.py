"""The application with a client of a force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from identlink_client import ClientCredentials
from tests.ahead import shipped_model
from tests.integration.api.driver import World
from tests.integration.identity.driver import opened


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("client")
    file = directory / "identlink.db"
    file.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{file}", shipped_model(), directory) as office:
        yield office.world


@pytest.fixture(scope="module")
def credentials(world: World) -> ClientCredentials:
    """Return the credentials of a client of force 01."""
    body = {"name": "custody-suite", "force": "01"}
    made = world.administrator().post("/v1/clients", body).json()
    return ClientCredentials(made["client_id"], made["secret"])
