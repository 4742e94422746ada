"""The demo of the services for the public: a certificate, access to own data, and a deletion."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.provenance.test_demo import identlink


@pytest.mark.slow
def test_the_demo_works_each_service_once(tmp_path: Path) -> None:
    arguments = ("demo", "--persons", "100", "--no-serve", "--port", "0", "--services")

    # The console breaks lines where they are long.
    shown = " ".join(identlink(tmp_path / "store", *arguments).split())

    for sentence in (
        "The page on which anybody can check it says: valid.",
        "The link that it is based on is revoked. The page says: superseded.",
        "Another agreed, and it was sent",
        "The owner: decided. Now the office carries it out.",
        "The force that was told is owed a notice: erased. It answers.",
        "Recipients that have not acknowledged: 0.",
        'Before: the names enquiry finds nobody, the certificate says "No Trace".',
        'After: the names enquiry finds the record, the certificate says "Trace".',
        "Before: the names enquiry finds the record, the search by prints the record, the",
        "After: the names enquiry finds the record, the search by prints nobody, the certificate"
        ' says "No Live Trace".',
    ):
        assert sentence in shown
    assert "FAILS" not in shown
