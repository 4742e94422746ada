"""Pages that answered a form are kept in a number that no flood of forms exceeds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.storage.access.sessions import SealedPage
from service.storage.database import UnitsOfWork
from tests.contract.builders import NOON


@pytest.mark.parametrize("session", [None, "a" * 64])
def test_of_one_session_or_of_all_strangers_only_the_newest_stay(
    units_of_work: UnitsOfWork, session: str | None
) -> None:
    names = [f"{number:064d}" for number in range(8)]
    with units_of_work.write() as unit:
        other = SealedPage("f" * 64, "b" * 64, b"sealed", NOON)
        unit.kept_pages.keep(other, most=1)
        for number, name in enumerate(names):
            page = SealedPage(name, session, b"sealed", NOON + timedelta(seconds=number))
            unit.kept_pages.keep(page, most=3)
        unit.commit()

    with units_of_work.read() as unit:
        there = [name for name in names if unit.kept_pages.get(name) is not None]
        assert there == names[-3:]
        assert unit.kept_pages.get(other.token_sha256) == other
