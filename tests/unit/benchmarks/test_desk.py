"""The simulated desk: what is due first is taken first, and nothing is left or worked twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.services import _known
from benchmarks.servicing.applicants import Applicant
from benchmarks.servicing.desk import SERVICES
from benchmarks.servicing.office import Office, opened_office
from benchmarks.servicing.queue import Desk, ServiceRow


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office with a few hundred people."""
    with opened_office(tmp_path, persons=300, seed=3) as opened:
        yield opened


@pytest.mark.slow
def test_every_kind_is_worked_to_its_end_once_each(office: Office) -> None:
    desk = Desk(office, {one.name: ServiceRow(one.a_year) for one in SERVICES})
    coming = [*SERVICES, *SERVICES]

    desk.work(coming, _applicants(office))

    assert {name: row.ended.total() for name, row in desk.rows.items()} == dict(
        Counter(one.name for one in coming)
    )
    assert not desk.waiting
    assert {name: row.errors for name, row in desk.rows.items()} == dict.fromkeys(desk.rows, 0)
    assert all(wait >= 0 for row in desk.rows.values() for wait in row.waited)


def _applicants(office: Office) -> Iterator[Applicant]:
    rng = np.random.default_rng(1)
    while True:
        yield from _known(office, rng)
