"""The court bundle as a download from the page of a link."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from domain.events.links import CourtBundleMade
from domain.examination.finding_policy import ReportTopic
from domain.ids import CaseId, UserId
from service.provenance.canonical import read_event
from service.provenance.court import verify
from service.usecases.links.report import make_statement
from tests.integration.api.driver import ROOT, User
from tests.integration.provenance.links import make_link
from tests.integration.web.driver import Office


def test_the_page_of_a_link_gives_a_bundle_that_verifies(office: Office, tmp_path: Path) -> None:
    link = make_link(office.world)
    auditor = office.auditor()
    assert "Make the court bundle" in auditor.page(f"links/{link.link_id}")

    answer = auditor.post(f"links/{link.link_id}/court-bundle", images="yes")

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "bundle")
    lines: list[str] = []
    assert verify.run([str(tmp_path / "bundle")], lines.append) == 0, lines


def test_the_api_gives_the_same_bundle_to_those_who_may_read_links(
    office: Office, tmp_path: Path
) -> None:
    link = make_link(office.world)
    path = f"/v1/links/{link.link_id}/court-bundle"

    answer = office.world.auditor().post(path)
    refused = [user.post(path).status_code for user in (office.world.force(), _examiner(office))]

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "bundle")
    assert answer.status_code == 200
    assert verify.run([str(tmp_path / "bundle")], lambda _: None) == 0
    assert refused == [403, 403]


def _examiner(office: Office) -> User:
    return office.world.examiner("examiner-c")


def test_a_force_is_neither_offered_nor_given_a_bundle(office: Office) -> None:
    link = make_link(office.world)
    force = office.force()

    page = force.page(f"links/{link.link_id}")
    answer = force.post(f"links/{link.link_id}/court-bundle", images="yes")

    assert "court bundle" not in page
    assert answer.status_code == 403


def test_whoever_makes_it_chooses_whether_the_images_are_disclosed(office: Office) -> None:
    link = make_link(office.world)
    auditor = office.auditor()

    unchosen = auditor.post(f"links/{link.link_id}/court-bundle")
    answers = [
        auditor.post(f"links/{link.link_id}/court-bundle", images=choice)
        for choice in ("yes", "no")
    ]

    with office.world.services.units.read() as unit:
        events = unit.events.about(link.link_id)
    made = [
        read_event(event.body).typed_as(CourtBundleMade).images
        for event in events
        if event.event_type == CourtBundleMade.event_type
    ]
    assert unchosen.status_code == 400
    assert made == [True, False]
    pages = [_page_of(answer.content) for answer in answers]
    assert "are disclosed with this report" in pages[0]
    assert "chose not to disclose" in pages[1]
    with zipfile.ZipFile(io.BytesIO(answers[1].content)) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".png")]


def test_it_reads_as_a_report_in_which_only_the_expert_fills_gaps(office: Office) -> None:
    """Two of three examiners identify; the office has stated one competence and nothing else."""
    world = office.world
    person_id = world.enrol(1)["person_id"]
    case_id = world.case_of(world.search(1))
    for name, found in (
        ("examiner-a", person_id),
        ("examiner-b", None),
        ("examiner-c", person_id),
    ):
        world.examine(case_id, name, person_id=found)
    whose, words = UserId("examiner-a"), "Twelve years at the bench."
    make_statement(world.services, ROOT, ReportTopic.COMPETENCE, words, examiner=whose)
    with world.services.units.read() as unit:
        link_id = unit.queue.link_of_case(CaseId(case_id))

    answer = world.auditor().post(f"/v1/links/{link_id}/court-bundle")

    page = _page_of(answer.content)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    order = [text.rindex(part) for part in SECTIONS]
    assert order == sorted(order)
    assert page.count("<blockquote>") == 1
    assert words in text
    assert text.count("Gap.") == GAPS
    assert "examiner-b decided otherwise" in text
    assert (
        "another examiner was asked to decide, and was told nothing of the earlier decisions, "
        "because the decisions differed" in text
    )
    assert text.count("Ridge flow and points agree.") >= 2
    assert "no error rate: no control items were decided in the previous 12 months" in text
    assert "8 pairs of points in a mark, or 8 in each identified finger" in text
    assert "policy on findings, version 0" in text
    assert "a tenprint among the tenprints on record (TP/TP)" in text
    assert text.count("The examiner compared no other exemplar.") == 2
    assert "probe" in text[text.rindex("Exhibits and who handled them") :]
    assert not [word for word in NEVER if word in text.lower()]


SECTIONS = (
    "The examiners' conclusion on the prints",
    "Strength of the print evidence",
    "What was marked before and after the exemplar was shown",
    "What each person sealed, as they wrote it",
    "decided otherwise",
    "Who received each exhibit, and when",
    "Method, validation, error rates, limits",
    "The experts and their statements",
    "Events in the log",
)
GAPS = 8
"""Custody before arrival, validation, misses, further limits, the other competence, accreditation,
declaration, and duty with the statement of truth."""
NEVER = ("posterior", "individualis", "surname", "rank 1")


def _page_of(bundle: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("page.html"))
        return archive.read(name).decode()


def test_a_form_without_its_token_gets_none(office: Office) -> None:
    link = make_link(office.world)
    auditor = office.auditor()
    auditor.csrf = "0" * 64
    assert auditor.post(f"links/{link.link_id}/court-bundle").status_code == 403
