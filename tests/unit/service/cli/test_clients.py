from __future__ import annotations

from pathlib import Path

import pytest

from domain.access.access import DECIDING, ROLE_SCOPES, Role
from domain.errors import NotAuthenticatedError
from service.bootstrap.stores import open_store
from service.settings import load_settings
from service.usecases.access.clients import ClientCredentials, recognise_client
from tests.unit.service.cli.console import Console

ADD = ("client", "add", "custody-suite", "--force", "47")


def recognised(tmp_path: Path, client_id: str, secret: str) -> str:
    with open_store(load_settings(store=tmp_path / "var" / "store")) as services:
        return recognise_client(services, ClientCredentials(client_id, secret))[1].key_id


def test_a_client_is_added_with_a_key_that_opens(console: Console, tmp_path: Path) -> None:
    made = console(*ADD, "--json").json()
    limited = console(
        "client", "add", "other", "--force", "47", "--scope", "searches:read", "--json"
    ).json()

    assert recognised(tmp_path, made["client_id"], made["secret"]) == made["key_id"]
    assert made["scopes"] == sorted(ROLE_SCOPES[Role.FORCE] - DECIDING)
    assert limited["scopes"] == ["searches:read"]


def test_rotation_overlaps_until_the_old_key_is_revoked(console: Console, tmp_path: Path) -> None:
    old = console(*ADD, "--json").json()

    new = console("client", "rotate", old["client_id"], "--json").json()
    both = [recognised(tmp_path, old["client_id"], one["secret"]) for one in (old, new)]
    third = console("client", "rotate", old["client_id"])
    console("client", "revoke", old["client_id"], "--key", old["key_id"])

    assert both == [old["key_id"], new["key_id"]]
    assert (third.exit_code, "revoke the old one" in third.err) == (1, True)
    assert recognised(tmp_path, old["client_id"], new["secret"]) == new["key_id"]
    with pytest.raises(NotAuthenticatedError):
        recognised(tmp_path, old["client_id"], old["secret"])


def test_a_revoked_client_opens_nothing(console: Console, tmp_path: Path) -> None:
    made = console(*ADD, "--json").json()

    revoked = console("client", "revoke", made["client_id"], "--json")
    again = console("client", "revoke", made["client_id"])

    assert revoked.json() == {"client_id": made["client_id"], "key_id": None, "revoked": True}
    assert again.out == "The client is revoked.\n"
    with pytest.raises(NotAuthenticatedError):
        recognised(tmp_path, made["client_id"], made["secret"])


def test_the_list_shows_clients_and_keys_and_no_secret(console: Console) -> None:
    empty = console("client", "list")
    made = console(*ADD, "--json").json()
    console("client", "rotate", made["client_id"])
    console("client", "revoke", made["client_id"], "--key", made["key_id"])
    console("client", "revoke", made["client_id"])

    listed = console("client", "list")
    told = console("client", "list", "--json").json()["clients"]

    assert empty.out == "There is no client.\n"
    assert made["secret"] not in listed.out
    assert listed.out.splitlines()[0] == f"{made['client_id']}  custody-suite, force 47, revoked"
    assert told[0]["revoked"]
    assert [key["revoked"] for key in told[0]["keys"]] == [True, False]


@pytest.mark.parametrize(
    "options", [("x", "--force", "47"), ("custody", "--force", "ZZ"), ("custody", "--force", "4")]
)
def test_a_client_that_cannot_be_is_refused(console: Console, options: tuple[str, ...]) -> None:
    assert console("client", "add", *options).exit_code == 1


def test_the_force_is_blamed_before_the_name(console: Console) -> None:
    finished = console("client", "add", "x", "--force", "999")

    assert finished.err == "The force code is not in the table of forces: check it.\n"


def test_a_client_needs_a_scope_of_a_force(console: Console) -> None:
    finished = console("client", "add", "custody", "--force", "47", "--scope", "log:read")

    assert (finished.exit_code, "No client may have" in finished.err) == (1, True)
