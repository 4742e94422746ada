"""A use case that dies between any two of its steps, keys and vault included."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from domain.errors import LinkingError
from matching.scorer import Scorer
from service.adapters.store_keys import VAULT_NAME
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.vault.key_files import FileKeyStore, open_key_file
from service.settings import Settings
from service.storage.sealed.payloads import PayloadStore
from service.usecases.log.verification import verify_store
from tests.forking import fork
from tests.integration.provenance.crash_works import WORKS, Prepared, Work, prepare
from tests.integration.provenance.links import opened_world
from tests.integration.provenance.office_works import OFFICE_WORKS
from tests.integration.provenance.retention_works import RETENTION_WORKS
from tests.integration.provenance.system_works import SYSTEM_WORKS
from tests.integration.storage.raw import connection
from tests.kept import Kept, kind_of, new_store

pytestmark = pytest.mark.promise("kills")

ALL: Mapping[str, Work] = {
    **WORKS,
    **OFFICE_WORKS,
    **SYSTEM_WORKS,
    **RETENTION_WORKS,
}
STEPS = [("examine", 30), ("erase", 9), ("purge", 75), ("end-sessions", 25), ("revoke-token", 5)]
"""The fatal steps of the fast test; the slow one tries every step of every work."""


@pytest.fixture(scope="module")
def kept_works(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, scorer: Scorer
) -> Callable[[str], tuple[Kept, Prepared]]:
    """Return a maker of a closed store in which every work can begin, made once of each kind."""

    @cache
    def make(kind: str) -> tuple[Kept, Prepared]:
        kept = new_store(request, kind, tmp_path_factory.mktemp("works"), workbench_over_http=True)
        with opened_world(kept.settings, scorer) as world:
            return kept, prepare(world)

    return make


@pytest.fixture
def begun(
    database_url: str, kept_works: Callable[[str], tuple[Kept, Prepared]], tmp_path: Path
) -> Iterator[tuple[Settings, Prepared]]:
    """Return a store of the test's own in which every work can begin."""
    kept, prepared = kept_works(kind_of(database_url))
    with kept.copied(tmp_path / "copy") as settings:
        yield settings, prepared


@pytest.mark.parametrize(("name", "step"), STEPS)
@pytest.mark.dear("verifies a whole store many times")
def test_a_kill_leaves_a_store_that_verifies_and_a_repetition_completes_once(
    begun: tuple[Settings, Prepared], scorer: Scorer, name: str, step: int
) -> None:
    settings, prepared = begun
    before, work = _events(settings), ALL[name]

    is_dead = _die_at(settings, scorer, prepared, work=work, step=step)
    _assert_whole(settings)
    is_done = not _die_at(settings, scorer, prepared, work=work, step=100_000)

    _assert_whole(settings)
    assert (is_dead, is_done) == (True, True)
    _assert_done_once(settings, before, work)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(ALL))
def test_a_kill_at_each_step_leaves_a_store_that_verifies(
    begun: tuple[Settings, Prepared], scorer: Scorer, name: str
) -> None:
    settings, prepared = begun
    before, work = _events(settings), ALL[name]
    step, is_done = 0, False

    while not is_done:
        is_done = not _die_at(settings, scorer, prepared, work=work, step=step)
        _assert_whole(settings)
        step += 1

    assert step > 5
    _assert_done_once(settings, before, work)


def _events(settings: Settings) -> Counter[str]:
    """Return the number of events of each type."""
    with connection(settings.database_address) as raw:
        query = text("SELECT event_type, count(*) FROM events GROUP BY event_type")
        return Counter({row[0]: row[1] for row in raw.execute(query)})


def _assert_done_once(settings: Settings, before: Counter[str], work: Work) -> None:
    made = _events(settings)
    counted = {kind: made[kind] - before[kind] for kind in work.leaves}
    assert counted == dict(work.leaves)
    assert all(made[kind] > before[kind] for kind in work.makes)


def _die_at(
    settings: Settings, scorer: Scorer, prepared: Prepared, *, work: Work, step: int
) -> bool:
    """Run the work in a process that dies before its step; return whether it came that far."""
    child = fork()
    if child == 0:
        code = 1
        try:
            runtime = assemble(settings, scorer)
            _arm(runtime.database._engine, step)
            # A work that died after its commit is already done, and reports that.
            with suppress(LinkingError):
                work.run(runtime.services, prepared)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _arm(engine: Engine, step: int) -> None:
    """Count statements, commits and writes of keys; die before the one numbered `step`."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        if seen == step:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    for name in ("add_many", "destroy", "doom", "withdraw"):
        _count_calls(FileKeyStore, name, count)
    _count_calls(PayloadStore, "committing", count)


def _count_calls(kind: type, name: str, count: Callable[[], None]) -> None:
    """Count each call of a method before it acts; in a child that soon dies."""
    original = getattr(kind, name)

    def counted(self: Any, *given: Any, **named: Any) -> Any:
        count()
        return original(self, *given, **named)

    setattr(kind, name, counted)


def _assert_whole(settings: Settings) -> None:
    """Demand that the log and the rows agree, and that every payload has its key and opens."""
    keys = TrustedKeys(open_log_signer(settings).verifier)
    with open_store(settings) as services:
        assert verify_store(services, keys).log.findings == ()
    with connection(settings.database_address) as raw:
        rows = raw.execute(text("SELECT body FROM payloads")).scalars().all()
    store = open_key_file(settings.keys_directory / VAULT_NAME)
    try:
        assert len(store.get_many([bytes(body)[:16].hex() for body in rows])) == len(rows)
    finally:
        store.close()
