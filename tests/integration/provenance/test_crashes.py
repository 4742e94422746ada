"""A use case that dies between any two of its steps, keys and vault included."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import LinkingError
from domain.ids import ForceCode, LinkId, PersonId, UserId
from domain.people import Details, PersonName
from domain.searches import Probe, SearchType
from matching.scorer import Scorer
from service.bootstrap import VAULT_NAME, assemble, open_log_signer, open_store
from service.provenance.bundle import TrustedKeys
from service.provenance.key_files import FileKeyStore, open_key_file
from service.settings import Settings
from service.storage import vault_keys
from service.usecases.enrolment import Enrol, NewRecord, enrol
from service.usecases.erasure import ErasePerson, ErasureBasis, erase_person
from service.usecases.links import RevokeLink, revoke_link
from service.usecases.log_verification import verify_store
from service.usecases.searching import SubmitSearch, submit_search
from service.usecases.services import Services
from tests.contract.builders import NOON, tenprint
from tests.forking import fork
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.storage.raw import connection

Work = Callable[[Services, Linked], object]


def _caller(role: Role, force: str | None = None) -> Caller:
    code = ForceCode(force) if force else None
    return Caller(Actor(UserId(f"{role}-x"), role, code, ROLE_SCOPES[role]), Purpose.OPERATIONS)


def _enrolling(services: Services, linked: Linked) -> object:
    record = NewRecord(Details(names=(PersonName("Ann", "Other"),)))
    return enrol(services, Enrol(_caller(Role.FORCE, "01"), NOON, tenprint(77), record))


def _searching(services: Services, linked: Linked) -> object:
    probe = Probe(tenprint(78), Details())
    return submit_search(
        services, SubmitSearch(_caller(Role.FORCE, "01"), SearchType.TP_TP, probe)
    )


def _erasing(services: Services, linked: Linked) -> object:
    command = ErasePerson(
        _caller(Role.SUPERVISOR), PersonId(linked.person_id), ErasureBasis.COURT_ORDER, "order-7"
    )
    return erase_person(services, command)


def _revoking(services: Services, linked: Linked) -> object:
    caller = _caller(Role.SUPERVISOR)
    return revoke_link(services, RevokeLink(caller, LinkId(linked.link_id), "Wrong record."))


WORKS: list[Work] = [_enrolling, _searching, _erasing, _revoking]
FEW = (2, 9)
"""Steps at which the fast test kills; the slow one tries all."""


@pytest.mark.parametrize("work", [_enrolling, _erasing], ids=lambda work: work.__name__)
def test_a_kill_at_some_steps_leaves_a_store_that_verifies(
    settings: Settings, scorer: Scorer, work: Work
) -> None:
    linked = _begin(settings, scorer)

    for step in FEW:
        _die_at(settings, scorer, linked, work=work, step=step)
        _assert_whole(settings)


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_at_each_step_leaves_a_store_that_verifies(
    settings: Settings, scorer: Scorer, work: Work
) -> None:
    linked = _begin(settings, scorer)
    step, is_done = 0, False

    while not is_done:
        is_done = not _die_at(settings, scorer, linked, work=work, step=step)
        _assert_whole(settings)
        step += 1

    assert step > 5


def _begin(settings: Settings, scorer: Scorer) -> Linked:
    with opened_world(settings, scorer) as world:
        linked = make_link(world)
        world.force().get(f"/v1/links/{linked.link_id}")
    return linked


def _die_at(settings: Settings, scorer: Scorer, linked: Linked, *, work: Work, step: int) -> bool:
    """Run the work in a process that dies before its step; return whether it came that far."""
    child = fork()
    if child == 0:
        code = 1
        try:
            runtime = assemble(settings, scorer)
            _arm(runtime.database._engine, step)
            # What died after its commit is done already, and says so.
            with suppress(LinkingError):
                work(runtime.services, linked)
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
    for name in ("add_many", "destroy", "doom"):
        _count_calls(FileKeyStore, name, count)
    _count_calls(vault_keys.BufferedKeys, "flush", count)


def _count_calls(kind: type, name: str, count: Callable[[], None]) -> None:
    """Have each call of a method count before it does anything; in a child that soon dies."""
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
