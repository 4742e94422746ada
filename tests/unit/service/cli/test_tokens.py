from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, Role
from domain.errors import NotAuthenticatedError
from service.bootstrap.stores import open_store
from service.settings import load_settings
from service.usecases.access.tokens import authenticate
from tests.unit.service.cli.console import Console


@pytest.mark.parametrize("role", list(Role))
def test_a_token_speaks_for_the_role_with_all_its_scopes(
    console: Console, tmp_path: Path, role: Role
) -> None:
    force = ["--force", "47"] if role in ROLES_OF_FORCES else []

    issued = console("token", "issue", "--role", role, *force, "--json").json()

    with open_store(load_settings(store=tmp_path / "var" / "store")) as services:
        actor = authenticate(services, issued["secret"], may_decide=True)
    assert (actor.role, actor.force, actor.user_id) == (role, issued["force"], issued["user"])
    assert actor.scopes == ROLE_SCOPES[role]
    assert sorted(issued["scopes"]) == sorted(scope.value for scope in ROLE_SCOPES[role])


def test_tokens_without_a_name_are_for_different_persons(console: Console) -> None:
    issue = ("token", "issue", "--role", "examiner", "--json")

    first, second = console(*issue).json(), console(*issue).json()

    assert first["user"] != second["user"]
    assert first["secret"] != second["secret"]


def test_a_token_is_valid_for_as_long_as_it_is_asked(console: Console) -> None:
    issued = console("token", "issue", "--role", "auditor", "--days", 3, "--json").json()

    left = datetime.fromisoformat(issued["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)


def test_a_token_is_not_valid_for_longer_than_is_allowed(console: Console) -> None:
    finished = console("token", "issue", "--role", "auditor", "--days", 367)

    assert finished.exit_code == 1
    assert "366 days" in finished.err


def test_the_secret_is_shown_to_people_too(console: Console) -> None:
    finished = console("token", "issue", "--role", "supervisor", "--user", "sam.vimes")

    lines = finished.out.splitlines()
    assert "sam.vimes (supervisor)" in lines[0]
    assert len(lines[-1]) == 43


def test_a_revoked_token_opens_nothing(console: Console, tmp_path: Path) -> None:
    issued = console("token", "issue", "--role", "auditor", "--json").json()

    revoked = console("token", "revoke", issued["token_id"], "--json")
    again = console("token", "revoke", issued["token_id"])

    assert revoked.json() == {"token_id": issued["token_id"], "revoked": True}
    assert again.exit_code == 0
    with (
        open_store(load_settings(store=tmp_path / "var" / "store")) as services,
        pytest.raises(NotAuthenticatedError),
    ):
        authenticate(services, issued["secret"], may_decide=True)


def test_an_unknown_token_cannot_be_revoked(console: Console) -> None:
    finished = console("token", "revoke", "0" * 32)

    said = "The store has nothing of this name or id: check it, and --store.\n"
    assert (finished.exit_code, finished.err) == (1, said)


def test_issuing_is_an_event_by_the_console(console: Console, tmp_path: Path) -> None:
    issued = console("token", "issue", "--role", "auditor", "--json").json()

    with (
        open_store(load_settings(store=tmp_path / "var" / "store")) as services,
        services.units.read() as unit,
    ):
        body = unit.events.about(issued["token_id"])[0].body.decode()
    assert '"type":"token-issued"' in body
    assert '"actor":"console"' in body
    assert issued["secret"] not in body
