"""A link of a release that recorded no fingers: it says so wherever it is told, and still proves.

The steps are those of now; what this release added to them is left out as they are sealed, so that
rows, commitments and events are as a release before wrote them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.access.access import Role
from domain.events.examination import ComparisonSealed, DecisionSealed
from domain.events.links import Linked as LinkedEvent
from domain.examination.cases import Comparison, Decision
from domain.ids import CaseId, LinkId
from matching.scorer import Scorer
from service.bootstrap.keys import open_log_signer
from service.cli.link import link_text
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.check import verify_bundle
from service.provenance.canonical import read_event
from service.settings import Settings
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination import sealing
from service.usecases.links.links import link_history
from service.usecases.log.administration import export_log
from tests.integration.api.driver import World
from tests.integration.provenance.links import Linked, make_link, opened_world
from tests.integration.provenance.test_court_bundle import caller, checked, made, unpacked
from tests.integration.web.driver import Office, with_fast_hashes

SAID = "not recorded"


@pytest.fixture
def of_before(world: World, monkeypatch: pytest.MonkeyPatch) -> Linked:
    """Return a link that two examiners of a release before made."""
    with monkeypatch.context() as before:
        _leave_fingers_out(before)
        return make_link(world)


def _leave_fingers_out(before: pytest.MonkeyPatch) -> None:
    evaluation, decision = sealing.evaluation, sealing._decision

    def evaluated(*given: Any, **named: Any) -> Comparison:
        found = evaluation(*given, **named)
        return replace(found, fingers=None, policy_version=None, points_added=None)

    def decided(*given: Any) -> Decision:
        return replace(decision(*given), fingers=None)

    def told(sealed: Comparison, case_id: CaseId, **_: Any) -> ComparisonSealed:
        return ComparisonSealed(case_id, sealed.candidate_id, sealed.outcome)

    before.setattr(sealing, "evaluation", evaluated)
    before.setattr(sealing, "_decision", decided)
    before.setattr(ComparisonSealed, "of", told)


def test_rows_and_events_are_those_of_before(of_before: Linked) -> None:
    with of_before.world.services.units.read() as unit:
        link = unit.links.get(LinkId(of_before.link_id))
        case = unit.cases.get(CaseId(of_before.case_id))
        assert link is not None
        assert case is not None
        facts = list(_facts(unit, of_before))
        sealed = [
            one
            for decision in case.decisions
            for one in unit.cases.comparisons(case.case_id, decision.decided_by)
        ]

    assert link.fingers is None
    assert [one.fingers for one in case.decisions] == [None, None]
    # Each comparison of the line-up, both decisions, and the link.
    assert len(sealed) >= 2
    assert len(facts) == len(sealed) + 3
    for stated in facts:
        assert not {"compared", "identified", "policy_version"} & stated


def _facts(unit: UnitOfWork, linked: Linked) -> Iterator[set[str]]:
    """Yield the names of the facts that the findings of the case stated."""
    findings = {one.event_type for one in (ComparisonSealed, DecisionSealed, LinkedEvent)}
    events = {e.event_id: e for e in unit.events.about(linked.case_id)}
    events |= {e.event_id: e for e in unit.events.about(linked.link_id)}
    for event in events.values():
        if event.event_type in findings:
            yield set(dict(read_event(event.body).facts))


def test_its_history_says_so_in_every_form(of_before: Linked) -> None:
    services = of_before.world.services
    history = link_history(services, caller(Role.AUDITOR), LinkId(of_before.link_id))
    auditor = of_before.world.auditor()

    prov = auditor.get(f"/v1/links/{of_before.link_id}/provenance")
    text = link_text(history)

    assert prov.status_code == 200
    # Two decisions and the link, with both facts of each.
    assert prov.text.count(SAID) == 6
    assert "identified  " not in text
    assert text.count(SAID) == 3
    one = auditor.get(f"/v1/links/{of_before.link_id}").json()
    story = auditor.get(f"/v1/links/{of_before.link_id}/story").json()
    assert one["fingers"] is None
    assert [each["fingers"] for each in story["decisions"]] == [None, None]


def test_it_replays_exactly(of_before: Linked) -> None:
    path = f"/v1/links/{of_before.link_id}/replay"

    answer = of_before.world.auditor().post(path).json()

    assert answer["verdict"] == "exact", answer["difference"]
    assert answer["fingers"] is None
    assert answer["look_up"]["verdict"] == "exact"


def test_its_court_bundle_says_so_and_verifies(
    of_before: Linked, settings: Settings, tmp_path: Path
) -> None:
    folder = unpacked(made(of_before, settings), tmp_path / "court")

    code, lines = checked(folder)
    (page,) = (path.read_text() for path in folder.glob("*.html"))

    assert code == 0, lines
    assert not [line for line in lines if "FAILED" in line]
    assert page.count(f"fingers {SAID}") == 3


def test_a_changed_row_of_before_is_still_found(
    of_before: Linked, settings: Settings, tmp_path: Path
) -> None:
    folder = unpacked(made(of_before, settings), tmp_path / "court")
    told = (b'"comparisons"', b'"identified"')
    rows = next(path for path in folder.rglob("*") if all(one in _bytes(path) for one in told))
    rows.write_bytes(rows.read_bytes().replace(b'"identified"', b'"excluded"', 1))

    code, _ = checked(folder)

    assert code != 0


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and path.suffix != ".json" else b""


def test_the_log_of_its_store_verifies(
    of_before: Linked, settings: Settings, tmp_path: Path
) -> None:
    signer, path = open_log_signer(settings), tmp_path / "log.zip"
    export_log(of_before.world.services, signer, path, ())

    report = verify_bundle(path, TrustedKeys(signer.verifier))

    assert report.findings == ()
    assert (report.log.links, report.log.decisions) == (1, 2)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_its_pages_and_its_chart_say_so(of_before: Linked) -> None:
    world = of_before.world
    office = Office(world.app, world, with_fast_hashes(world.app))

    pages = [office.auditor().page(f"links/{of_before.link_id}")]
    pages.append(office.supervisor().page(f"links/{of_before.link_id}"))

    for page in pages:
        assert page.count(f"fingers {SAID}") == 3
        assert "None" not in page
    examiner = world.examiner("examiner-a")
    case = examiner.get(f"/v1/cases/{of_before.case_id}").json()
    (sealed, *_) = [one for one in case["comparisons"] if one["outcome"] == "identified"]
    assert sealed["fingers"] is None
    assert sealed["points_added"] is None
    chart = examiner.get(f"/v1/cases/{of_before.case_id}/comparisons/{sealed['label']}/chart")
    assert chart.status_code == 200
    assert chart.content.startswith(b"%PDF-")


def test_a_verifier_of_this_release_agrees_with_a_finding_of_before(
    settings: Settings, scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_world(settings, scorer) as world:
        person_id = world.enrol(1)["person_id"]
        search_id = world.search(1)
        case_id = world.case_of(search_id)
        with monkeypatch.context() as before:
            _leave_fingers_out(before)
            assert world.examine(case_id, "examiner-a", person_id=person_id).status_code == 201
        assert world.examine(case_id, "examiner-b", person_id=person_id).status_code == 201

        standing = world.standing(search_id)
        with world.services.units.read() as unit:
            case = unit.cases.get(CaseId(case_id))
            link = unit.links.get(LinkId(standing["link"]["link_id"]))

    assert standing["outcome"] == "linked"
    assert case is not None
    assert [one.fingers is None for one in case.decisions] == [True, False]
    assert link is not None
    assert link.fingers is None
