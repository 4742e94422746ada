"""A store on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import Settings, load_settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of an empty store on a database of either kind."""
    return load_settings(
        store=tmp_path / "store", database_url=database_url, workbench_over_http=True
    )
