"""The log of every store holds digests of rows: code alone must not change one."""

from __future__ import annotations

import pytest

from service.storage.tables.metadata import METADATA
from tests.golden.row_digests import LIST, digests
from tests.integration.storage.raw import connection

pytestmark = pytest.mark.promise("upgrades")


def test_the_digest_of_a_row_of_each_table_is_as_it_was(database_url: str) -> None:
    with connection(database_url) as connected:
        found = digests(connected)

    assert found == LIST.read_text("utf-8")
    assert len(found.splitlines()) == len(METADATA.tables)
