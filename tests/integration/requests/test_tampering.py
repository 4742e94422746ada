"""Rows of requests changed behind the log's back: a verification finds every change."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.log.verification import verify_store
from service.usecases.requests.notices import give_owed_notices
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.api.driver import World
from tests.integration.provenance.tampering import SharedUnits, past_triggers, undoing
from tests.integration.requests.working import (
    FINE,
    add_convictions,
    amend,
    opened,
    record_id_of,
)

pytestmark = pytest.mark.promise("tampering")

ATTACKS = (
    "UPDATE requests SET received_on = '2026-03-03'",
    "UPDATE requests SET purpose = 'employment'",
    "UPDATE requests SET legal_basis = 'another'",
    "UPDATE request_entries SET state = 'closed' WHERE number = 2",
    "UPDATE request_entries SET counts_on = '2026-03-03' WHERE number = 2",
    "UPDATE request_entries SET ground = 'x' WHERE number = 5",
    "DELETE FROM request_entries WHERE number = (SELECT max(number) FROM request_entries)",
    "UPDATE request_identities SET outcome = 'not held' WHERE outcome IS NOT NULL",
    "DELETE FROM request_identities WHERE outcome IS NULL",
    "UPDATE request_convictions SET verdict = 'SPENT'",
    "DELETE FROM request_convictions",
    "UPDATE disclosures SET recipient_code = 'DEU'",
    "DELETE FROM disclosure_items",
    "UPDATE disclosure_items SET version = 99",
    "DELETE FROM disclosure_acknowledgements",
    "UPDATE disclosure_acknowledgements SET acknowledged_by = 'x'",
    "UPDATE disclosure_notices SET given_on = '2026-03-03'",
    "DELETE FROM notice_acknowledgements",
    "UPDATE conviction_versions SET change = 'added' WHERE change = 'corrected'",
    "DELETE FROM conviction_versions WHERE version ="
    " (SELECT max(version) FROM conviction_versions)",
)


def _answered(world: World) -> None:
    """Have a request answered, acknowledged and followed by an acknowledged notice."""
    world.enrol(1)
    record_id = record_id_of(world, 1)
    add_convictions(world, record_id, FINE)
    request = opened(world)
    request.search_by_details()
    request.identify_first()
    sent = request.release()
    officer = request.officer
    officer.post(f"/v1/disclosures/{sent['disclosure_id']}/acknowledgement")
    item = {"kind": "conviction", "conviction": FINE | {"reference": "7/24"}}
    amend(world, record_id, {"change": "correct", "item_id": "conviction-1", "item": item})
    assert give_owed_notices(world.services, lambda: False) == 1
    (notice,) = request.read()["notices"]
    officer.post(f"/v1/disclosure-notices/{notice['notice_id']}/acknowledgement")


@pytest.mark.dear("verifies a whole store many times")
def test_a_verification_finds_every_changed_row(world: World, database_url: str) -> None:
    _answered(world)
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


@pytest.mark.parametrize("table", ["requests", "request_entries", "disclosures"])
def test_the_database_itself_refuses_a_change(world: World, database_url: str, table: str) -> None:
    _answered(world)

    with (
        world.services.units.engine.connect() as connection,
        pytest.raises(Exception, match="append-only"),
    ):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - a name of this test
