"""Roles, scopes and actors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Role, Scope
from domain.access.accounts import Account
from domain.errors import NotPermittedError
from domain.ids import ForceCode, UserId


def _actor(role: Role, *scopes: Scope) -> Actor:
    return Actor(UserId("u"), role, ForceCode("01"), frozenset(scopes))


GRANTED = {
    Role.FORCE: (
        "deletions:decide encounters:write links:read names:search records:amend "
        "records:begin records:read restrictions:evidence restrictions:read searches:read "
        "searches:write webhooks:keep"
    ),
    Role.EXAMINER: "cases:work",
    Role.SUPERVISOR: (
        "cases:resolve consultations:read conversion:keep conversion:read "
        "conversion:scan conversion:see figures:read links:read links:revoke "
        "people:erase people:merge people:restrict restrictions:read"
    ),
    Role.AUDITOR: (
        "agreements:read consultations:read conversion:read conversion:see "
        "evidence:read figures:read links:read log:read records:read requests:read"
    ),
    Role.ADMINISTRATOR: "figures:read service:operate",
    Role.CASE_OFFICER: (
        "agreements:keep agreements:read matters:tell names:search records:begin requests:read "
        "requests:work searches:read searches:write"
    ),
    Role.AGENCY: "agencies:ask",
    Role.PUBLIC_PAGES: "applications:carry",
    Role.KEYER: "conversion:key conversion:see",
    Role.RECONCILER: (
        "conversion:read conversion:see conversion:settle names:search searches:read "
        "searches:write"
    ),
    Role.SAMPLER: "conversion:sample conversion:see",
    Role.REFERRAL_BODY: "referrals:answer",
    Role.COURT_FEED: "matters:tell",
}
"""What each role may do, written down a second time: to widen a role takes two changes."""


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


@pytest.mark.promise("authorisation")
def test_a_role_has_the_scopes_that_are_written_down_here_and_no_other() -> None:
    assert {role: " ".join(sorted(scopes)) for role, scopes in ROLE_SCOPES.items()} == GRANTED
