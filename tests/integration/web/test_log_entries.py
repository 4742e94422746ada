"""One entry of the log with its proof, and the files that an auditor takes away."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from markupsafe import escape

from domain.access.access import Role
from domain.events.catalogue import KINDS
from domain.ids import EventType
from service.api.base import text_below
from service.provenance.log.note_keys import VerifierKey
from service.provenance.log.proofs import parse_receipt, verify_receipt
from service.usecases.log.checkpoints import make_checkpoint
from tests.integration.web.driver import Office, Person


@pytest.fixture
def auditor(office: Office) -> Person:
    """Return an auditor of an office with a search, covered by a checkpoint."""
    office.world.enrol(1)
    office.world.search(1)
    auditor = office.auditor()
    signer = office.bench.signer
    assert signer is not None
    make_checkpoint(office.world.services, signer)
    return auditor


def first_entry(auditor: Person, event_type: str) -> str:
    """Return the address of the entry of a type, as the log's page links it."""
    found = re.search(r"log/entries/\w+", auditor.page(f"log?type={event_type}"))
    assert found is not None
    return found[0]


def key_of(office: Office) -> VerifierKey:
    assert office.bench.signer is not None
    return office.bench.signer.verifier


def test_an_entry_is_shown_in_full_and_its_receipt_verifies_by_itself(
    office: Office, auditor: Person
) -> None:
    at = first_entry(auditor, "searched")

    page = auditor.page(at)
    receipt = auditor.get(f"{at}/receipt")

    proved = verify_receipt(parse_receipt(receipt.content), key_of(office))
    assert proved.event.event_type == "searched"
    assert "Checked just now" in page
    assert "custody-01" in page
    assert all(ref in page for ref in proved.event.subject_refs)
    assert f"receipt-{proved.event.seq}.txt" in receipt.headers["Content-Disposition"]


def test_an_entry_says_what_each_fact_is_where_the_event_declares_it(auditor: Person) -> None:
    page = auditor.page(first_entry(auditor, "searched"))

    for fact in ("fingers", "index_cursor", "weighed", "kept"):
        text = text_below(KINDS[EventType("searched")], fact)
        assert text
        assert str(escape(text.replace("`", ""))) in page


def test_every_kind_of_event_is_offered_in_words(auditor: Person) -> None:
    page = auditor.page("log")

    for name, kind in KINDS.items():
        words = escape(f"{kind.declared.sentence} ({name})")
        assert f'<option value="{name}">{words}</option>' in page


def test_a_line_says_what_happened_and_leaves_digests_to_its_entry(auditor: Person) -> None:
    lines, entry = (
        auditor.page("log?type=searched"),
        auditor.page(first_entry(auditor, "searched")),
    )

    assert "A search was submitted and answered." in lines
    assert "A search was submitted and answered." in entry
    assert "sha256" not in lines
    assert "sha256" in entry


def test_an_entry_that_no_checkpoint_covers_says_so_and_has_no_receipt(
    office: Office, auditor: Person
) -> None:
    office.world.search(1)
    at = first_entry(auditor, "searched")

    assert "No checkpoint covers this entry yet" in auditor.page(at)
    assert auditor.get(f"{at}/receipt").status_code == 404


def test_an_entry_under_another_key_does_not_pass_for_proved(
    office: Office, auditor: Person
) -> None:
    at = first_entry(auditor, "searched")
    drawn = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    other = replace(key_of(office), public_key=drawn)
    stranger = SimpleNamespace(verifier=other)
    office.app.state.workbench = replace(office.bench, signer=stranger)  # type: ignore[arg-type]

    page = auditor.page(at)

    assert "does not lead to the signed root" in page
    assert "Checked just now" not in page


def test_what_is_found_is_saved_as_the_bodies_that_the_log_signs(
    office: Office, auditor: Person
) -> None:
    saved = re.search(r'href="/workbench/(log/export[^"]*)"', auditor.page("log?type=searched"))
    assert saved is not None

    lines = auditor.get(saved[1].replace("&amp;", "&")).text.splitlines()
    called = office.world.auditor().get("/v1/log/search?type=searched").json()["entries"]
    checkpoint = auditor.get("log/checkpoint")

    assert [json.loads(line)["event_id"] for line in lines] == [one["event_id"] for one in called]
    assert len(lines) == 1
    assert checkpoint.text == office.world.auditor().get("/v1/log/checkpoint").text


def test_a_search_until_the_last_day_that_can_be_written_finds_what_one_without_an_end_finds(
    auditor: Person,
) -> None:
    found = auditor.page("log?type=searched&until=9999-12-31")

    assert re.findall(r"log/entries/\w+", found) == re.findall(
        r"log/entries/\w+", auditor.page("log?type=searched")
    )
    assert "log/entries/" in found


def test_the_pages_are_open_to_auditors_alone(office: Office, auditor: Person) -> None:
    at = first_entry(auditor, "searched")
    others = (office.examiner(), office.supervisor(), office.force())

    for person in (*others, office.person("administrator-a", Role.ADMINISTRATOR)):
        for path in (at, f"{at}/receipt", "log/checkpoint", "log/export"):
            assert person.get(path).status_code in {403, 404}, path
    assert auditor.get("log/entries/unknown").status_code == 404
