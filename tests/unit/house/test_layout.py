from __future__ import annotations

import pytest

from tests.house.layout import floor_of, place_of, room_of


@pytest.mark.parametrize(
    ("module", "floor", "room"),
    [
        ("service.usecases.people.enrolment", "usecases", "people"),
        ("service.usecases.people", "usecases", "people"),
        ("service.usecases.policy", "usecases", None),
        ("service.bootstrap", "bootstrap", None),
        ("service.logs", "outages", None),
        ("service.subject_settings", "settings", None),
        ("matching.names.text", "matching", "names"),
        ("matching.scorer", "matching", None),
        ("domain.ids", "domain", None),
    ],
)
def test_a_module_lies_on_a_floor_and_perhaps_in_a_room(
    module: str, floor: str, room: str | None
) -> None:
    assert floor_of(module) == floor
    assert room_of(module) == room


def test_a_walk_counts_the_first_two_folders_as_a_room() -> None:
    assert place_of("service/usecases/people/enrolment.py") == "service/usecases"
    assert place_of("service/app.py") == "service/app.py"
    assert place_of("matching/names/text.py") == "matching"
