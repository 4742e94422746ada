from __future__ import annotations

from tests.house.walk import Trail

TRAIL = Trail.of(
    [
        ["service/api/searches.py", "post"],
        ["service/usecases/searches/submit.py", "submit"],
        ["domain/prints/prints.py", "<genexpr>"],
        ["service/usecases/people/find.py", "find"],
        ["service/storage/people.py", "find"],
        ["service/usecases/people/find.py", "find"],
    ]
)


def test_comprehensions_are_no_functions_and_no_moves() -> None:
    assert TRAIL.path == (
        "service/api",
        "service/usecases",
        "service/storage",
        "service/usecases",
    )
    assert TRAIL.moves == 3


def test_functions_and_files_are_counted_once() -> None:
    assert len(TRAIL.functions) == 4
    assert len(TRAIL.files) == 4


def test_the_first_function_of_each_stay_is_its_door() -> None:
    assert TRAIL.entrances() == {
        ("", "service/api/searches.py", "post"): 1,
        ("service/api", "service/usecases/searches/submit.py", "submit"): 1,
        ("service/usecases", "service/storage/people.py", "find"): 1,
        ("service/storage", "service/usecases/people/find.py", "find"): 1,
    }
