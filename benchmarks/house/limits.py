"""The limits that the tests hold the code to."""

from __future__ import annotations

FOLDER_FILES_MOST = 20
"""Python files in any folder of `service/`, `__init__` not counted."""

FOLDER_FILES_MEDIAN = 10

FUNCTION_LINES_MOST = 50
FUNCTION_LINES_P90 = 18
FUNCTION_LINES_MEDIAN = 7

PERSON_WORDS_PER_1000 = 2.0
"""Occurrences of `prose.PERSON_WORDS` in 1,000 words of docstrings."""

WHAT_PER_1000 = 3.0

WALK_FUNCTIONS = 307
"""Distinct functions of one served search; 300 before counts of the gallery weighed each."""

WALK_MOVES = 134
"""Moves between rooms of one served search."""
