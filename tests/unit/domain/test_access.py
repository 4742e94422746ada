"""Roles, scopes and actors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.access import ROLE_SCOPES, Actor, Role, Scope
from domain.accounts import Account
from domain.errors import NotPermittedError
from domain.ids import ForceCode, UserId


def _actor(role: Role, *scopes: Scope) -> Actor:
    return Actor(UserId("u"), role, ForceCode("01"), frozenset(scopes))


def test_every_role_has_scopes_and_every_scope_a_role() -> None:
    assert set(ROLE_SCOPES) == set(Role)
    assert frozenset().union(*ROLE_SCOPES.values()) == set(Scope)


def test_force_never_examines_and_examiner_never_reads_scores() -> None:
    assert Scope.EXAMINE not in ROLE_SCOPES[Role.FORCE]
    assert ROLE_SCOPES[Role.EXAMINER] == {Scope.EXAMINE}
    holders = {role for role, scopes in ROLE_SCOPES.items() if Scope.READ_EVIDENCE in scopes}
    assert not holders & {Role.FORCE, Role.EXAMINER}


def test_actor_may_do_what_the_scopes_cover_and_nothing_else() -> None:
    actor = _actor(Role.FORCE, Scope.SEARCH)

    actor.require(Scope.SEARCH)
    with pytest.raises(NotPermittedError):
        actor.require(Scope.ENROL)


def test_account_acts_with_all_scopes_of_its_role() -> None:
    account = Account(
        user_id=UserId("u"),
        sign_in_name="someone",
        role=Role.SUPERVISOR,
        force=None,
        password_hash="",
        added_at=datetime(2025, 1, 1, tzinfo=UTC),
    )

    assert account.actor.scopes == ROLE_SCOPES[Role.SUPERVISOR]
    assert account.actor.user_id == "u"
