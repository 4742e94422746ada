"""Local accounts: refusals, and their entries in the log."""

from __future__ import annotations

import pytest

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    UnknownForceError,
)
from domain.events.access import AccountAdded
from domain.ids import ForceCode, UserId
from service.usecases.access.accounts import (
    AddAccount,
    add_account,
    change_password,
    disable_account,
    link_account,
)
from tests.integration.api.driver import ROOT
from tests.integration.web.driver import PASSWORD, Office

NOBODY = Caller(
    Actor(UserId("x"), Role.EXAMINER, None, frozenset({Scope.EXAMINE})), Purpose.EXAMINATION
)


def test_an_account_is_added_with_a_hash_and_an_event(either_office: Office) -> None:
    office = either_office

    user_id = office.account("examiner-a", Role.EXAMINER)
    with office.bench.services.units.read() as unit:
        account = unit.accounts.by_name("examiner-a")
        events = unit.events.about(user_id)

    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash
    assert [event.event_type for event in events] == [AccountAdded.event_type]
    assert b"examiner-a" not in events[0].body


def test_a_name_is_taken_once(either_office: Office) -> None:
    either_office.account("examiner-a", Role.EXAMINER)

    with pytest.raises(ConflictError):
        either_office.account("examiner-a", Role.SUPERVISOR)


@pytest.mark.parametrize("name", ["", "ab", "Capital", "with space", "-dash", "x" * 65, "a\n"])
def test_a_name_is_plain(shared_office: Office, name: str) -> None:
    with pytest.raises(InvalidInputError):
        shared_office.account(name, Role.EXAMINER)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_is_long_and_not_endless(shared_office: Office, password: str) -> None:
    user_id = shared_office.account(f"examiner-{len(password)}", Role.EXAMINER)

    with pytest.raises(InvalidInputError):
        add_account(shared_office.bench, AddAccount(ROOT, "examiner-b", password, Role.EXAMINER))
    with pytest.raises(InvalidInputError):
        change_password(shared_office.bench, ROOT, user_id, password)


def test_a_forces_account_names_a_force_and_no_other_does(shared_office: Office) -> None:
    with pytest.raises(InvalidInputError):
        shared_office.account("custody", Role.FORCE)
    with pytest.raises(InvalidInputError):
        shared_office.account("examiner-a", Role.EXAMINER, force="01")
    with pytest.raises(UnknownForceError):
        shared_office.account("custody", Role.FORCE, force="00")


def test_only_who_operates_the_service_changes_accounts(office: Office) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    command = AddAccount(NOBODY, "examiner-b", PASSWORD, Role.EXAMINER, ForceCode("01"))

    with pytest.raises(NotPermittedError):
        add_account(office.bench, command)
    with pytest.raises(NotPermittedError):
        change_password(office.bench, NOBODY, user_id, PASSWORD)
    with pytest.raises(NotPermittedError):
        disable_account(office.bench, NOBODY, user_id)


def test_an_unknown_account_is_not_found(shared_office: Office) -> None:
    with pytest.raises(NotFoundError):
        disable_account(shared_office.bench, ROOT, UserId("nobody"))


def test_a_disabled_account_loses_its_session(office: Office) -> None:
    person = office.examiner()

    disable_account(office.bench, ROOT, person.user_id)

    assert person.get("queue").url.path == "/workbench/sign-in"


def test_without_a_provider_nothing_is_linked(shared_office: Office) -> None:
    user_id = shared_office.account("examiner-l", Role.EXAMINER)

    with pytest.raises(NotFoundError, match="IDENTLINK_OIDC_ISSUER"):
        link_account(shared_office.bench, ROOT, user_id, "subject-1")
