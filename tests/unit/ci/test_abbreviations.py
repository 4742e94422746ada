"""Terms of the glossary as the site shows them by hover."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TABLE = """| Word | Meaning |
|---|---|
| **Candidate** | A person a search proposes. |
| **Court bundle, bundle** | One link for [readers](a.md) *outside*. **Page**: its first part. |
| **ASN** | Arrest Summons Number. |
"""


@pytest.fixture(scope="module")
def abbreviations() -> ModuleType:
    path = Path(__file__).parents[3] / ".ci" / "abbreviations.py"
    spec = importlib.util.spec_from_file_location("abbreviations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_terms_that_no_everyday_sentence_has_are_explained(abbreviations: ModuleType) -> None:
    found = dict(abbreviations.abbreviations(TABLE))

    outside = "One link for readers outside."
    assert found == {
        "Court bundle": outside,
        "Court bundles": outside,
        "court bundle": outside,
        "court bundles": outside,
        "ASN": "Arrest Summons Number.",
        "ASNs": "Arrest Summons Number.",
    }


def test_the_glossary_is_written_one_line_a_form(
    abbreviations: ModuleType, tmp_path: Path
) -> None:
    count = abbreviations.run(tmp_path / "made" / "file.md")

    lines = (tmp_path / "made/file.md").read_text("utf-8").splitlines()
    assert len(lines) == count > 100
    assert all(line.startswith("*[") and "]: " in line for line in lines)
    assert any(line.startswith("*[court bundle]: A report on one link") for line in lines)
