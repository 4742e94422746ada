"""The code is within the limits of the house."""

from __future__ import annotations

import statistics

import pytest

from benchmarks.house import measures as limits
from benchmarks.house.layout import MEASURED, PRODUCT
from benchmarks.house.measures import Spread, count_prose, folder_sizes, function_sizes
from benchmarks.house.sources import sources, sources_of

pytestmark = pytest.mark.shares("parsed sources")


def test_no_folder_of_the_service_is_full() -> None:
    folders = folder_sizes(sources("service"))

    full = {folder: n for folder, n in folders.items() if n > limits.FOLDER_FILES_MOST}

    assert full == {}
    assert statistics.median(folders.values()) <= limits.FOLDER_FILES_MEDIAN


def test_functions_are_short() -> None:
    sizes = function_sizes(sources_of(PRODUCT))
    spread = Spread.of(list(sizes.values()))

    long = {name: n for name, n in sizes.items() if n > limits.FUNCTION_LINES_MOST}

    assert long == {}
    assert spread.median <= limits.FUNCTION_LINES_MEDIAN
    assert spread.p90 <= limits.FUNCTION_LINES_P90


def test_docstrings_name_their_subjects() -> None:
    prose = count_prose(sources_of(MEASURED))

    assert prose.person_words_per_1000 <= limits.PERSON_WORDS_PER_1000
    assert prose.whats_per_1000 <= limits.WHAT_PER_1000
