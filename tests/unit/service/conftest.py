from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.service.cli.console import Console


@pytest.fixture
def console(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Console:
    """Return a terminal in an empty directory, with no setting in its environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "DATABASE_URL", "TOKEN_DAYS", "PORT", "HOST"):
        monkeypatch.delenv(f"IDENTLINK_{name}", raising=False)
    return Console(monkeypatch, capsys)
