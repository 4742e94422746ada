"""Each table of state changed behind the log's back: `log verify` finds every change."""

from __future__ import annotations

import pytest

from domain.events.catalogue import KINDS
from domain.events.examination import PriorityChanged
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import hand_in
from tests.integration.web.driver import FAST_HASHES

pytestmark = pytest.mark.promise("tampering")

ROW, EVENT, STATE = "row-without-event", "event-without-row", "row-misderived"
"""The findings: a row without an event, an event without its row, or a state that nobody set."""

ATTACKS: dict[str, tuple[str, str]] = {
    "a loaded capture given to another person": (
        "UPDATE encounters SET person_row = 2 WHERE encounter_row = 1",
        ROW,
    ),
    "a loaded record given to another person": (
        "UPDATE records SET person_row = (SELECT max(person_row) FROM persons)"
        " WHERE record_row = (SELECT min(record_row) FROM records)",
        ROW,
    ),
    "a capture given to another person": (
        "UPDATE encounters SET person_row = 1 WHERE encounter_row ="
        " (SELECT max(encounter_row) FROM encounters)",
        ROW,
    ),
    "another capture hidden from searches": (
        "UPDATE gallery_changes SET encounter_row = 1 WHERE change_seq ="
        " (SELECT max(change_seq) FROM gallery_changes WHERE kind = 2)",
        ROW,
    ),
    "a removed capture shown": (
        "INSERT INTO gallery_changes SELECT max(change_seq) + 1, (SELECT max(encounter_row)"
        " FROM gallery_changes WHERE kind = 1), 3 FROM gallery_changes",
        ROW,
    ),
    "a hidden capture shown": (
        "UPDATE gallery_changes SET kind = 3 WHERE change_seq ="
        " (SELECT max(change_seq) FROM gallery_changes WHERE kind = 2)",
        ROW,
    ),
    "a capture hidden once more": (
        "INSERT INTO gallery_changes SELECT max(change_seq) + 1, 1, 2 FROM gallery_changes",
        ROW,
    ),
    "a record out of nothing": (
        "INSERT INTO records SELECT max(record_row) + 1, 'forged', 1, max(person_row),"
        " '01', max(payload_id) FROM records",
        ROW,
    ),
    "another version of a record": (
        "INSERT INTO records SELECT record_row + 1000, record_id, version + 1, person_row, force,"
        " payload_id FROM records WHERE record_row = (SELECT max(record_row) FROM records)",
        ROW,
    ),
    "a version of a record deleted": (
        "DELETE FROM records WHERE record_row = (SELECT max(record_row) FROM record_amendments)",
        EVENT,
    ),
    "an amendment deleted": (
        "DELETE FROM record_amendments WHERE record_row ="
        " (SELECT max(record_row) FROM record_amendments)",
        EVENT,
    ),
    "an amendment by somebody else": ("UPDATE record_amendments SET amended_by = 'x'", ROW),
    "an amendment for another reason": ("UPDATE record_amendments SET reason = 'x'", ROW),
    "an amendment from another source": ("UPDATE record_amendments SET source = 'x'", ROW),
    "an amendment at another place": ("UPDATE record_amendments SET log_size = 1", ROW),
    "an amendment taken back": (
        "UPDATE live_records SET record_row = (SELECT min(record_row) FROM records r"
        " WHERE r.record_id = live_records.record_id)",
        ROW,
    ),
    "somebody taken from the gallery": (
        "INSERT INTO gallery_changes SELECT max(change_seq) + 1, (SELECT max(encounter_row)"
        " FROM encounters WHERE encounter_row NOT IN (SELECT encounter_row FROM gallery_changes"
        " WHERE kind = 1)), 1 FROM gallery_changes",
        ROW,
    ),
    "a payload deleted": (
        "DELETE FROM payloads WHERE payload_id ="
        " (SELECT max(payload_id) FROM encounters WHERE payload_id IN"
        " (SELECT payload_id FROM payloads))",
        ROW,
    ),
    "a payload that was never committed to": (
        "UPDATE payloads SET body = (SELECT body FROM sealed_elsewhere) WHERE kind = 'evidence'",
        ROW,
    ),
    "an erasure taken back": ("DELETE FROM person_erasures", EVENT),
    "a candidate too many": (
        "INSERT INTO candidates SELECT 'forged', search_id, person_id, record_id, encounter_id,"
        " 21, posterior, band, payload_id, record_version, total_millibits FROM candidates"
        " WHERE candidate_id = (SELECT min(candidate_id) FROM candidates)",
        ROW,
    ),
    "a search with another model": ("UPDATE searches SET model_digest = 'x'", ROW),
    "a search deleted": (
        "DELETE FROM searches WHERE search_row = (SELECT max(search_row) FROM searches)",
        EVENT,
    ),
    "a case closed without a conclusion": (
        "UPDATE cases SET state = 'not linked' WHERE state = 'waiting'",
        ROW,
    ),
    "a concluded case opened again": (
        "UPDATE cases SET state = 'waiting' WHERE state = 'not linked'",
        EVENT,
    ),
    "a case made urgent": ("UPDATE cases SET priority = 'high'", ROW),
    "an urgent case made routine": (
        "UPDATE cases SET priority = 'routine' WHERE priority = 'urgent'",
        STATE,
    ),
    "an examination by somebody else": (
        "UPDATE examinations SET examiner = 'examiner-z' WHERE examiner = 'examiner-a'",
        ROW,
    ),
    "an analysis by somebody else": (
        "UPDATE analyses SET examiner = 'examiner-z' WHERE examiner = 'examiner-a'",
        ROW,
    ),
    "an analysis turned round": ("UPDATE analyses SET is_of_value = NOT is_of_value", ROW),
    "an analysis deleted": ("DELETE FROM analyses", EVENT),
    "a comparison turned round": (
        "UPDATE comparisons SET outcome = 'identified' WHERE outcome = 'excluded'",
        ROW,
    ),
    "a comparison deleted": ("DELETE FROM comparisons WHERE outcome = 'identified'", EVENT),
    "a decision turned round": (
        "UPDATE decisions SET outcome = 'excluded' WHERE outcome = 'inconclusive'",
        ROW,
    ),
    "a decision on somebody else": (
        "UPDATE decisions SET candidate_id = 'another' WHERE candidate_id IS NOT NULL",
        ROW,
    ),
    "an examination made a resolution": (
        "UPDATE decisions SET kind = 'resolution' WHERE decided_by = 'examiner-a'",
        ROW,
    ),
    "a link to another person": (
        "UPDATE links SET person_id = (SELECT max(person_id) FROM persons)",
        ROW,
    ),
    "a link to another record": ("UPDATE links SET record_id = 'forged'", ROW),
    "a link on another decision": ("UPDATE links SET second_decision_id = 'forged'", ROW),
    "a decision of a link replaced": (
        "UPDATE link_decisions SET decision_id = 'forged' WHERE position = 1",
        ROW,
    ),
    "a revocation taken back": ("DELETE FROM link_revocations", EVENT),
    "a notice withheld": ("DELETE FROM notices", ROW),
    "a recipient forgotten": ("DELETE FROM link_recipients", EVENT),
    "a recipient invented": (
        "INSERT INTO link_recipients SELECT link_id, '99', linked_at FROM links",
        ROW,
    ),
    "a token out of nothing": (
        "INSERT INTO tokens SELECT 'forged', 'secret', user_id, role, force, scopes, issued_at,"
        " expires_at, client_key_id FROM tokens WHERE role = 'auditor' AND user_id = 'somebody'",
        ROW,
    ),
    "a token of another role": ("UPDATE tokens SET role = 'administrator'", ROW),
    "a token of another person": ("UPDATE tokens SET user_id = 'another'", ROW),
    "a revoked token alive again": ("DELETE FROM token_revocations", EVENT),
    "a client by somebody else": ("UPDATE clients SET added_by = 'another'", ROW),
    "a revoked client alive again": ("DELETE FROM client_revocations", EVENT),
    "a revoked key alive again": ("DELETE FROM client_key_revocations", EVENT),
    "a key of another client": (
        "UPDATE client_keys SET client_id = 'another' WHERE number = 2",
        ROW,
    ),
    "an account of another role": ("UPDATE accounts SET role = 'administrator'", ROW),
    "an account deleted": ("DELETE FROM accounts", EVENT),
    "an account disabled": (
        "UPDATE accounts SET user_id = 'forged', is_disabled = (1 = 1)"
        " WHERE sign_in_name = 'was-linked'",
        ROW,
    ),
    "a disabled account alive again": ("UPDATE accounts SET is_disabled = (1 = 0)", EVENT),
    "a sign-in of another subject": (
        "INSERT INTO account_subjects SELECT 'forged', user_id, added_at, NULL FROM accounts"
        " WHERE sign_in_name = 'someone-new'",
        ROW,
    ),
    "a sign-in turned to another subject": (
        "UPDATE account_subjects SET subject_sha256 = 'forged', blinding = NULL",
        ROW,
    ),
    "an unlinked subject linked again": (
        "INSERT INTO account_subjects SELECT 'forged', user_id, added_at, NULL FROM accounts"
        " WHERE sign_in_name = 'was-linked'",
        ROW,
    ),
    "an account of another password": (
        "UPDATE accounts SET password_hash = (SELECT password_hash FROM known)"
        " WHERE sign_in_name = 'was-linked'",
        ROW,
    ),
    "a password for an account that has none": (
        "UPDATE accounts SET password_hash = (SELECT password_hash FROM known)"
        " WHERE password_hash = ''",
        ROW,
    ),
    "an account of another force": ("UPDATE accounts SET force = '02'", ROW),
    "a session out of nothing": (
        "INSERT INTO sessions SELECT 'forged', user_id, added_at, added_at, NULL, NULL"
        " FROM accounts WHERE sign_in_name = 'was-linked'",
        ROW,
    ),
    "a session of somebody else": (
        "UPDATE sessions SET user_id = (SELECT user_id FROM accounts WHERE sign_in_name ="
        " 'was-linked')",
        ROW,
    ),
    "a session begun earlier": (
        "UPDATE sessions SET begun_at = (SELECT min(added_at) FROM accounts)",
        ROW,
    ),
    "an ended session open again": (
        "UPDATE sessions SET ended_at = NULL WHERE ended_at IS NOT NULL",
        ROW,
    ),
    "a token of another secret": (
        "UPDATE tokens SET secret_sha256 = 'forged' WHERE user_id = 'somebody'",
        ROW,
    ),
    "a token of more scopes": ("UPDATE tokens SET scopes = 'service:operate'", ROW),
    "a token of no known scope": ("UPDATE tokens SET scopes = 'forged'", ROW),
    "a token of another force": ("UPDATE tokens SET force = '02' WHERE force = '01'", ROW),
    "a token that lives on": ("UPDATE tokens SET expires_at = issued_at", ROW),
    "a client of fewer scopes": ("UPDATE clients SET scopes = 'webhooks:keep'", ROW),
    "a client of another force": ("UPDATE clients SET force = '02'", ROW),
    "a key of another secret": (
        "UPDATE client_keys SET secret_sha256 = 'forged' WHERE number = 2",
        ROW,
    ),
    "a webhook to another address": (
        "UPDATE webhook_endpoints SET url = 'https://elsewhere.example'",
        ROW,
    ),
    "a merge of others": (
        "UPDATE person_merges SET absorbed_row = 1 WHERE undoes IS NULL",
        ROW,
    ),
    "a merge confirmed by somebody else": (
        "UPDATE merge_confirmations SET confirmed_by = 'another'",
        ROW,
    ),
    "a merge deleted": ("DELETE FROM person_merges WHERE undoes IS NULL", EVENT),
    "a merge in force that was not made": (
        "UPDATE merged_persons SET surviving_row = 1",
        ROW,
    ),
    "a merge in force no more": ("DELETE FROM merged_persons", ROW),
    "a doubt about others": ("UPDATE gallery_cases SET other_person_id = 'another'", ROW),
    "a doubt deleted": ("DELETE FROM gallery_cases", EVENT),
    "a doubt concluded otherwise": ("UPDATE gallery_conclusions SET outcome = 'confirmed'", ROW),
    "staff prints of somebody else": ("UPDATE staff_persons SET user_id = 'another'", ROW),
    "a batch of others": ("UPDATE batches SET submitted_by = 'another'", ROW),
    "a batch cancelled by nobody": (
        "UPDATE batches SET cancelled_at = submitted_at WHERE cancelled_at IS NULL",
        ROW,
    ),
    "a webhook out of nothing": (
        "UPDATE webhook_endpoints SET endpoint_id = 'forged' WHERE removed_at IS NULL",
        ROW,
    ),
    "a removed webhook alive again": ("UPDATE webhook_endpoints SET removed_at = NULL", EVENT),
    "a pattern of misuse hidden": ("DELETE FROM findings", EVENT),
    "a pattern of misuse made small": ("UPDATE findings SET count = 1", ROW),
}


