from __future__ import annotations

from pathlib import Path

import pytest

from service.bootstrap.stores import open_store
from service.ports.identity import subject_sha256
from service.settings import load_settings
from tests.unit.service.cli.console import Console

ISSUER = "https://id.police.example"
ADD = ("account", "add", "examiner-a", "--role", "examiner")


@pytest.fixture
def with_provider(console: Console, monkeypatch: pytest.MonkeyPatch) -> Console:
    """Return a terminal whose environment names an identity provider."""
    told = {
        "ACCOUNT_PASSWORD": "a long pass phrase of tests",
        "PUBLIC_URL": "https://identlink.example",
        "OIDC_ISSUER": ISSUER,
        "OIDC_CLIENT_ID": "workbench",
        "OIDC_CLIENT_SECRET": "hunter2",
        "OIDC_ROLES": '{"examiners": "examiner"}',
    }
    for name, value in told.items():
        monkeypatch.setenv(f"IDENTLINK_{name}", value)
    return console


def linked_to(tmp_path: Path, subject: str) -> str:
    settings = load_settings(store=tmp_path / "var" / "store")
    with open_store(settings) as services, services.units.read() as unit:
        account = unit.accounts.by_subject(subject_sha256(ISSUER, subject))
    return account.sign_in_name if account else ""


def test_an_account_is_linked_to_a_subject_and_unlinked(
    with_provider: Console, tmp_path: Path
) -> None:
    console = with_provider
    console(*ADD)

    linked = console("account", "link", "examiner-a", "--subject", "subject-1")
    while_linked = linked_to(tmp_path, "subject-1")
    unlinked = console("account", "unlink", "examiner-a")

    assert (linked.out, while_linked) == ("Linked examiner-a.\n", "examiner-a")
    assert (unlinked.out, linked_to(tmp_path, "subject-1")) == ("Unlinked examiner-a.\n", "")
