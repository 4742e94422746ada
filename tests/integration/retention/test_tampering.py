"""Rows of retention changed behind the log's back: a verification finds every change."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.provenance.busy_retention import retain
from tests.integration.provenance.tampering import SharedUnits, past_triggers, undoing

pytestmark = pytest.mark.promise("tampering")

ATTACKS = (
    "UPDATE retention_plans SET due = due + 1",
    "UPDATE retention_plans SET rules = 'x'",
    "UPDATE retention_plans SET made_by = 'x'",
    "UPDATE retention_plan_lines SET provision = 'x'",
    "DELETE FROM retention_plan_lines",
    "UPDATE retention_recounts SET beyond = 1",
    "DELETE FROM retention_recounts",
    "UPDATE retention_releases SET released_at = '2020-01-01 00:00:00.000000'",
    "DELETE FROM retention_releases WHERE number = 2",
    "UPDATE retention_settlements SET outcome = 'spared'",
    "DELETE FROM retention_settlements",
    "UPDATE print_purges SET due_at = '2020-01-01 00:00:00.000000'",
    "DELETE FROM purged_captures",
    "UPDATE print_purge_ends SET ended_by = 'x'",
    "DELETE FROM print_purge_ends",
    "UPDATE retention_reviews SET next_on = '2091-01-01'",
    "UPDATE retention_reviews SET versions = 'x'",
    "DELETE FROM retention_reviews",
    "UPDATE retention_proposals SET ground = 'x'",
    "DELETE FROM retention_proposals",
)


@pytest.mark.dear("verifies a whole store many times")
def test_a_verification_finds_every_changed_row(world: World, database_url: str) -> None:
    retain(world)
    signer = world.app.state.workbench.signer

    def findings(raw: Connection, statement: str | None) -> set[str]:
        with undoing(raw):
            if statement is not None:
                assert raw.exec_driver_sql(statement).rowcount, statement
            units = SharedUnits(raw, world.services.units.vault)
            services = StoreServices(units, world.services.surroundings, FORMAT)  # type: ignore[arg-type]
            report = verify_store(services, TrustedKeys(signer.verifier))
            return {str(found.code) for found in report.log.findings}

    with past_triggers(database_url) as raw:
        assert findings(raw, None) == set()
        unseen = [statement for statement in ATTACKS if not findings(raw, statement)]
        assert findings(raw, None) == set()
    assert unseen == []
