"""Limits of the pages: per address, per reference; and the gains of a guesser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.public.sessions import Allowance, Guesses, Sources
from tests.integration.api.driver import World
from tests.integration.applications.applying import offered
from tests.integration.public.visiting import Visitor, texts_in, visiting


@contextmanager
def _limited(world: World, **given: int) -> Iterator[Visitor]:
    with offered(), texts_in(), visiting(world, **given) as visitor:
        yield visitor


def test_an_allowance_is_used_up_and_comes_back_evenly() -> None:
    now = [0.0]
    allowance = Allowance(2, 60.0, lambda: now[0])

    assert [allowance.take("a") for _ in range(3)] == [True, True, False]
    assert allowance.take("b")
    now[0] = 30.0
    assert [allowance.take("a") for _ in range(2)] == [True, False]


def test_one_household_is_one_source_and_no_key_tells_an_address() -> None:
    sources = Sources()

    assert sources.of_address("2001:db8::1") == sources.of_address("2001:db8::2:3")
    assert sources.of_address("2001:db8::1") != sources.of_address("2001:db8:0:1::1")
    assert sources.of_address("192.0.2.1") != sources.of_address("192.0.2.2")
    assert "192.0.2.1" not in sources.of_address("192.0.2.1")
    assert Sources().of_address("192.0.2.1") != sources.of_address("192.0.2.1")


def test_a_guesser_is_held_up_at_a_reference_whether_it_exists_or_not(
    sqlite_world: World,
) -> None:
    told = {}
    with _limited(sqlite_world, openings_per_hour=1_000) as visitor:
        # Of a clock that stands still: however slow the machine is.
        object.__setattr__(visitor.desk.limits, "guesses", Guesses(3, lambda: 0.0))
        reference, code = visitor.begin()
        visitor.send("/application/leave", shown="/open")
        for name, tried in (("real", reference), ("none", "0000000000")):
            answers = [
                visitor.send("/open", {"reference": tried, "code": f"{number:020}"})
                for number in range(6)
            ]
            told[name] = [(one.status_code, one.text.replace(tried, "")) for one in answers]
        locked = visitor.send("/open", {"reference": reference, "code": code})

    assert [status for status, _ in told["real"]] == [422] * 3 + [429] * 3
    assert _without_tokens(told["real"]) == _without_tokens(told["none"])
    assert locked.status_code == 429


def test_wrong_codes_lock_nobody_out() -> None:
    now = [0.0]
    guesses = Guesses(10, lambda: now[0])
    guesses.open("a", "home")
    for number in range(1_000):
        guesses.fail("a", f"stranger {number}")

    held = [guesses.is_held_up("a", source) for source in ("home", "elsewhere")]
    now[0] = 60.0
    later = guesses.is_held_up("a", "elsewhere")

    assert held == [False, True]
    assert not later


def test_each_wrong_code_of_one_source_doubles_its_wait() -> None:
    now = [0.0]
    guesses = Guesses(1_000, lambda: now[0])
    waits = []
    for _ in range(17):
        begun = now[0]
        guesses.fail("a", "stranger")
        while guesses.is_held_up("a", "stranger"):
            now[0] += 1.0
        waits.append(now[0] - begun)

    assert waits[:8] == [0, 0, 0, 0, 1, 2, 4, 8]
    assert waits[-1] == 900
    assert not guesses.is_held_up("b", "stranger")


def _without_tokens(answers: list[tuple[int, str]]) -> list[tuple[int, int]]:
    return [(status, len(text)) for status, text in answers]


def test_an_address_begins_and_opens_so_many_applications(sqlite_world: World) -> None:
    with _limited(sqlite_world, starts_per_hour=1, openings_per_hour=1) as visitor:
        visitor.begin()
        again = visitor.send("/apply/library-ticket")
        openings = [visitor.send("/open", {"reference": "x", "code": "y"}) for _ in range(2)]

    assert again.status_code == 429
    assert [one.status_code for one in openings] == [422, 429]


def test_an_address_sees_so_many_pages(sqlite_world: World) -> None:
    with _limited(sqlite_world, pages_per_minute=3) as visitor:
        answers = [visitor.get("/open").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_a_body_beyond_the_limit_is_refused(sqlite_world: World) -> None:
    with _limited(sqlite_world) as visitor:
        visitor.begin()
        huge = {"document": ("huge.jpg", b"\xff\xd8\xff" + bytes(11 * 1024 * 1024))}
        answer = visitor.send("/application/document/portrait", files=huge)

    assert answer.status_code == 413