def test_a_store_in_which_everything_has_happened_verifies(busy_store: LinkedStore) -> None:
    with hand_in(busy_store) as hand:
        kinds = set(
            hand.raw.exec_driver_sql("SELECT DISTINCT event_type FROM events").scalars().all()
        )

        assert hand.findings(busy_store.checkpoint) == set()
    assert {name for name, kind in KINDS.items() if kind.declared.demands} <= kinds
    assert PriorityChanged.event_type in kinds


@pytest.mark.parametrize("attack", list(ATTACKS)[::6], ids=lambda name: name.replace(" ", "-"))
def test_a_change_of_state_is_found(busy_store: LinkedStore, attack: str) -> None:
    _assert_found(busy_store, attack)


@pytest.mark.slow
@pytest.mark.parametrize("attack", list(ATTACKS), ids=lambda name: name.replace(" ", "-"))
def test_each_change_of_state_is_found(busy_store: LinkedStore, attack: str) -> None:
    _assert_found(busy_store, attack)


def _assert_found(store: LinkedStore, attack: str) -> None:
    statement, code = ATTACKS[attack]
    with hand_in(store) as hand:
        hand.run("CREATE TEMPORARY TABLE sealed_elsewhere (body BYTEA)")
        hand.run("INSERT INTO sealed_elsewhere VALUES (:body)", body=hand.foreign_payload())
        hand.run("CREATE TEMPORARY TABLE known (password_hash TEXT)")
        hand.run("INSERT INTO known VALUES (:known)", known=FAST_HASHES.hash("of the attacker"))

        assert hand.run(statement) >= 1
        assert code in hand.findings(store.checkpoint)
