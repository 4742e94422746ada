"""The code is within the limits of the house."""

from __future__ import annotations

import statistics

import pytest

from tests.house.layout import PRODUCT
from tests.house.sources import sources, sources_of
from tests.unit.house.measuring import Spread, count_prose, folder_sizes, function_sizes

pytestmark = pytest.mark.shares("parsed sources")

FOLDER_FILES_MOST = 20
"""Python files in any folder of `service/`, `__init__` not counted."""

FOLDER_FILES_MEDIAN = 10

FUNCTION_LINES_MOST = 50
FUNCTION_LINES_P90 = 18
FUNCTION_LINES_MEDIAN = 7
PERSON_WORDS_PER_1000 = 2.0
"""Occurrences of `prose.PERSON_WORDS` in 1,000 words of docstrings."""

WHAT_PER_1000 = 3.0


def test_no_folder_of_the_service_is_full() -> None:
    folders = folder_sizes(sources("service"))

    full = {folder: n for folder, n in folders.items() if n > FOLDER_FILES_MOST}

    assert full == {}
    assert statistics.median(folders.values()) <= FOLDER_FILES_MEDIAN


def test_functions_are_short() -> None:
    sizes = function_sizes(sources_of(PRODUCT))
    spread = Spread.of(list(sizes.values()))

    long = {name: n for name, n in sizes.items() if n > FUNCTION_LINES_MOST}

    assert long == {}
    assert spread.median <= FUNCTION_LINES_MEDIAN
    assert spread.p90 <= FUNCTION_LINES_P90


def test_docstrings_name_their_subjects() -> None:
    prose = count_prose(sources_of((*PRODUCT, "benchmarks")))

    assert prose.person_words_per_1000 <= PERSON_WORDS_PER_1000
    assert prose.whats_per_1000 <= WHAT_PER_1000
