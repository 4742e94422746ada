"""Misuse of searches: a caller's own name, as far as accounts reveal it, and access patterns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.abuse import Access
from domain.events.searches import Searched
from domain.ids import UserId
from domain.people.people import Details, PersonName
from domain.searches.searches import Probe
from service.usecases.misuse.watching import (
    AccessPattern,
    access_patterns,
    is_out_of_hours,
    is_own_name,
)


@pytest.mark.parametrize(
    ("surname", "who", "expected"),
    [
        ("Smith", "jane.smith", True),
        ("SMITH", "pc-77 jane_smith@force.example", True),
        ("O'Neill", "siobhan.neill", True),
        ("Łukasz", "adam.lukasz", True),
        ("Smith", "jane.smithson", False),
        ("Smith", "", False),
        ("Xu", "xu.li", False),
    ],
)
def test_a_surname_is_ones_own_when_it_is_a_word_of_the_account(
    surname: str, who: str, expected: bool
) -> None:
    probe = Probe((), Details(names=(PersonName("Any", surname),)))

    assert is_own_name(probe, who) is expected


FRIDAY_NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)


def looks(
    actor: str, count: int, *, has_case: bool = True, at: datetime = FRIDAY_NOON
) -> list[Access]:
    return [Access(UserId(actor), Searched.event_type, has_case, at) for _ in range(count)]


def by_actor(accesses: list[Access]) -> dict[str, AccessPattern]:
    return {pattern.actor: pattern for pattern in access_patterns(accesses)}


def test_many_looks_without_a_case_stand_out_against_the_others() -> None:
    usual = [look for n in range(5) for look in looks(f"user-{n}", 10, has_case=False)]

    patterns = access_patterns([*usual, *looks("browser", 30, has_case=False)])

    assert patterns[0] == AccessPattern(UserId("browser"), 30, 30, 0, is_unusual=True)
    assert [pattern.is_unusual for pattern in patterns[1:]] == [False] * 5


def test_what_everybody_does_is_not_unusual() -> None:
    patterns = by_actor([look for n in range(5) for look in looks(f"u-{n}", 90, has_case=False)])

    assert not any(pattern.is_unusual for pattern in patterns.values())


def test_looks_with_a_case_are_no_pattern_however_many() -> None:
    patterns = by_actor([*looks("examiner", 500), *looks("other", 3)])

    assert not patterns["examiner"].is_unusual
    assert patterns["examiner"].without_case == 0


def test_mostly_at_night_stands_out_and_a_few_nights_do_not() -> None:
    night = FRIDAY_NOON.replace(hour=2)
    patterns = by_actor(
        [
            *looks("night", 25, at=night),
            *looks("day", 5),
            *looks("mixed", 25, at=night),
            *looks("mixed", 26),
            *looks("few", 19, at=night),
        ]
    )

    unusual = {actor for actor, pattern in patterns.items() if pattern.is_unusual}
    assert unusual == {"night"}


def test_nobody_looked_at_anything() -> None:
    assert access_patterns([]) == ()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (FRIDAY_NOON, False),
        (FRIDAY_NOON.replace(hour=6), False),
        (FRIDAY_NOON.replace(hour=5, minute=59), True),
        (FRIDAY_NOON.replace(hour=20), True),
        (FRIDAY_NOON + timedelta(days=1), True),
        (FRIDAY_NOON.replace(hour=22, tzinfo=timezone(timedelta(hours=10))), False),
    ],
)
def test_office_hours_are_those_of_the_week_in_utc(moment: datetime, expected: bool) -> None:
    assert is_out_of_hours(moment) is expected
