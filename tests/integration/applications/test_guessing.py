"""A code guessed 10,000 times: one answer, in one time, whether the reference exists or not."""

from __future__ import annotations

import statistics
import time

import pytest

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import NotFoundError
from domain.ids import ForceCode, UserId
from service.usecases.applications.finding import Access
from service.usecases.applications.following import show_application
from tests.integration.api.driver import World
from tests.integration.applications.applying import sent

GUESSES = 10_000
_SCOPES = ROLE_SCOPES[Role.PUBLIC_PAGES]
_PAGES = Caller(
    Actor(UserId("pages"), Role.PUBLIC_PAGES, ForceCode("89"), _SCOPES), Purpose.APPLICATION
)


@pytest.mark.slow
def test_ten_thousand_guesses_learn_nothing(sqlite_world: World) -> None:
    references = (sent(sqlite_world).reference, "00000-00000")
    with sqlite_world.services.units.read() as unit:
        size = unit.events.size()
    told: set[str] = set()
    times_ns: dict[str, list[int]] = {reference: [] for reference in references}

    for number in range(GUESSES):
        # Taken in turns, so that whatever else the machine does falls on both alike.
        reference = references[number % 2]
        access = Access(_PAGES, reference, f"{number:020}")
        began = time.perf_counter_ns()
        with pytest.raises(NotFoundError) as refused:
            show_application(sqlite_world.services, access)
        times_ns[reference].append(time.perf_counter_ns() - began)
        told.add(refused.value.detail)

    real, none = (statistics.median(times_ns[reference]) for reference in references)
    assert len(told) == 1
    assert 0.95 < real / none < 1.05
    with sqlite_world.services.units.read() as unit:
        assert unit.events.size() == size
