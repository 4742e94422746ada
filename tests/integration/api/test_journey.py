"""The main job from outside: enrol, search, two blind examiners, a link, its history, its end."""

from __future__ import annotations

import pytest
from httpx2 import Response

from domain.examination.cases import FurtherCause, Outcome
from domain.ids import CaseId
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import mark, tenprint


def linked(world: World, person: int = 1) -> tuple[dict[str, str], str]:
    """Enrol a person, find them again, have two examiners agree; return enrolment and search."""
    enrolled = world.enrol(person)
    search_id = world.search(person)
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        assert world.examine(case_id, examiner, person_id=enrolled["person_id"]).status_code == 201
    return enrolled, search_id


@pytest.mark.journey
def test_two_examiners_agree_and_the_capture_is_linked(world: World) -> None:
    world.enrol(2)
    enrolled = world.enrol(1)

    search_id = world.search(1)
    before = world.standing(search_id)
    case_id = world.case_of(search_id)
    first = world.examine(case_id, "examiner-a", person_id=enrolled["person_id"])
    between = world.standing(search_id)
    second = world.examine(case_id, "examiner-b", person_id=enrolled["person_id"])
    after = world.standing(search_id)

    assert (first.status_code, second.status_code) == (201, 201)
    assert (before["state"], before["outcome"], before["link"]) == ("examining", None, None)
    assert between == before
    assert (after["state"], after["outcome"]) == ("concluded", "linked")
    assert after["link"]["record_id"] == enrolled["record_id"]
    assert after["link"]["owner"] == {"force": "01", "name": "Metropolitan"}


def test_a_linked_capture_is_enrolled_and_found_by_the_next_search(world: World) -> None:
    enrolled, _ = linked(world)

    before = world.services.gallery.index.statistics()
    found = world.search(1, impressions=tenprint(1, capture=9))

    assert (before.persons, before.encounters) == (1, 2)
    with world.services.units.read() as unit:
        first = unit.searches.candidates(found)[0]  # type: ignore[arg-type]
    assert first.person_id == enrolled["person_id"]


def test_provenance_names_both_persons_and_the_model(world: World) -> None:
    _, search_id = linked(world)
    link_id = world.standing(search_id)["link"]["link_id"]

    answer = world.supervisor().get(f"/v1/links/{link_id}/provenance")

    text = answer.text
    assert answer.headers["content-type"] == "application/json"
    assert all(name in text for name in ("examiner-a", "examiner-b", search_id, link_id))
    assert world.services.scorer.digest in text
    assert world.force().get(f"/v1/links/{link_id}/provenance").status_code == 200


def test_a_revoked_link_leaves_the_search_not_linked_and_its_history_readable(
    world: World,
) -> None:
    _, search_id = linked(world)
    link_id = world.standing(search_id)["link"]["link_id"]
    supervisor = world.supervisor()

    done = supervisor.post(f"/v1/links/{link_id}/revocation", {"reason": "Mixed-up forms."})
    again = supervisor.post(f"/v1/links/{link_id}/revocation", {"reason": "Once more."})
    after = world.standing(search_id)

    assert done.status_code == 204
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-revoked")
    assert after["outcome"] == "not linked"
    assert after["link"]["revoked_at"] is not None
    provenance = supervisor.get(f"/v1/links/{link_id}/provenance")
    assert "Revocation" in provenance.text
    assert "Mixed-up" not in provenance.text


def test_a_person_never_seen_is_not_linked_without_anybody_examining(world: World) -> None:
    world.enrol(1)

    search_id = world.search(99)

    standing = world.standing(search_id)
    assert (standing["state"], standing["outcome"]) == ("concluded", "not linked")
    assert world.examiner().get("/v1/cases").json()["cases"] == []


def test_a_difference_of_opinion_is_resolved_by_a_third_person(world: World) -> None:
    world.review_differences()
    enrolled = world.enrol(1)
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=enrolled["person_id"])
    world.examine(case_id, "examiner-b", person_id=None)
    supervisor = world.supervisor()

    waiting = supervisor.get("/v1/differences").json()["differences"]
    upheld = next(d for d in waiting[0]["decisions"] if d["outcome"] == "identified")
    body = {
        "decision_id": upheld["decision_id"],
        "reason": "The points agree.",
        "revision": waiting[0]["revision"],
    }
    unseen = supervisor.post(f"/v1/cases/{case_id}/resolution", body)
    world.look_at_difference(case_id)
    resolved = supervisor.post(f"/v1/cases/{case_id}/resolution", body)
    again = supervisor.post(f"/v1/cases/{case_id}/resolution", body)

    assert [d["case_id"] for d in waiting] == [case_id]
    assert (unseen.status_code, unseen.json()["type"]) == (409, "/problems/unfounded-finding")
    assert resolved.status_code == 201
    assert (again.status_code, again.json()["type"]) == (409, "/problems/closed-case")
    assert world.standing(search_id)["outcome"] == "linked"
    assert supervisor.get("/v1/differences").json()["differences"] == []


