"""A restore gives no access back: access withdrawn after the backup is withdrawn again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from domain.errors import NotAuthenticatedError
from service.provenance.vault.key_files import FileKeyStore
from service.provenance.vault.key_stores import Access
from service.storage import unit_of_work
from service.usecases.access.accounts import change_password, link_account, unlink_account
from service.usecases.access.sessions import sign_in
from service.usecases.access.tokens import authenticate, revoke_token
from tests.integration.api.driver import ROOT
from tests.integration.backup.conftest import Place
from tests.integration.backup.doors import (
    ANOTHER,
    Doors,
    close,
    desk,
    issued,
    make,
    open_doors,
    proven,
)
from tests.integration.provenance.signing_in import attempt
from tests.integration.web.driver import PASSWORD, Office

pytestmark = pytest.mark.promise("erasure")

Elsewhere = Callable[..., Place]
BASIS = "revoked after the backup was made"
ALL = frozenset(Access)
EACH = dict.fromkeys(ALL, 1)
NONE = dict.fromkeys(ALL, 0)


@pytest.fixture
def elsewhere(elsewhere: Elsewhere, sqlite_template: Path, tmp_path: Path) -> Elsewhere:
    """Return stores elsewhere that have the schema already, as nothing here is about that."""

    def _elsewhere(keys: Path, name: str = "elsewhere") -> Place:
        shutil.copyfile(sqlite_template, tmp_path / f"{name}.db")
        return elsewhere(keys, name)

    return _elsewhere


def backed_up(place: Place, file: Path, *more: str) -> Path:
    done = place.run("backup", str(file), *more)
    assert done.exit_code == 0, done.output
    return file


def restored(place: Place, file: Path) -> dict[str, Any]:
    """Restore, demand that the log verifies, and return the repeated withdrawals."""
    done = place.run("restore", str(file), "--accept-lost-events", "--json")
    assert done.exception is None, repr(done.exception)
    facts = json.loads(done.stdout)
    assert facts["log_is_sound"]
    return dict(facts["withdrawn_again"])


def revoked_at(office: Office, doors: Doors) -> tuple[datetime | None, ...]:
    with office.bench.services.units.read() as unit:
        token = unit.tokens.get(doors.token.token.token_id)
        client = unit.clients.get(doors.client.client.client_id)
        keyed = unit.clients.get(doors.first_key.client.client_id)
    assert token is not None
    assert client is not None
    assert keyed is not None
    return token.revoked_at, client.revoked_at, *(key.revoked_at for key in keyed.keys)


@pytest.mark.parametrize("is_target", [False, True])
def test_what_was_revoked_since_is_revoked_again_and_nothing_else(
    place: Place, elsewhere: Elsewhere, tmp_path: Path, is_target: bool
) -> None:
    other = elsewhere(place.keys)
    source, target = (other, place) if is_target else (place, other)
    with desk(source) as office:
        gone, stays = make(office, "gone"), make(office, "stays")
    file = backed_up(source, tmp_path / "a.backup")
    with desk(source) as office:
        close(office, gone)
        revoke_token(office.bench.services, ROOT, issued(office).token.token_id)
        assert (open_doors(office, gone), open_doors(office, stays)) == (frozenset(), ALL)

    again = restored(target, file)

    assert again == EACH
    with desk(target) as office:
        assert (open_doors(office, gone), open_doors(office, stays)) == (frozenset(), ALL)
        assert proven(office.bench, gone.second_key)
        with pytest.raises(NotAuthenticatedError):
            authenticate(office.bench.services, gone.access_token)
        with office.bench.services.units.read() as unit:
            last = {
                access: unit.events.about(ref)[-1].body for access, ref in gone.about().items()
            }
        assert all(BASIS.encode() in body for body in last.values())
        assert all(b'"actor":"console"' in body for body in last.values())


def test_who_lost_a_password_gets_another(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with desk(place) as office:
        user_id = office.account("examiner-a", Role.EXAMINER)
    file = backed_up(place, tmp_path / "a.backup")
    with desk(place) as office:
        change_password(office.bench, ROOT, user_id, ANOTHER)
    other = elsewhere(place.keys)

    assert restored(other, file) == {**NONE, Access.PASSWORD: 1}

    with desk(other) as office:
        for password in (PASSWORD, ANOTHER):
            with pytest.raises(NotAuthenticatedError):
                sign_in(office.bench, attempt("examiner-a", password))
        change_password(office.bench, ROOT, user_id, ANOTHER)
        assert sign_in(office.bench, attempt("examiner-a", ANOTHER))


def test_a_password_and_a_link_that_are_in_the_backup_stay(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with desk(place) as office:
        doors = make(office, "moved")
        change_password(office.bench, ROOT, doors.password, ANOTHER)
        unlink_account(office.bench, ROOT, doors.subject)
        link_account(office.bench, ROOT, doors.subject, "person-moved")
    other = elsewhere(place.keys)

    assert restored(other, backed_up(place, tmp_path / "a.backup")) == NONE

    with desk(other) as office:
        assert open_doors(office, doors) == ALL - {Access.PASSWORD}
        assert sign_in(office.bench, attempt("password-moved", ANOTHER))


def test_copied_keys_remember_what_was_revoked_before_they_were_copied(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with desk(place) as office:
        gone = make(office, "gone")
    file, keys = backed_up(place, tmp_path / "a.backup"), tmp_path / "safe"
    with desk(place) as office:
        close(office, gone)
    backed_up(place, tmp_path / "b.backup", "--keys-to", str(keys))
    other = elsewhere(keys)

    assert restored(other, file) == EACH

    with desk(other) as office:
        assert open_doors(office, gone) == frozenset()


@pytest.mark.dear("backs up and restores whole stores")
def test_a_second_restore_gives_the_same_and_its_backup_has_nothing_to_revoke(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with desk(place) as office:
        gone = make(office, "gone")
    file = backed_up(place, tmp_path / "a.backup")
    with desk(place) as office:
        close(office, gone)
    first, second, third = (
        # Each has the keys to itself: a key remembers one log.
        elsewhere(Path(shutil.copytree(place.keys, tmp_path / f"keys-{name}")), name)
        for name in ("first", "second", "third")
    )

    counts = [restored(first, file), restored(second, file)]
    counts.append(restored(third, backed_up(first, tmp_path / "b.backup")))

    assert counts == [EACH, EACH, NONE]
    moments = []
    for one in (first, second, third):
        with desk(one) as office:
            assert open_doors(office, gone) == frozenset()
            moments.append(revoked_at(office, gone))
    assert moments[0] == moments[1] == moments[2]
    *revoked, second_key = moments[0]
    assert None not in revoked
    assert second_key is None


def test_a_revocation_that_died_at_its_commit_is_made_by_the_restore(
    place: Place, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> None:
        raise RuntimeError("killed")

    with desk(place) as office:
        repeated, left = issued(office), issued(office)
    file = backed_up(place, tmp_path / "a.backup")
    with desk(place) as office:
        services = office.bench.services
        with monkeypatch.context() as patched:
            patched.setattr(unit_of_work, "commit", die)
            for token in (repeated, left):
                with pytest.raises(RuntimeError):
                    revoke_token(services, ROOT, token.token.token_id)
        assert authenticate(services, repeated.secret)
        revoke_token(services, ROOT, repeated.token.token_id)
        with pytest.raises(NotAuthenticatedError):
            authenticate(services, repeated.secret)
    other = elsewhere(place.keys)

    assert restored(other, file) == {**NONE, Access.TOKEN: 2}

    with desk(other) as office:
        for token in (repeated, left):
            with pytest.raises(NotAuthenticatedError):
                authenticate(office.bench.services, token.secret)


def test_work_that_revokes_nothing_writes_no_withdrawal(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(FileKeyStore, "withdraw", refuse)

    with desk(place) as office:
        make(office, "new")
        office.world.enrol(1)
        search_id = office.world.search(1)
        assert office.world.standing(search_id)
        assert office.examiner().page("queue")


def test_the_operator_is_told_how_many_ways_in_were_closed(
    place: Place, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with desk(place) as office:
        gone = make(office, "gone")
    file = backed_up(place, tmp_path / "a.backup")
    with desk(place) as office:
        close(office, gone)

    done = elsewhere(place.keys).run("restore", str(file), "--accept-lost-events")

    kinds = (
        "account 1, client 1, client-key 1, password 1, second-factor 1, subject 1,"
        " token 1, webhook 1, webhook-secret 1"
    )
    assert f"erased 0 persons and closed 9 ways in or out ({kinds}) again;" in done.stdout
