"""Walks the addresses of a case at each step of it."""

from __future__ import annotations

from domain.access.access import Role
from domain.ids import CaseId
from tests.integration.looks.walking import Walk
from tests.integration.web.driver import Office, Person, label_of, points_in


def work_a_case(office: Office, walk: Walk, ids: dict[str, str]) -> None:
    """Walk the addresses of a case at each step of it: two examiners differ on it."""
    office.world.review_differences()
    search_id = office.world.search(2, force="47")
    case_id = office.world.case_of(search_id)
    now = ids | {"case_id": case_id, "search_id": search_id, "label": "probe"}
    first, second = (office.person(f"examiner-{one}", Role.EXAMINER) for one in "ab")
    at = f"cases/{case_id}"
    for person, identify in ((first, True), (second, False)):
        assert person.post(f"{at}/claim").status_code == 200
        walk.everything(now, only="/cases/{case_id}")
        person.follow(f"{at}/analysis", value="yes", notes="Clear ridges.")
        shown = label_of(person.get(f"{at}/comparison").text)
        walk.everything(now | {"label": shown}, only="/cases/{case_id}")
        labels = office.true_labels(case_id, person, ids["other_person_id"])
        _compare(person, at, labels if identify else set())
        walk.everything(now, only="/cases/{case_id}/decision")
        walk.everything(now | {"label": shown}, only="/cases/{case_id}/comparisons")
        finding = f"identified:{min(labels)}" if identify else "excluded"
        person.follow(f"{at}/decision", finding=finding, reason="All points considered.")
    walk.everything(now, only="differences")
    walk.everything(now | {"label": "exemplar-a"}, only="{case_id}/prints")
    with office.world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    upheld = {"upheld": case.decisions[0].decision_id, "reason": "Seen by a third."}
    resolved = office.supervisor().follow(f"differences/{case_id}", **upheld)
    assert resolved.status_code == 200, resolved.text
    walk.everything(now | {"label": shown}, only="/cases/{case_id}")


def _compare(person: Person, at: str, labels: set[str]) -> None:
    while (answer := person.get(at)).url.path.endswith("/comparison"):
        is_mate = label_of(answer.text) in labels
        seen = person.look(answer.text)
        outcome = "identified" if is_mate else "excluded"
        sealed = person.follow(
            f"{at}/comparison",
            outcome=outcome,
            reason="Seen side by side.",
            **({**seen, **points_in(seen)} if is_mate else {}),
        )
        assert sealed.status_code == 200, sealed.text
