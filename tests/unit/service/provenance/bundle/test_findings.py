from __future__ import annotations

from pathlib import Path

import pytest

from service.provenance.bundle.findings import FindingCode

MANUAL = (Path(__file__).parents[5] / "docs" / "provenance.md").read_text()


@pytest.mark.parametrize("code", list(FindingCode))
def test_every_finding_is_explained_to_auditors(code: FindingCode) -> None:
    assert f"| `{code}` |" in MANUAL
