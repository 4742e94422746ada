"""The simulated desk works every kind of request that has an asker, and tells a row of each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.servicing.desk import SERVICES, arrivals
from benchmarks.servicing.queue import markdown
from service.usecases.requests.kinds import KINDS

ROOT = Path(__file__).parents[3]
ASKED_BY_THE_OFFICE = {"retention-review"}


def test_every_kind_that_is_asked_from_outside_has_a_row() -> None:
    assert {one.name for one in SERVICES} == KINDS.keys() - ASKED_BY_THE_OFFICE


@pytest.mark.parametrize("scale", [0.0001, 0.01])
def test_a_year_keeps_its_proportions_and_leaves_no_kind_out(scale: float) -> None:
    came = Counter(one.name for one in arrivals(scale, np.random.default_rng(3)))

    assert came == {one.name: max(1, round(one.a_year * scale)) for one in SERVICES}


def test_the_table_has_a_line_for_each_row() -> None:
    row = {
        "a_year": 1_000,
        "worked": 2,
        "outcomes": {"No Trace": 1, "Trace": 1},
        "to_a_person": 1,
        "errors": 0,
        "late": 0,
        "days_median": 3,
        "days_most": 5,
        "processor_ms_each": 90,
    }

    lines = markdown({"police-certificate": row, "rectification": row}).split("\n")

    assert len({line.count("|") for line in lines}) == 1
    assert (
        lines[2]
        == "| `police-certificate` | 1,000 | 2 | 3 | 5 | 0 | 1 | 0 | 90 | No Trace 1, Trace 1 |"
    )
    assert lines[3].startswith("| `rectification` |")


def test_the_documentation_has_a_row_for_every_service() -> None:
    lines = (ROOT / "docs" / "services.md").read_text("utf-8").split("\n")

    told = {
        line.split("`")[1] for line in lines if line.startswith("| `") and line.count("|") == 11
    }

    assert told == {one.name for one in SERVICES}
