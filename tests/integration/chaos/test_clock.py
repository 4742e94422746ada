"""The clock of the machine jumps by days, forwards and back: nothing is lost or stuck.

A correction of the clock is enough for that. What a clock that was ahead has dated into the
future (a lease, a due time, a delay) counts as over once it lies further ahead than any can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.access.access import Role
from domain.access.accounts import Slowing
from domain.ids import ForceCode, UserId
from domain.jobs import JobKind
from service.adapters.surroundings import surroundings, utc_now
from service.bootstrap import desks, runtime, stores
from service.usecases.access.sign_ins import Counted, count_attempt
from service.usecases.access.tokens import IssueToken, issue_token, revoke_token
from service.usecases.leasing import WorkerPolicy, lease
from service.usecases.log.checkpoints import CheckpointPlan, is_due
from tests.integration.api.driver import PURPOSES, ROOT, User, headers
from tests.integration.api.workers import lines_of, ndjson, search_line, searcher, submit, work_all
from tests.integration.outages.served import Served, served, verified
from tests.integration.web.driver import Office, with_fast_hashes

DAYS = timedelta(days=3)
JUMPS = {"forwards": (timedelta(0), DAYS), "back": (DAYS, timedelta(0))}
"""Where the clock stands before and after, from the true time."""


@dataclass
class Clock:
    """A clock that can be set."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of every store that is opened in the test."""
    made = Clock()
    for wiring in (runtime, stores):
        monkeypatch.setattr(wiring, "surroundings", lambda: replace(surroundings(), clock=made))
    for wiring in (desks, stores):
        monkeypatch.setattr(wiring, "utc_now", made)
    return made


def opened_store(tmp_path: Path, **given: str) -> Iterator[Served]:
    with served(store=tmp_path / "store", workbench_over_http=True, **given) as opened:
        # Tokens of a day would be over after a jump.
        secret = opened.world.secret(Role.FORCE, "custody-01", force="01", days=30)
        user = User(opened.world.client, headers(secret, PURPOSES[Role.FORCE]))
        opened.world._users[Role.FORCE, "custody-01"] = user
        yield opened
    assert verified(opened.settings).is_sound


@pytest.fixture
def store(clock: Clock, tmp_path: Path) -> Iterator[Served]:
    yield from opened_store(tmp_path)


@pytest.fixture
def either_store(clock: Clock, database_url: str, tmp_path: Path) -> Iterator[Served]:
    yield from opened_store(tmp_path, database_url=database_url)


def test_times_in_the_log_never_run_backwards(either_store: Served, clock: Clock) -> None:
    for person, ahead in enumerate((timedelta(0), DAYS, -DAYS, timedelta(0)), start=10):
        clock.ahead = ahead
        assert either_store.enrol(person).status_code == 201
        assert either_store.search().status_code == 201

    with either_store.world.services.units.read() as unit:
        entries = list(unit.events.every())
    times = [entry.at for entry in entries]
    assert times == sorted(times)
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    assert either_store.has_all_acknowledged()


def test_a_token_follows_the_clock_and_a_revoked_one_stays_revoked(
    store: Served, clock: Clock
) -> None:
    world = store.world
    issued = issue_token(
        world.services,
        IssueToken(ROOT, UserId("desk"), Role.FORCE, ForceCode("01"), timedelta(days=1)),
    )

    def status_when(ahead: timedelta) -> int:
        clock.ahead = ahead
        named = headers(issued.secret, PURPOSES[Role.FORCE])
        return world.client.get("/v1/searches", headers=named).status_code

    followed = [status_when(ahead) for ahead in (timedelta(0), DAYS, timedelta(0))]
    clock.ahead = DAYS
    revoke_token(world.services, ROOT, issued.token.token_id)
    after = [status_when(ahead) for ahead in (timedelta(0), DAYS, -DAYS)]

    assert followed == [200, 401, 200]
    assert after == [401, 401, 401]


def test_a_session_does_not_outlast_a_clock_that_was_ahead(store: Served, clock: Clock) -> None:
    office = Office(store.world.app, store.world, with_fast_hashes(store.world.app))
    clock.ahead = DAYS
    browser = office.auditor().client
    seen = browser.get("/workbench/log", follow_redirects=False)
    clock.ahead = timedelta(0)
    after = browser.get("/workbench/log", follow_redirects=False)

    assert seen.status_code == 200
    assert after.status_code == 303
    assert "sign-in" in after.headers["location"]


@pytest.mark.parametrize("jump", JUMPS)
def test_lines_queued_and_leased_before_a_jump_are_searched_after_it(
    either_store: Served, clock: Clock, jump: str
) -> None:
    before, after = JUMPS[jump]
    clock.ahead = before
    batch = submit(either_store.world, ndjson(*(search_line(1, capture=n) for n in (4, 5, 6))))
    services, batch_id = either_store.world.services, batch.json()["batch_id"]
    dying = lease(services, JobKind.SEARCH, WorkerPolicy(), limit=1)
    clock.ahead = after
    worker = searcher(services)
    # The line of the dead worker is tried again after the pause of a failed attempt.
    work_all(worker)
    clock.ahead += timedelta(seconds=10)
    work_all(worker)

    states = [line["state"] for line in lines_of(either_store.world, batch_id)]
    assert len(dying) == 1
    assert states == ["done"] * 3


@pytest.mark.parametrize("jump", JUMPS)
def test_guesses_hold_a_person_up_no_longer_than_they_do_by_a_steady_clock(
    store: Served, clock: Clock, jump: str
) -> None:
    before, after = JUMPS[jump]
    units = store.world.services.units
    guessed = [Counted("key", Slowing(1, timedelta(minutes=15), timedelta(minutes=15)))]
    clock.ahead = before
    with units.write() as unit:
        count_attempt(unit, guessed, now=clock())
        held_up = count_attempt(unit, guessed, now=clock())
        unit.commit()
    clock.ahead = after
    with units.write() as unit:
        again = count_attempt(unit, guessed, now=clock())

    assert held_up is None
    assert again is not None


def test_a_clock_set_back_does_not_keep_the_log_from_being_signed(
    store: Served, clock: Clock
) -> None:
    plan = CheckpointPlan(events=1_000_000, seconds=60)
    assert store.enrol(20).status_code == 201

    steady = is_due(store.world.services, plan, unsigned_since=clock())
    back = is_due(store.world.services, plan, unsigned_since=clock() + DAYS)

    assert (steady, back) == (False, True)