def test_an_upheld_exclusion_closes_the_case_without_a_link(world: World) -> None:
    world.review_differences()
    enrolled = world.enrol(1)
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=enrolled["person_id"])
    world.examine(case_id, "examiner-b", person_id=None)
    supervisor = world.supervisor()
    waiting = supervisor.get("/v1/differences").json()["differences"][0]
    upheld = next(d for d in waiting["decisions"] if d["outcome"] == "excluded")
    world.look_at_difference(case_id)

    answer = supervisor.post(
        f"/v1/cases/{case_id}/resolution",
        {
            "decision_id": upheld["decision_id"],
            "reason": "One point differs.",
            "revision": waiting["revision"],
        },
    )

    assert answer.status_code == 201
    assert world.standing(search_id)["outcome"] == "not linked"


@pytest.mark.journey
def test_a_mark_is_linked_to_the_person_whose_finger_left_it(world: World) -> None:
    enrolled = world.enrol(1)
    world.enrol(2)

    search_id = world.search(0, impressions=mark(1, 3), search_type="LT/TP")
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=enrolled["person_id"])

    standing = world.standing(search_id)
    assert (standing["outcome"], standing["search_type"]) == ("linked", "LT/TP")
    assert world.services.gallery.index.statistics().encounters == 2


def test_an_unsolved_mark_is_filed_and_found_by_the_next_tenprint(world: World) -> None:
    world.enrol(2)
    mark_search = world.search(0, impressions=mark(1, 3), search_type="LT/TP")
    case_id = world.case_of(mark_search)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=None)

    found = world.search(1, search_type="TP/LT")
    with world.services.units.read() as unit:
        candidates = unit.searches.candidates(found)  # type: ignore[arg-type]
    donor = candidates[0].person_id
    later = world.case_of(found)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(later, examiner, person_id=donor)

    assert world.standing(mark_search)["outcome"] == "not linked"
    assert world.services.gallery.index.statistics().marks == 1
    standing = world.standing(found)
    assert (standing["outcome"], standing["link"]["owner"]) == ("linked", None)


def test_a_mark_without_anybody_to_compare_is_filed_as_unsolved_at_once(world: World) -> None:
    mark_search = world.search(0, impressions=mark(1, 3), search_type="LT/TP")

    found = world.search(1, search_type="TP/LT")

    assert world.standing(mark_search)["outcome"] == "not linked"
    with world.services.units.read() as unit:
        assert len(unit.searches.candidates(found)) == 1  # type: ignore[arg-type]


def test_an_erased_person_is_found_no_more_and_their_captures_are_gone(world: World) -> None:
    enrolled = world.enrol(1)
    path = f"/v1/people/{enrolled['person_id']}/erasure"
    body = {"basis": "retention period ended", "authority": "ORDER-17"}

    have_erased(world, enrolled["person_id"])
    again = world.supervisor().post(path, body)

    assert again.status_code == 404
    assert world.standing(world.search(1))["outcome"] == "not linked"
    gone = world.force().get(f"/v1/encounters/{enrolled['encounter_id']}")
    assert gone.status_code == 404


def test_a_later_capture_of_a_known_person_joins_their_encounters(world: World) -> None:
    enrolled = world.enrol(1)
    body = {
        "captured_at": "2025-01-02T03:04:05+01:00",
        "impressions": tenprint(1, capture=5)[:4],
        "person_id": enrolled["person_id"],
    }

    answer = world.force().post("/v1/encounters", body)

    later = answer.json()
    assert (answer.status_code, later["fingers"]) == (201, 4)
    assert later["captured_at"] == "2025-01-02T02:04:05Z"
    assert answer.headers["Location"] == f"/v1/encounters/{later['encounter_id']}"
    assert (later["person_id"], later["record_id"]) == (
        enrolled["person_id"],
        enrolled["record_id"],
    )
    assert later.pop("notes") == []
    assert world.force().get(answer.headers["Location"]).json() == later


@pytest.fixture
def differed(world: World) -> tuple[str, str, str]:
    """Return a search, its case and its mate: two examiners differ over it."""
    person_id = world.enrol(1)["person_id"]
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=person_id)
    world.examine(case_id, "examiner-b", person_id=None)
    return search_id, case_id, person_id


@pytest.mark.parametrize("is_identified", [False, True])
def test_two_of_three_examiners_conclude_a_case(
    world: World, differed: tuple[str, str, str], *, is_identified: bool
) -> None:
    search_id, case_id, person_id = differed
    before = world.supervisor().get("/v1/differences").json()["differences"]

    found = person_id if is_identified else None
    decided = world.examine(case_id, "examiner-c", person_id=found)

    assert before == []
    assert decided.status_code == 201
    standing = world.standing(search_id)
    assert standing["outcome"] == ("linked" if is_identified else "not linked")
    deciders = {"examiner-a", "examiner-c"} if is_identified else set()
    assert _linked_by(world, case_id) == deciders


