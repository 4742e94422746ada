"""A court bundle: what it holds, that it verifies offline, and that each changed byte is found."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.errors import EvidenceTamperedError, NotFoundError, NotPermittedError
from domain.ids import ForceCode, LinkId, UserId
from domain.searches.evidence import BIOMETRIC_SOURCES
from service.adapters.print_images import CapturedPrints
from service.bootstrap.keys import open_log_signer
from service.provenance.court import verify
from service.provenance.log.note_keys import SignatureType, SigningKey
from service.provenance.log.witness import CosignRequest, Witness
from service.settings import Settings
from service.usecases.links.court import CourtDesk, court_bundle
from service.usecases.log.checkpoints import keep_cosigned, make_checkpoint
from service.usecases.policy import CasePolicy
from service.web.court_page import court_page
from tests.integration.api.erasing import erased
from tests.integration.provenance.links import Linked
from tests.integration.provenance.test_evidence_attacks import change

pytestmark = pytest.mark.promise("bundles")

FORCE = ForceCode("13")


def caller(role: Role) -> Caller:
    force = FORCE if role is Role.FORCE else None
    return Caller(Actor(UserId("reader"), role, force, scopes=ROLE_SCOPES[role]), Purpose.AUDIT)


POLICY = CasePolicy()


def made(
    linked: Linked,
    settings: Settings,
    role: Role = Role.AUDITOR,
    policy: CasePolicy = POLICY,
) -> bytes:
    services = linked.world.services
    signer, prints = open_log_signer(settings), CapturedPrints(services.units)
    desk = CourtDesk(services, signer, prints, court_page, policy)
    return court_bundle(desk, caller(role), LinkId(linked.link_id))


def unpacked(bundle: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    lines: list[str] = []
    code = verify.run([str(folder), *arguments], lines.append)
    return code, lines


@pytest.fixture
def folder(linked: Linked, settings: Settings, tmp_path: Path) -> Path:
    return unpacked(made(linked, settings), tmp_path / "bundle")


def test_a_bundle_verifies_by_its_own_program_offline(folder: Path, settings: Settings) -> None:
    key = str(open_log_signer(settings).verifier)
    finished = subprocess.run(  # noqa: S603 - the program of the bundle itself
        [sys.executable, "-I", "verify.py", "--log-key", key],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Every statement holds." in finished.stdout
    assert "two people who identified the same candidate" in finished.stdout
    assert "FAILED" not in finished.stdout


def test_the_bundle_holds_rows_and_words_that_events_committed_to(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    tables = {
        json.loads(line)[0]
        for row in manifest["rows"]
        for line in (folder / row["file"]).read_text().splitlines()[1:]
    }
    assert {"decisions", "comparisons", "analyses", "links"} <= tables
    said = [one["says"] for one in manifest["payloads"]]
    assert said.count("decision") == 2


def test_no_posterior_and_no_detail_is_anywhere_in_the_bundle(
    folder: Path, linked: Linked
) -> None:
    """It weighs what people said of themselves: a conclusion on prints rests on prints."""
    with linked.world.services.units.read() as unit:
        link = unit.links.get(LinkId(linked.link_id))
        assert link is not None
        every = unit.searches.candidates(link.search_id)
    evidence = next(one.evidence for one in every if one.candidate_id == link.candidate_id)
    other = [row for row in evidence.rows if row.source not in BIOMETRIC_SOURCES]

    files = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    opened = [json.loads(path.read_text()) for path in (folder / "payloads").iterdir()]
    whole = "\n".join([*files, *(base64.b64decode(one["payload"]).decode() for one in opened)])

    assert len(other) > 5
    for candidate in every:
        assert repr(candidate.evidence.posterior) not in whole
    assert "posterior" not in whole.lower()
    assert "Probability" not in whole
    assert not [row.note for row in other if row.note and row.note in whole]
    assert not [row for row in other if f"<td>{row.source.value}</td>" in whole]


def test_the_strength_of_the_prints_is_a_statement_of_its_own(folder: Path) -> None:
    page = (folder / "page.html").read_text()
    conclusion, _, rest = page.partition("Strength of the print evidence")
    strength, _, _ = rest.partition("The prints</h2>")

    assert "The examiners' conclusion on the prints" in conclusion
    assert "likelihood ratio" in strength
    assert "support for the same finger" in strength
    assert "likelihood" not in conclusion
    assert re.findall(r"<td>(clicked|snapped|moved)</td>", conclusion)


@pytest.mark.parametrize("missing", [0, 1])
def test_the_page_tells_the_line_up_and_that_a_small_gallery_made_it_short(
    linked: Linked, settings: Settings, tmp_path: Path, missing: int
) -> None:
    with linked.world.services.units.read() as unit:
        link = unit.links.get(LinkId(linked.link_id))
        assert link is not None
        case = unit.cases.get(link.case_id)
        assert case is not None
        seen = unit.cases.examination(case.case_id, case.decisions[0].decided_by)
    assert seen is not None
    shown = len(seen.order)

    policy = CasePolicy(tenprint_exemplars=shown + missing)
    page = (unpacked(made(linked, settings, policy=policy), tmp_path) / "page.html").read_text()

    assert page.count(f"was given {shown} exemplar") == 2
    assert page.count("This examiner was shown fewer") == 2 * missing


def test_the_page_tells_the_link_and_names_events(folder: Path, linked: Linked) -> None:
    page = (folder / "page.html").read_text()
    assert linked.link_id in page
    assert "identified" in page
    assert "[event " in page
    assert "<script" not in page


def test_any_changed_byte_of_any_file_makes_the_statement_on_it_fail(folder: Path) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for at in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            code, lines = checked(folder)
            failed = [line for line in lines if line.startswith("FAILED")]
            assert code == 1, (path, at)
            assert failed
        path.write_bytes(content)
    assert checked(folder)[0] == 0


def test_no_file_ends_the_check_however_deep_it_is(folder: Path) -> None:
    for path in [path for path in sorted(folder.rglob("*.json")) if path.is_file()]:
        content = path.read_bytes()
        path.write_bytes(b"[" * 100_000)
        code, lines = checked(folder)
        assert (code, any(line.startswith("FAILED") for line in lines)) == (1, True), path
        path.write_bytes(content)


def test_a_changed_picture_or_page_is_named(folder: Path) -> None:
    page = folder / "page.html"
    page.write_bytes(page.read_bytes().replace(b"identified", b"excluded!!"))
    _, lines = checked(folder)
    assert [line for line in lines if line.startswith("FAILED")] == [
        "FAILED  page.html is unchanged: the file was changed.\n"
    ]


@pytest.mark.parametrize("change", ["remove", "add"])
def test_a_missing_and_an_added_file_are_named(folder: Path, change: str) -> None:
    for path in [p for p in sorted(folder.rglob("*")) if p.is_file()]:
        other = path if change == "remove" else path.with_name(f"{path.name}.more")
        kept = path.read_bytes()
        other.unlink() if change == "remove" else other.write_bytes(b"x")
        # Without the key beside it, the check needs the published one: nothing holds.
        assert checked(folder)[0] == 1, path
        if change == "remove":
            path.write_bytes(kept)
        else:
            other.unlink()


def test_another_key_than_the_published_one_is_found(folder: Path, tmp_path: Path) -> None:
    other = open_log_signer(Settings(store=tmp_path / "other")).verifier
    code, lines = checked(folder, "--log-key", str(other))
    assert code == 1
    assert lines[0].startswith("FAILED  The key of the log signed the checkpoint")


def test_nonsense_is_refused_in_one_line(tmp_path: Path) -> None:
    code, lines = checked(tmp_path)
    assert (code, len(lines)) == (1, 1)


def test_making_a_bundle_is_on_record(folder: Path, linked: Linked) -> None:
    with linked.world.services.units.read() as unit:
        told = [event.event_type for event in unit.events.about(linked.link_id)]
    assert told.count("court-bundle-made") == 1
    assert (folder / "README.txt").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE candidates SET total_millibits = total_millibits + 1",
        "UPDATE links SET person_id ="
        " (SELECT max(person_id) FROM persons WHERE person_id <> links.person_id)",
        "UPDATE decisions SET shuffle_seed = shuffle_seed + 1",
        "UPDATE comparisons SET label = 'another' || comparison_row",
    ],
)
def test_a_bundle_of_rows_that_were_changed_is_refused_and_put_on_record(
    linked: Linked, settings: Settings, statement: str
) -> None:
    change(settings, statement)

    with pytest.raises(EvidenceTamperedError):
        made(linked, settings)

    with linked.world.services.units.read() as unit:
        told = [event.event_type for event in unit.events.every()]
    assert told[-1] == "tampering-found"
    assert "court-bundle-made" not in told


def test_a_bundle_of_an_erased_person_verifies_without_their_payloads(
    linked: Linked, settings: Settings, tmp_path: Path
) -> None:
    erased(linked.world, linked.person_id)

    folder = unpacked(made(linked, settings), tmp_path / "bundle")

    code, lines = checked(folder)
    assert code == 0, lines
    assert not (folder / "payloads").exists()


@pytest.fixture
def witnessed(linked: Linked, settings: Settings, tmp_path: Path) -> tuple[Path, str]:
    """Return a bundle with a cosignature that covers the link, and the key of the witness."""
    signer, services = open_log_signer(settings), linked.world.services
    key = SigningKey("witness.example", b"\x07" * 32, SignatureType.COSIGNATURE)
    witness = Witness(key, signer.verifier)
    note = make_checkpoint(services, signer).note
    cosigned = witness.cosign(None, CosignRequest(0, (), note), datetime.now(UTC)).encode()
    keep_cosigned(services, cosigned, signer.verifier, (key.verifier,))
    known = settings.model_copy(update={"witness_keys": (str(key.verifier),)})
    return unpacked(made(linked, known), tmp_path / "witnessed"), str(key.verifier)


def test_a_cosignature_is_in_the_bundle_with_the_growth_of_the_log_since(
    witnessed: tuple[Path, str], settings: Settings
) -> None:
    folder, key = witnessed
    log_key = str(open_log_signer(settings).verifier)

    code, lines = checked(folder, "--log-key", log_key, "--witness-key", key)

    (told,) = [line for line in lines if "witness.example" in line]
    assert code == 0, lines
    assert told.startswith("ok      The witness witness.example cosigned the first ")
    assert not any(line.startswith("Note") for line in lines)
    assert any("witnesses' keys came from the bundle" in line for line in checked(folder)[1])


def test_any_changed_byte_about_a_witness_is_found(witnessed: tuple[Path, str]) -> None:
    folder, _ = witnessed
    for path in (folder / "witnesses/1.note", folder / "log/witness-1.proof"):
        content = path.read_bytes()
        for at in range(0, len(content), 7):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert checked(folder)[0] == 1, (path, at)
        path.unlink()
        assert checked(folder)[0] == 1, path
        path.write_bytes(content)
    assert checked(folder)[0] == 0


def test_a_witness_of_another_log_and_another_key_are_found(
    witnessed: tuple[Path, str], linked: Linked, settings: Settings
) -> None:
    folder, key = witnessed
    other = SigningKey("witness.example", b"\x08" * 32, SignatureType.COSIGNATURE).verifier

    _, lines = checked(folder, "--witness-key", str(other))
    unknown = settings.model_copy(update={"witness_keys": (str(other),)})
    without = unpacked(made(linked, unknown), folder.with_name("without"))

    told = [line for line in lines if "witness.example" in line]
    assert told == ["Note: the bundle has no cosignature by witness.example.\n"]
    assert not (without / "witnesses").exists()
    assert key != str(other)


def test_a_force_and_a_stranger_get_none(linked: Linked, settings: Settings) -> None:
    with pytest.raises(NotPermittedError):
        made(linked, settings, Role.FORCE)
    with pytest.raises(NotPermittedError):
        made(linked, settings, Role.EXAMINER)
    services = linked.world.services
    signer, prints = open_log_signer(settings), CapturedPrints(services.units)
    desk = CourtDesk(services, signer, prints, court_page, services.policy)
    with pytest.raises(NotFoundError):
        court_bundle(desk, caller(Role.AUDITOR), LinkId("0" * 32))
