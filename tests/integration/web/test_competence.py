"""What an examiner did with control items is on record, and may be wanted before marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.access.access import Purpose, Role
from domain.examination.cases import Outcome
from domain.ids import CaseId
from domain.searches.searches import SearchType
from service.cli.context import console_as
from service.usecases.examination.competence import insert_control_items
from service.usecases.publication.audit import AuditQuestion, gather
from service.usecases.workbench import DeskPolicy
from tests.integration.api.prints import mark
from tests.integration.web.driver import Office


def _controls(office: Office, number: int) -> list[CaseId]:
    """Link a capture and insert control items, all of that probe."""
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    linked = office.world.case_of(office.world.search(0))
    for name in ("examiner-c", "examiner-d"):
        office.world.examine(linked, name, person_id=people[0])
    bench = replace(office.bench, desk=DeskPolicy(control_share=0.9))
    caller = office.supervisor().caller(office)
    return list(insert_control_items(bench, caller, limit=number))


def _work(office: Office, case_id: CaseId, *, identify: bool) -> None:
    """Decide a control item: identify one of its exemplars, or exclude them all."""
    with office.bench.services.units.read() as unit:
        case = unit.cases.get(case_id)
        assert case is not None
        candidates = unit.searches.candidates(case.search_id)
    person = min(candidates, key=lambda one: one.candidate_id).person_id if identify else None
    user_id = office.examiner().user_id
    assert office.world.examine(case_id, user_id, person_id=person).status_code == 201


@pytest.mark.dear("works whole cases")
def test_control_items_agreement_and_consistency_are_on_record(either_office: Office) -> None:
    office = either_office
    for case_id, identify in zip(_controls(office, 2), (False, True), strict=True):
        _work(office, case_id, identify=identify)

    own = office.world.examiner(office.examiner().user_id).get("/v1/competence").json()
    page = " ".join(office.examiner().page("competence").split())
    all_of_them = office.world.supervisor().get("/v1/statistics").json()["controls"]
    statistics = office.supervisor().page("statistics")
    refused = office.world.supervisor().get("/v1/competence")
    auditor = console_as(Role.AUDITOR, Purpose.AUDIT)
    in_pack, before = (
        gather(office.bench.services, auditor, AuditQuestion(date(2000, 1, 1), last, seed=1))
        for last in (date(9999, 12, 30), date(2000, 12, 31))
    )

    figures = own["figures"]
    assert (figures["decided"], figures["false_identifications"]) == (2, 1)
    tallies = [one for one in figures["controls"] if one["decided"]]
    assert [one["outcomes"][Outcome.IDENTIFIED] for one in tallies] == [1]
    # The first exemplar of the second item was excluded in the first and identified in the second.
    assert figures["repeated"] >= 1
    assert figures["consistent"] == figures["repeated"] - 1
    assert (figures["pairs"], figures["agreed"]) == (0, 0)
    assert "Your competence on record" in page
    others = {one["examiner"]: (one["pairs"], one["agreed"]) for one in all_of_them}
    assert others["examiner-c"] == others["examiner-d"] == (1, 1)
    assert "Control items: identifications are errors" in statistics
    assert refused.status_code == 403
    assert dict(in_pack.controls) == {"excluded": 1, "identified": 1}
    assert before.controls == ()


def test_the_figures_tell_nothing_of_an_open_case(office: Office) -> None:
    person_id = office.world.enrol(1)["person_id"]
    case_id = office.world.case_of(office.world.search(1))
    office.world.examine(case_id, "examiner-c", person_id=person_id)
    before = office.world.examiner("examiner-c").get("/v1/competence").json()["figures"]

    office.world.examine(case_id, "examiner-d", person_id=None)

    after = office.world.examiner("examiner-c").get("/v1/competence").json()["figures"]
    assert before == after


@pytest.mark.dear("works whole cases")
def test_asking_for_a_further_search_tells_no_control_item(office: Office) -> None:
    (control,) = _controls(office, 1)
    searched = office.world.case_of(office.world.search(1))
    user = office.world.examiner("examiner-a")
    features = [
        {"x_px": 20 * at, "y_px": 20 * at, "kind": "ridge ending", "direction_deg": 90}
        for at in range(1, 9)
    ]

    def told(case_id: str) -> list[object]:
        """Answer what the examiner is told at each step."""
        path, answers = f"/v1/cases/{case_id}", []
        for step in ("claim", "analysis"):
            answers.append(user.post(f"{path}/further-search"))
            fingers = [{"position": 2, "features": features}]
            body = {"is_of_value": True, "fingers": fingers} if step == "analysis" else None
            assert user.post(f"{path}/{step}", body).status_code == 204
        answers.append(user.post(f"{path}/further-search"))
        return [
            (one.status_code, {k: v for k, v in one.json().items() if k != "instance"})
            for one in answers
        ]

    assert told(control) == told(searched)


def test_marks_are_assigned_after_control_items_where_the_office_wants_them(
    office: Office,
) -> None:
    (control,) = _controls(office, 1)
    search_id = office.world.search(0, impressions=mark(1, 3), search_type=SearchType.LT_TP)
    marked = office.world.case_of(search_id)
    object.__setattr__(office.bench.services.policy, "controls_before_marks", 1)
    user = office.world.examiner(office.examiner().user_id)

    early = user.post(f"/v1/cases/{marked}/claim")
    next_one = user.post("/v1/queue/next").json()
    _work(office, control, identify=False)
    later = user.post(f"/v1/cases/{marked}/claim")

    assert early.json()["type"] == "/problems/competence-not-shown"
    assert next_one["case_id"] == control
    assert later.status_code == 204
