"""The chain on drawn prints: images, extractor, vectors, matcher, rates and rows."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from benchmarks.prints import main
from service.demo.drawn_people import DrawnPeople


@pytest.mark.dear("draws, reads and compares prints")
def test_drawn_fingers_are_told_apart(tmp_path: Path) -> None:
    result_file = tmp_path / "prints.json"
    cache = tmp_path / "cache"
    arguments = ["--drawn", "6", "--extractor", "nbis", "--distractors", "30", "--persons", "20"]
    arguments += ["--cache", str(cache), "--json", str(result_file)]

    assert main(arguments) == 0

    result = json.loads(result_file.read_text())
    (row,) = result["rows"]
    assert row["eer"] <= 0.01
    assert row["rank1"] >= 0.95
    assert row["pairs"] == {"genuine": 36, "impostor": 240}
    assert row["gallery"] == 36
    assert row["eer_interval"][0] <= row["eer"] <= row["eer_interval"][1]
    assert "--cache" not in result["command"]
    assert len(list(cache.iterdir())) == 24


@pytest.mark.dear("draws three people")
def test_a_person_is_drawn_in_two_seconds_of_a_processor() -> None:
    people = DrawnPeople(7)
    people.ten_prints(0, 0)

    # The first person also pays for tables; a busy machine slows some.
    assert min(_drawing_s(people, number) for number in (1, 2)) < 2


def _drawing_s(people: DrawnPeople, number: int) -> float:
    began = time.process_time()
    people.ten_prints(number, 0)
    return time.process_time() - began
