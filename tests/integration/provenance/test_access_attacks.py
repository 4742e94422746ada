"""Old secrets restored in a row: the last event about it counts, not any event."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain.access.access import Role
from service.bootstrap.keys import open_log_signer
from service.bootstrap.stores import open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import FindingCode
from service.settings import Settings
from service.storage.engine.engines import commit
from service.usecases.access.accounts import change_password, link_account, unlink_account
from service.usecases.access.sessions import recognise, sign_in, sign_out
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import ROOT, World
from tests.integration.provenance.signing_in import attempt, with_provider
from tests.integration.storage.raw import connection
from tests.integration.web.driver import PASSWORD, Office, with_fast_hashes

pytestmark = pytest.mark.promise("tampering")


@pytest.fixture
def office(world: World) -> Office:
    """Return an office with passwords and a provider."""
    bench = with_provider(with_fast_hashes(world.app))
    return Office(world.app, world, bench)


def findings(settings: Settings) -> list[FindingCode]:
    keys = TrustedKeys(open_log_signer(settings).verifier)
    with open_store(settings) as services:
        return [found.code for found in verify_store(services, keys).log.findings]


def put_back(settings: Settings, statement: str, **values: object) -> None:
    """Write past the application, within the triggers: update these columns, or delete rows."""
    with connection(settings.database_address) as raw:
        assert raw.execute(text(statement), values).rowcount == 1
        commit(raw)


def test_an_old_password_put_back_is_found(office: Office, settings: Settings) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    with office.bench.services.units.read() as unit:
        known = unit.accounts.get(user_id)
    change_password(office.bench, ROOT, user_id, f"{PASSWORD}, another")
    before = findings(settings)

    put_back(
        settings, "UPDATE accounts SET password_hash = :old", old=known and known.password_hash
    )

    assert before == []
    assert sign_in(office.bench, attempt("examiner-a", PASSWORD))
    assert findings(settings) == [FindingCode.ROW_WITHOUT_EVENT]


def test_a_subject_that_was_parted_is_not_put_back_unseen(
    office: Office, settings: Settings
) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    link_account(office.bench, ROOT, user_id, "subject-1")
    with connection(settings.database_address) as raw:
        held = raw.execute(text("SELECT * FROM account_subjects")).mappings().one()
    unlink_account(office.bench, ROOT, user_id)
    before = findings(settings)

    put_back(
        settings,
        "INSERT INTO account_subjects (subject_sha256, user_id, linked_at, blinding)"
        " VALUES (:subject_sha256, :user_id, :linked_at, :blinding)",
        **held,
    )

    assert before == []
    assert findings(settings) == [FindingCode.ROW_WITHOUT_EVENT]


@pytest.mark.parametrize("ending", ["sign-out", "password"])
def test_an_ended_session_does_not_come_back_unseen(
    office: Office, settings: Settings, ending: str
) -> None:
    user_id = office.account("examiner-a", Role.EXAMINER)
    secret = sign_in(office.bench, attempt("examiner-a", PASSWORD))
    if ending == "sign-out":
        sign_out(office.bench, recognise(office.bench, secret))
    else:
        change_password(office.bench, ROOT, user_id, f"{PASSWORD}, another")
    before = findings(settings)

    put_back(settings, "UPDATE sessions SET ended_at = NULL")

    assert before == []
    assert recognise(office.bench, secret).account.user_id == user_id
    assert findings(settings) == [FindingCode.ROW_WITHOUT_EVENT]
