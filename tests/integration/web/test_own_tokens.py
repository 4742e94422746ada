"""Tokens in a person's name: of the account's own role, and shown to the person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, ROLES_OF_SYSTEMS, Role
from domain.errors import NotPermittedError
from domain.ids import ForceCode, UserId
from service.usecases.access.accounts import disable_account
from service.usecases.access.tokens import IssueToken, authenticate, issue_token, revoke_token
from tests.integration.api.driver import ROOT
from tests.integration.web.clock import stop_clock
from tests.integration.web.driver import PASSWORD, Office, browser, send_sign_in

TOKENS = "/workbench/tokens"


def command(user_id: UserId, role: Role, force: str | None = None) -> IssueToken:
    owner = ForceCode(force) if force else None
    return IssueToken(ROOT, user_id, role, owner, timedelta(days=1), may_decide=True)


def force_of(role: Role) -> str | None:
    return "01" if role in ROLES_OF_FORCES else None


@pytest.mark.parametrize("role", sorted(set(Role) - ROLES_OF_SYSTEMS))
def test_a_token_has_the_role_of_its_account_and_never_more(office: Office, role: Role) -> None:
    user_id = office.account("somebody-a", role, force=force_of(role))
    services = office.bench.services

    issued = issue_token(services, command(user_id, role, force_of(role)))
    for other in set(Role) - {role}:
        with pytest.raises(NotPermittedError):
            issue_token(services, command(user_id, other, force_of(other)))

    assert authenticate(services, issued.secret).role is role
    assert issued.token.actor.scopes == ROLE_SCOPES[role]


def test_a_token_has_the_force_of_its_account(office: Office) -> None:
    user_id = office.account("custody-01", Role.FORCE, force="01")

    with pytest.raises(NotPermittedError):
        issue_token(office.bench.services, command(user_id, Role.FORCE, "20"))


def test_a_disabled_account_gets_no_token(office: Office) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    disable_account(office.bench, ROOT, user_id)

    with pytest.raises(NotPermittedError):
        issue_token(office.bench.services, command(user_id, Role.EXAMINER))


@pytest.mark.parametrize("role", sorted(set(Role) - ROLES_OF_SYSTEMS))
def test_the_person_is_told_at_the_next_sign_in_once(either_office: Office, role: Role) -> None:
    office, clock = either_office, stop_clock(either_office)
    user_id = office.account("somebody-a", role, force=force_of(role))
    send_sign_in(browser(office.app), "somebody-a", PASSWORD)
    clock.move(minutes=5)
    issue_token(office.bench.services, command(user_id, role, force_of(role)))
    clock.move(minutes=5)

    told = send_sign_in(browser(office.app), "somebody-a", PASSWORD)
    clock.move(minutes=5)
    later = send_sign_in(browser(office.app), "somebody-a", PASSWORD)

    assert told.url.path == TOKENS
    assert "issued in your name" in told.text
    assert later.url.path != TOKENS


def test_the_page_shows_time_purpose_issuer_and_state(either_office: Office) -> None:
    office = either_office
    person = office.examiner()
    services = office.bench.services
    issued = issue_token(services, command(person.user_id, Role.EXAMINER))

    valid = person.page("tokens")
    revoke_token(services, ROOT, issued.token.token_id)
    revoked = person.page("tokens")

    at = issued.token.issued_at.strftime("%-d %B %Y, %H:%M")
    for shown in (at, ROOT.actor.user_id, ROOT.purpose.value, ">valid<"):
        assert shown in valid
    assert ">revoked<" in revoked
    assert issued.secret not in valid + revoked


def test_tokens_of_others_are_not_shown(office: Office) -> None:
    one, other = office.examiner(), office.examiner("examiner-b")
    issue_token(office.bench.services, command(one.user_id, Role.EXAMINER))

    assert "No tokens have been issued in your name" in other.page("tokens")