def _linked_by(world: World, case_id: str) -> set[str]:
    with world.services.units.read() as unit:
        case, link_id = unit.cases.get(CaseId(case_id)), unit.queue.link_of_case(CaseId(case_id))
        link = unit.links.get(link_id) if link_id else None
    assert case is not None
    ids = link.decision_ids if link else ()
    return {one.decided_by for one in case.decisions if one.decision_id in ids}


def _insufficient(world: World, case_id: str, examiner: str) -> None:
    user, at = world.examiner(examiner), f"/v1/cases/{case_id}"
    user.post(f"{at}/claim")
    assert user.post(f"{at}/analysis", {"is_of_value": False}).status_code == 204
    body = {"outcome": "insufficient", "reason": "Smudged.", "label": None}
    body |= {"revision": user.get(at).json()["revision"]}
    assert user.post(f"{at}/decisions", body).status_code == 201


def test_three_different_outcomes_go_to_a_supervisor_who_may_uphold_none(
    world: World, differed: tuple[str, str, str]
) -> None:
    search_id, case_id, _ = differed
    _insufficient(world, case_id, "examiner-c")
    supervisor = world.supervisor()

    (waiting,) = supervisor.get("/v1/differences").json()["differences"]
    full = supervisor.get(f"/v1/differences/{case_id}").json()
    body = {
        "decision_id": None,
        "reason": "The delta is smudged.",
        "revision": waiting["revision"],
    }
    unseen = supervisor.post(f"/v1/cases/{case_id}/resolution", body)
    world.look_at_difference(case_id)
    resolved = supervisor.post(f"/v1/cases/{case_id}/resolution", body)

    outcomes = [one["outcome"] for one in waiting["decisions"]]
    assert outcomes == ["identified", "excluded", "insufficient"]
    assert [one["disputed"] for one in full["exemplars"]] == [
        full["records"][0]["fingers"]["identified"]
    ]
    assert unseen.json()["type"] == "/problems/unfounded-finding"
    assert resolved.status_code == 201
    assert world.standing(search_id)["outcome"] == "not linked"
    with world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    assert case.decisions[-1].outcome is Outcome.INCONCLUSIVE


WHY = "The finger is swollen: somebody with scars in mind."


def _send_further(world: World, case_id: str, *, reason: str) -> Response:
    """Send a difference to a further examiner, as the supervisor read it."""
    with world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    assert case is not None
    body = {"reason": reason, "revision": case.revision}
    return world.supervisor().post(f"/v1/differences/{case_id}/further", body)


def _all_of(case_id: str) -> tuple[str, ...]:
    return (f"/v1/cases/{case_id}", "/v1/cases", "/v1/queue", "/v1/competence")


def test_a_supervisor_sends_a_difference_to_a_fourth_examiner(
    world: World, differed: tuple[str, str, str]
) -> None:
    search_id, case_id, person_id = differed
    _insufficient(world, case_id, "examiner-c")

    held_by_nobody = world.supervisor().post(f"/v1/cases/{case_id}/return")
    mute = _send_further(world, case_id, reason="")
    sent = _send_further(world, case_id, reason=WHY)
    again = _send_further(world, case_id, reason=WHY)
    own = world.examiner("examiner-c").post(f"/v1/cases/{case_id}/claim")
    listed = world.supervisor().get("/v1/differences").json()["differences"]
    world.examine(case_id, "examiner-d", person_id=person_id)

    assert (held_by_nobody.status_code, mute.status_code) == (409, 422)
    assert (sent.status_code, again.status_code) == (204, 409)
    with world.services.units.read() as unit:
        asked = unit.findings.further(CaseId(case_id))
    assert [(one.cause, one.reason) for one in asked] == [
        (FurtherCause.DIFFERENCE, ""),
        (FurtherCause.SUPERVISOR, WHY),
    ]
    told = [world.examiner("examiner-d").get(path).text for path in _all_of(case_id)]
    assert not [text for text in told if "swollen" in text or "further" in text]
    assert own.json()["type"] == "/problems/self-verification"
    assert listed == []
    assert world.standing(search_id)["outcome"] == "linked"
    assert _linked_by(world, case_id) == {"examiner-a", "examiner-d"}


def test_four_examiners_of_whom_two_agree_and_two_others_agree_go_back_to_a_supervisor(
    world: World, differed: tuple[str, str, str]
) -> None:
    _, case_id, person_id = differed
    world.review_differences()
    world.examine(case_id, "examiner-c", person_id=person_id)
    assert _send_further(world, case_id, reason=WHY).status_code == 204
    object.__setattr__(world.services.policy, "differences_reviewed", False)

    world.examine(case_id, "examiner-d", person_id=None)

    (waiting,) = world.supervisor().get("/v1/differences").json()["differences"]
    assert waiting["case_id"] == case_id
