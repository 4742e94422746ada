"""PostgreSQL killed at each statement of an enrolment, a search, a decision and a link.

Nothing is half done, and the same request, sent again with the same idempotency key, is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from service.storage.tables.cases import decisions
from service.storage.tables.people import payloads
from service.storage.tables.searches import searches
from service.storage.tables.workbench import idempotency_requests
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, tenprint
from tests.integration.chaos.severed import Severing
from tests.integration.outages.served import served, verified

pytestmark = pytest.mark.promise("kills")

_MANY = 1_000
"""More than any request has statements."""

Attempt = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Site:
    """A served store on PostgreSQL, and the means to cut it off."""

    world: World
    severing: Severing

    def state(self) -> tuple[int, ...]:
        """Return the numbers of rows that the requests under test add."""
        tables = (decisions, searches, payloads, idempotency_requests)
        with self.world.services.units.engine.connect() as connection:
            counts = [
                int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in tables
            ]
        return (*self.world.counts(), *counts)


@pytest.fixture
def site(postgres_url: str, tmp_path: Path) -> Iterator[Site]:
    with served(store=tmp_path / "store", database_url=postgres_url) as store:
        engine = store.world.services.units.engine
        yield Site(store.world, Severing(engine, postgres_url))
    assert verified(store.settings).is_sound


def _enrolment(site: Site, number: int) -> Attempt:
    user, body = site.world.force(), encounter(100 + number)
    return lambda: user.post("/v1/encounters", body, Idempotency_Key=f"enrol-{number}")


def _search(site: Site, number: int) -> Attempt:
    user = site.world.force()
    body = {"search_type": "TP/TP", "impressions": tenprint(1, capture=10 + number)}
    return lambda: user.post("/v1/searches", body, Idempotency_Key=f"search-{number}")


def _decision(site: Site, number: int) -> Attempt:
    return _ready_to_decide(site, _new_case(site, number), "examiner-a")


def _link(site: Site, number: int) -> Attempt:
    case_id = _new_case(site, number)
    first = _ready_to_decide(site, case_id, "examiner-a")()
    assert first.status_code == 201, first.text
    return _ready_to_decide(site, case_id, "examiner-b")


def _new_case(site: Site, number: int) -> str:
    return site.world.case_of(site.world.search(1, impressions=tenprint(1, capture=30 + number)))


def _ready_to_decide(site: Site, case_id: str, name: str) -> Attempt:
    """Work a case as far as its decision, and return that call."""
    world, user, at = site.world, site.world.examiner(name), f"/v1/cases/{case_id}"
    assert user.post(f"{at}/claim").status_code == 204
    labels = world.true_labels(case_id, name, _person(world))
    world.analyse(case_id, name)
    label = world.compare_all(case_id, name, identified=labels)
    assert label is not None
    body: dict[str, Any] = {"outcome": "identified", "label": label, "reason": "Points agree."}
    body["revision"] = user.get(at).json()["revision"]
    return lambda: user.post(f"{at}/decisions", body)


def _person(world: World) -> str:
    with world.services.units.read() as unit:
        return str(next(iter(unit.people.person_ids([1]).values())))  # type: ignore[list-item]


WORKS = {"enrolment": _enrolment, "search": _search, "decision": _decision, "link": _link}
KEYED = ("enrolment", "search")
"""Works whose calls carry an idempotency key; a decision is sealed once by its case."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is cut off, and the only two states that it may leave."""

    site: Site
    attempt: Attempt
    untouched: tuple[int, ...]
    done: tuple[int, ...]
    is_keyed: bool

    def is_done(self, answer: Response) -> bool:
        """Tell whether the call is done, now that it was answered so."""
        is_done = self.site.state() == self.done
        assert is_done or self.site.state() == self.untouched, "something is half done"
        if is_done and answer.status_code == 409:
            assert not self.is_keyed
        elif answer.status_code != 201:
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"]
        return is_done

    def assert_done_once(self) -> None:
        """Demand that it is not done again, and answered alike."""
        answers = [self.attempt() for _ in range(2)]
        assert {one.status_code for one in answers} == {201 if self.is_keyed else 409}
        assert not self.is_keyed or answers[0].json() == answers[1].json()
        assert self.site.state() == self.done


def _calls(site: Site, work: str, *, number: int) -> Call:
    """Do such a call once undisturbed, to know what it adds, and return one like it."""
    undisturbed = WORKS[work](site, number)
    before = site.state()
    assert undisturbed().status_code == 201
    added = tuple(b - a for a, b in zip(before, site.state(), strict=True))
    attempt = WORKS[work](site, number + 1)
    now = site.state()
    done = tuple(a + b for a, b in zip(now, added, strict=True))
    assert done != now
    return Call(site, attempt, now, done, is_keyed=work in KEYED)


def _cut_off(call: Call, *, step: int, first: int) -> int:
    """Kill at every `step`-th statement until the call ends; return how often it was killed.

    A call that was cut off begins anew at the same place. What comes after the commit, such as
    the look that the answer is, may be cut off as well: the work is done by then.
    """
    for kills, number in enumerate(range(first, _MANY, step)):
        with call.site.severing.at_statement(number) as seen:
            answer = call.attempt()
        is_done = call.is_done(answer)
        if not seen.is_severed:
            assert is_done
            return kills
    raise AssertionError("the call never ended")


@pytest.mark.parametrize("work", WORKS)
def test_a_backend_killed_at_some_statements_leaves_nothing_half_done(
    site: Site, work: str
) -> None:
    call = _calls(site, work, number=1)

    assert _cut_off(call, step=9, first=2) >= 1
    call.assert_done_once()


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_a_backend_killed_at_each_statement_leaves_nothing_half_done(
    site: Site, work: str
) -> None:
    call = _calls(site, work, number=1)

    assert _cut_off(call, step=1, first=1) >= 10
    call.assert_done_once()


@pytest.mark.parametrize("work", WORKS)
def test_a_commit_whose_answer_is_lost_is_done_once(site: Site, work: str) -> None:
    call = _calls(site, work, number=1)

    commits = 0
    while True:
        with call.site.severing.after_commit(commits + 1) as seen:
            answer = call.attempt()
        is_done = call.is_done(answer)
        if not seen.is_severed:
            break
        commits += 1

    assert is_done
    assert commits >= 1
    call.assert_done_once()
