"""Rows of the exchange that are changed past the service are found by verification."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from domain.exchange.codes import StateCode
from domain.exchange.duties import DutyKey, ExemptionCode
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.log.note_keys import SignatureType, SigningKey
from service.usecases.exchange.duties import ExemptDuty, exempt_duty
from service.usecases.log.verification import verify_store
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.exchange.conftest import Two
from tests.integration.exchange.offices import ROOT, conviction
from tests.integration.provenance.tampering import SharedUnits, past_triggers, undoing

pytestmark = pytest.mark.promise("tampering")

KEYS = TrustedKeys(SigningKey("log.example", b"\x01" * 32, SignatureType.ED25519).verifier, ())

CHANGES = {
    "another receiver": "UPDATE exchange_messages SET receiver = 'ROU'",
    "a message gone": "DELETE FROM exchange_messages WHERE message_row = 1",
    "sent earlier": "UPDATE exchange_sent SET sent_at = '2026-01-01 00:00:00.000000'",
    "acknowledged instead of refused": "UPDATE exchange_answers SET fault = 'malformed'",
    "another key": "UPDATE exchange_partners SET public_key = 'x'",
    "another exemption": "UPDATE exchange_exemptions SET code = 'the State left'",
}


def prepared(two: Two) -> None:
    two.ours.record(1, ("POL",), conviction())
    barred = two.ours.record(2, ("FRA",), conviction())
    two.ours.work()
    key = DutyKey(barred, "conviction-1", 1, StateCode("FRA"))
    exempt_duty(two.ours.services, ROOT, ExemptDuty(key, ExemptionCode.LEGAL_BAR, "By order."))


def findings(two: Two, raw: Connection) -> set[tuple[str, str, int | None]]:
    """Verify what this connection sees."""
    units = SharedUnits(raw, None)
    services = StoreServices(units, two.ours.services.surroundings, FORMAT)  # type: ignore[arg-type]  # a view
    report = verify_store(services, KEYS)
    return {(str(one.code), one.detail, one.seq) for one in report.log.findings}


def test_changed_rows_are_found(two: Two, database_url: str) -> None:
    prepared(two)
    with past_triggers(database_url) as raw:
        before = findings(two, raw)
        for name, change in CHANGES.items():
            with undoing(raw):
                assert raw.execute(text(change)).rowcount, name
                found = findings(two, raw) - before
            assert {code for code, _, _ in found} & {"row-changed", "event-without-row"}, name
