from __future__ import annotations

from tests.unit.house.builders import source
from tests.unit.house.measuring import Spread, count_prose, folder_sizes, function_sizes


def test_nine_in_ten_are_at_most_as_large_as_the_p90() -> None:
    assert Spread.of([*range(1, 11)]) == Spread(10, 5.5, 9, 10)
    assert Spread.of([]) == Spread(0, 0, 0, 0)


def test_a_folder_is_counted_without_its_init() -> None:
    files = [source("a", is_package=True), source("a.b"), source("a.c"), source("a.d.e")]

    assert folder_sizes(files) == {"a": 2, "a/d": 1}


def test_a_function_is_measured_from_def_to_end() -> None:
    text = "@cache\ndef outer():\n    def inner():\n        pass\n\n    return inner\n"

    assert function_sizes([source("a.b", text)]) == {"a/b.py:2 outer": 5, "a/b.py:3 inner": 2}


def test_words_of_all_docstrings_are_counted_without_code() -> None:
    text = '"""Who knows what `who` is."""\n\nX = 1\n"""Nobody."""\n\nprint("what")\n'

    prose = count_prose([source("a", text)])

    assert (prose.words, prose.person_words, prose.whats) == (5, 2, 1)
    assert prose.person_words_per_1000 == 400
