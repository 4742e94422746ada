"""A finding rests on prints that its examiner was shown, and names the fingers it is about."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from domain.events.examination import ComparisonRevised, ComparisonSealed, DecisionSealed
from domain.events.links import Linked
from domain.examination.finding_policy import FindingPolicy
from domain.ids import CaseId, LinkId
from domain.prints.prints import FingerPosition, Fingers, positions_of
from service.provenance.canonical import read_event
from service.usecases.examination.possible_outcomes import set_finding_policy
from tests.integration.api.driver import ROOT, World
from tests.integration.api.minutiae import with_minutiae, without_prints
from tests.integration.api.prints import encounter, mark, tenprint
from tests.integration.api.test_bad_input import assert_problem
from tests.points import pairs_sent

POINTS = pairs_sent(3)


def opened(
    world: World, *, has_minutiae: bool = True, is_mark: bool = False, is_analysed: bool = True
) -> tuple[str, str]:
    """Enrol a person, open a case on them, claim and analyse it; return it and the path."""
    body = encounter(1)
    probe = mark(1, 3) if is_mark else tenprint(1, capture=3)
    probe = with_minutiae(probe, seed=1)
    if not has_minutiae:
        body["impressions"] = without_prints(body["impressions"])
        probe = without_prints(probe)
    assert world.force().post("/v1/encounters", body).status_code == 201
    kind = "LT/TP" if is_mark else "TP/TP"
    case_id = world.case_of(world.search(1, impressions=probe, search_type=kind))
    world.examiner().post(f"/v1/cases/{case_id}/claim")
    if is_analysed:
        world.analyse(case_id, "examiner-a")
    return case_id, f"/v1/cases/{case_id}"


def shown(world: World, path: str, *positions: int, image: bool = False) -> str:
    """Return the label of the exemplar of now, with these fingers opened in both prints."""
    user = world.examiner()
    exemplar = user.get(f"{path}/exemplar").json()
    for side, impressions in (
        ("probe", user.get(path).json()["probe"]),
        (exemplar["label"], exemplar["impressions"]),
    ):
        for at, one in enumerate(impressions):
            if one["position"] in {0, *positions}:
                end = "/image" if image else ""
                assert user.get(f"{path}/prints/{side}/{at}{end}").status_code == 200
    return str(exemplar["label"])


def evaluation(label: str, outcome: str, *fingers: int, **more: Any) -> dict[str, Any]:
    """Return the body of an evaluation; an identified finger has points unless `points` says."""
    named: dict[str, Any] = {"fingers_identified": list(fingers)} if fingers else {}
    if outcome == "identified":
        named["points"] = [pair for finger in fingers for pair in pairs_sent(finger)]
    return {"label": label, "outcome": outcome, "reason": "Seen.", **named, **more}


def refused(world: World, path: str, body: dict[str, Any]) -> str:
    """Return the detail with which an evaluation is refused; nothing has changed by it."""
    before = world.counts()
    answer = world.examiner().post(f"{path}/comparisons", body)
    assert_problem(answer, 409, "unfounded-finding")
    assert world.counts() == before
    return str(answer.json()["detail"])


@pytest.mark.parametrize("outcome", ["identified", "excluded", "inconclusive"])
def test_no_finding_is_sealed_before_the_exemplar_was_served(world: World, outcome: str) -> None:
    _, path = opened(world)
    label = world.examiner().get(f"{path}/exemplar").json()["label"]
    fingers = (2,) if outcome == "identified" else ()

    assert "not seen" in refused(world, path, evaluation(label, outcome, *fingers))


def test_an_identification_names_fingers_that_were_shown(sqlite_world: World) -> None:
    world = sqlite_world
    _, path = opened(world)
    label = shown(world, path, 2)

    assert "Name at least one" in refused(world, path, evaluation(label, "identified"))
    told = refused(world, path, evaluation(label, "identified", 2, 7))
    assert FingerPosition(2).words not in told
    assert FingerPosition(7).words in told
    claimed = evaluation(label, "excluded", fingers_compared=[2, 8])
    assert FingerPosition(8).words in refused(world, path, claimed)


def test_what_another_examiner_was_shown_does_not_count(sqlite_world: World) -> None:
    world = sqlite_world
    case_id, path = opened(world)
    shown(world, path, *range(1, 11))
    world.examiner().post(f"{path}/release")
    other = world.examiner("examiner-b")
    other.post(f"{path}/claim")
    world.analyse(case_id, "examiner-b")
    label = other.get(f"{path}/exemplar").json()["label"]

    answer = other.post(f"{path}/comparisons", evaluation(label, "identified", 2))

    assert_problem(answer, 409, "unfounded-finding")


def test_prints_without_image_and_minutiae_are_insufficient_and_nothing_else(
    sqlite_world: World,
) -> None:
    """Both panes say "no image": two examiners could once make a link on that."""
    world = sqlite_world
    _, path = opened(world, has_minutiae=False)
    label = shown(world, path, 2, image=True)
    shown(world, path, 2)

    for body in (evaluation(label, "identified", 2), evaluation(label, "excluded")):
        told = refused(world, path, body)
        assert "no minutiae of the right index" in told
        assert "insufficient" in told
    sealed = world.examiner().post(f"{path}/comparisons", evaluation(label, "insufficient"))
    assert sealed.status_code == 204


def test_an_office_may_let_findings_rest_on_templates_if_the_prints_were_opened(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.do_without_prints()
    _, path = opened(world, has_minutiae=False)
    label = str(world.examiner().get(f"{path}/exemplar").json()["label"])

    body = evaluation(label, "identified", 2, points=[])
    unopened = refused(world, path, body)
    shown(world, path, 2)
    sealed = world.examiner().post(f"{path}/comparisons", body)

    assert "open both first" in unopened
    assert sealed.status_code == 204, sealed.text


@pytest.mark.parametrize("pairs", [0, 7, 8])
def test_a_mark_needs_eight_pairs_of_points_in_one_finger(sqlite_world: World, pairs: int) -> None:
    world = sqlite_world
    _, path = opened(world, is_mark=True)
    label = shown(world, path, 3)
    body = evaluation(label, "identified", 3, points=POINTS[:pairs])

    if pairs < 8:
        assert f"at least 8 pairs of points in the right middle: {pairs}" in refused(
            world, path, body
        )
    else:
        assert world.examiner().post(f"{path}/comparisons", body).status_code == 204


def test_a_point_that_is_marked_twice_is_one_point(sqlite_world: World) -> None:
    _, path = opened(sqlite_world, is_mark=True)
    label = shown(sqlite_world, path, 3)

    body = evaluation(label, "identified", 3, points=POINTS[:1] * 8)

    assert ": 1 count" in refused(sqlite_world, path, body)


def test_a_mark_is_of_one_finger(sqlite_world: World) -> None:
    _, path = opened(sqlite_world, is_mark=True)
    label = shown(sqlite_world, path, 3, 4)

    body = evaluation(label, "identified", 3, 4, points=POINTS)

    assert "one finger" in refused(sqlite_world, path, body)


def test_the_policy_is_data_with_versions_and_events(sqlite_world: World) -> None:
    world = sqlite_world
    _, path = opened(world, is_mark=True)
    label = shown(world, path, 3)
    made = set_finding_policy(world.services, ROOT, FindingPolicy(mark_point_pairs=1))
    again = set_finding_policy(world.services, ROOT, FindingPolicy(mark_point_pairs=1))
    one = evaluation(label, "identified", 3, points=POINTS[:1], why_close="One is clear.")

    sealed = world.examiner().post(f"{path}/comparisons", one)

    assert sealed.status_code == 204
    assert (made.version, again) == (1, made)
    (told,) = world.examiner().get(path).json()["comparisons"]
    assert told["policy_version"] == 1


def test_the_policy_may_demand_points_of_each_identified_finger_of_a_tenprint(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    set_finding_policy(world.services, ROOT, FindingPolicy(tenprint_point_pairs=3))
    _, path = opened(world)
    label = shown(world, path, 3, 4)
    enough = POINTS[:3]
    stated = {"why_close": "The rest of the skin is scarred."}
    of_one = evaluation(label, "identified", 3, 4, points=enough, **stated)
    of_both = enough + [point | {"position": 4} for point in enough]

    told = refused(world, path, of_one)
    sealed = world.examiner().post(
        f"{path}/comparisons", evaluation(label, "identified", 3, 4, points=of_both, **stated)
    )

    assert "at least 3 pairs of points in the right ring: 0" in told
    assert sealed.status_code == 204


@pytest.mark.parametrize("found", [1, 2])
def test_the_policy_may_demand_minutiae_in_the_analysis(sqlite_world: World, found: int) -> None:
    world = sqlite_world
    set_finding_policy(world.services, ROOT, FindingPolicy(analysed_minutiae=2))
    case_id, path = opened(world, is_analysed=False)
    features = [{"x_px": 9 + n, "y_px": 8, "kind": "minutia"} for n in range(found)]
    features.append({"x_px": 50, "y_px": 50, "kind": "core"})
    body = {"is_of_value": True, "fingers": [{"position": 3, "features": features}]}
    assert world.examiner().post(f"/v1/cases/{case_id}/analysis", body).status_code == 204
    label = shown(world, path, 3)
    claimed = evaluation(label, "identified", 3)

    if found < 2:
        assert "right middle has 1 of the 2 minutiae" in refused(world, path, claimed)
    else:
        assert world.examiner().post(f"{path}/comparisons", claimed).status_code == 204


def linked(world: World) -> tuple[str, LinkId]:
    """Make a link: one examiner identifies three fingers, the other two of them."""
    case_id, path = opened(world)
    for examiner, named in (("examiner-a", [2, 3, 7]), ("examiner-b", [3, 7])):
        user = world.examiner(examiner)
        user.post(f"{path}/claim")
        user.post(f"{path}/analysis", {"is_of_value": True})
        label = user.get(f"{path}/exemplar").json()["label"]
        for position, side in product((2, 3, 7), ("probe", label)):
            user.get(f"{path}/prints/{side}/{position - 1}")
        body = evaluation(label, "identified", *named)
        assert user.post(f"{path}/comparisons", body).status_code == 204
        decision = {"outcome": "identified", "label": label, "reason": "As compared."}
        decision["revision"] = user.get(path).json()["revision"]
        assert user.post(f"{path}/decisions", decision).status_code == 201
    with world.services.units.read() as unit:
        link_id = unit.queue.link_of_case(CaseId(case_id))
    assert link_id is not None
    return case_id, link_id


def test_comparison_decision_and_link_name_their_fingers(world: World) -> None:
    """The link names the fingers that both examiners identified."""
    case_id, link_id = linked(world)

    with world.services.units.read() as unit:
        case, link = unit.cases.get(CaseId(case_id)), unit.links.get(link_id)
        events = [read_event(one.body) for one in unit.events.about(case_id)]
        made = read_event(unit.events.about(link_id)[0].body).typed_as(Linked)
    assert case is not None
    assert link is not None
    assert [d.fingers and d.fingers.identified_codes for d in case.decisions] == ["2,3,7", "3,7"]
    compared, identified = positions_of("2,3,7"), positions_of("3,7")
    assert link.fingers == Fingers(compared, identified)
    assert (made.compared, made.identified) == ("2,3,7", "3,7")
    for kind in (ComparisonSealed, DecisionSealed):
        told = [dict(e.facts)["identified"] for e in events if e.event_type == kind.event_type]
        assert told == ["2,3,7", "3,7"]


def test_answers_about_a_link_name_its_fingers(sqlite_world: World) -> None:
    world = sqlite_world
    _, link_id = linked(world)
    auditor, path = world.auditor(), f"/v1/links/{link_id}"

    told = world.force().get(path).json()["fingers"]
    story = auditor.get(f"{path}/story").json()
    provenance = auditor.get(f"{path}/provenance").text
    replay = auditor.post(f"{path}/replay").json()

    assert told == {"compared": [2, 3, 7], "identified": [3, 7]}
    assert [d["fingers"]["identified"] for d in story["decisions"]] == [[2, 3, 7], [3, 7]]
    assert '"il:fingers_identified": "3,7"' in provenance
    assert replay["fingers"] == told


NEGATIVE = ("excluded", "inconclusive", "insufficient")


@pytest.mark.parametrize(("sealed", "decided"), [*product(("identified", *NEGATIVE), repeat=2)])
def test_a_decision_follows_from_the_comparison(
    sqlite_world: World, sealed: str, decided: str
) -> None:
    """Identified in the comparison and excluded in the decision was once accepted."""
    world, user = sqlite_world, sqlite_world.examiner()
    _, path = opened(world)
    label = shown(world, path, 2)
    fingers = (2,) if sealed == "identified" else ()
    user.post(f"{path}/comparisons", evaluation(label, sealed, *fingers))
    body = {"outcome": decided, "label": label if decided == "identified" else None}
    body |= {"reason": "Why.", "revision": user.get(path).json()["revision"]}

    answer = user.post(f"{path}/decisions", body)

    assert answer.status_code == (201 if sealed == decided else 409), answer.text


def test_a_revision_is_a_sealed_record_of_its_own(world: World) -> None:
    user = world.examiner()
    case_id, path = opened(world)
    label = shown(world, path, 2)
    user.post(f"{path}/comparisons", evaluation(label, "identified", 2))
    revision = {"outcome": "excluded", "reason": "A ridge runs otherwise."}

    same = user.post(f"{path}/comparisons/{label}/revisions", evaluation(label, "identified", 2))
    without = user.post(f"{path}/comparisons/{label}/revisions", {"outcome": "excluded"})
    done = user.post(f"{path}/comparisons/{label}/revisions", revision)

    assert same.status_code == 422  # the label stands in the path
    assert without.status_code == 422
    assert done.status_code == 204
    seen = user.get(path).json()
    (told,) = seen["comparisons"]
    assert (told["outcome"], told["reason"]) == ("excluded", revision["reason"])
    assert [one["outcome"] for one in told["earlier"]] == ["identified"]
    assert [one["outcome"] for one in seen["possible_outcomes"]] == ["excluded"]
    with world.services.units.read() as unit:
        events = [read_event(one.body) for one in unit.events.about(case_id)]
    (event,) = (e for e in events if e.event_type == ComparisonRevised.event_type)
    assert (
        event.typed_as(ComparisonRevised).revised,
        event.typed_as(ComparisonRevised).outcome,
    ) == (
        "identified",
        "excluded",
    )
    assert event.actor == "examiner-a"
