"""Every byte that reaches an examiner before the seal: none of it may reveal the result."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, mark, tenprint
from tests.points import pairs_sent

pytestmark = pytest.mark.promise("blinding")

HIDDEN_WORDS = (
    "score", "bits", "rank", "posterior", "band", "candidate_id", "person_id", "record_id",
    "encounter_id", "search_id", "force", "purpose", "submitted", "on_behalf", "verif",
)  # fmt: skip

SHAPES = {
    "case": {"case_id", "activity", "step", "revision", "probe", "analysis", "comparisons",
             "decision", "possible_outcomes", "candidates"},
    "impression": {"position", "impression", "quality"},
    "exemplar finger": {"position", "impression"},
    "exemplar": {"label", "impressions", "finger_found"},
    "queue": {"mine", "waiting", "has_more", "closed", "next_after"},
    "queued": {"case_id", "task_id", "activity", "priority", "ready_at", "target_at",
               "is_overdue", "is_mine"},
    "print": {"origin", "width_px", "height_px", "dpi", "minutiae"},
    "sealed": {"case_id", "activity", "comparison", "probe", "exemplar"},
    "comparison": {"label", "outcome", "reason", "sealed_at", "points", "points_added", "fingers",
                   "policy_version", "earlier", "geometry", "why_close", "enhancements"},
    "finger": {"position", "impression", "quality"},
}  # fmt: skip


class Watch:
    """Collects the text of all answers to one examiner."""

    def __init__(self, world: World, examiner: str) -> None:
        self.world = world
        self.user = world.examiner(examiner)
        self.answers: list[tuple[str, int, str]] = []

    def get(self, path: str, *, known_as: str = "") -> Any:
        answer = self.user.get(path)
        self.answers.append((known_as or path, answer.status_code, answer.text))
        return answer

    def look_at(self, path: str, label: str) -> None:
        """Read the print and the sealed comparison of a label as an attentive browser would."""
        known_as = "probe" if label == "probe" else "LABEL"
        self.get(f"{path}/prints/{label}/0", known_as=f"{path}/prints/{known_as}")
        self.get(f"{path}/comparisons/{label}", known_as=f"{path}/sealed/{known_as}")

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.user.post(path, body)
        self.answers.append((path, answer.status_code, answer.text))
        return answer

    def examine(self, case_id: str, *, is_identified: bool) -> None:
        """Work a case as a browser would, reading everything on the way, and decide."""
        path = f"/v1/cases/{case_id}"
        self.get("/v1/cases")
        self.get("/v1/queue")
        self.get(path)
        self.look_at(path, "probe")
        self.post(f"{path}/claim")
        self.get("/v1/queue")
        self.get(path)
        self.look_at(path, "probe")
        self.get(f"{path}/result")
        self.get(f"{path}/exemplar")
        self.post(f"{path}/analysis", {"is_of_value": True})
        label = None
        while (shown := self.get(f"{path}/exemplar")).status_code == 200:
            first = label is None and is_identified
            label = shown.json()["label"] if first else label
            outcome = "identified" if first else "excluded"
            self.look_at(path, shown.json()["label"])
            finger = shown.json()["impressions"][0]["position"]
            body = {"label": shown.json()["label"], "outcome": outcome}
            body |= {"fingers_identified": [finger] if first else []}
            body |= {"points": pairs_sent(finger) if first else []}
            assert self.post(f"{path}/comparisons", body).status_code == 204
            self.look_at(path, shown.json()["label"])
            self.get(path)
        body = {
            "outcome": "identified" if is_identified else "excluded",
            "label": label,
            "reason": "Seen.",
            "revision": self.get(path).json()["revision"],
        }
        assert self.post(f"{path}/decisions", body).status_code == 201

    def shapes(self) -> list[tuple[str, int, Any]]:
        """Return the answers with every value replaced by its type."""
        return [
            (path, status, _shape(json.loads(text)) if text else None)
            for path, status, text in self.answers
        ]


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return type(value).__name__


@pytest.fixture
def mark_case(sqlite_world: World) -> tuple[str, list[dict[str, Any]]]:
    """Return a mark comparison with several exemplars, and the enrolled people."""
    world = sqlite_world
    enrolled = [world.enrol(person, force="47") for person in range(1, 6)]
    search_id = world.search(0, impressions=mark(1, 3), search_type="LT/TP")
    return world.case_of(search_id), enrolled


def test_no_answer_before_the_seal_holds_anything_that_could_sway(
    sqlite_world: World, mark_case: tuple[str, list[dict[str, Any]]]
) -> None:
    world = sqlite_world
    case_id, enrolled = mark_case
    watch = Watch(world, "examiner-a")

    watch.examine(case_id, is_identified=True)

    search = world.force().get("/v1/searches").json()["searches"][0]
    told = [text for _, _, text in watch.answers]
    secrets = [
        search["search_id"], "custody-01", "Sussex", "Forename1", "Surname1", "Placetown",
        *(person[name] for person in enrolled
          for name in ("person_id", "record_id", "encounter_id")),
        *_candidate_ids(world, search["search_id"]),
    ]  # fmt: skip
    for text in told:
        assert not [secret for secret in secrets if secret in text]
        keys = json.dumps(_keys(json.loads(text))) if text else ""
        assert not [word for word in HIDDEN_WORDS if word in keys]


def test_examiners_are_answered_in_fixed_shapes(
    sqlite_world: World, mark_case: tuple[str, list[dict[str, Any]]]
) -> None:
    world = sqlite_world
    case_id, _ = mark_case
    watch = Watch(world, "examiner-a")

    watch.examine(case_id, is_identified=True)

    for path, status, text in watch.answers:
        if status != 200:
            continue
        answer = json.loads(text)
        if path.endswith("/exemplar"):
            assert set(answer) == SHAPES["exemplar"]
            assert all(set(i) == SHAPES["exemplar finger"] for i in answer["impressions"])
            assert answer["impressions"]
        elif path == "/v1/cases":
            assert all(set(line) == SHAPES["queued"] for line in answer["cases"])
        elif path == "/v1/queue":
            assert set(answer) == SHAPES["queue"]
            lines = [*answer["mine"], *answer["waiting"]]
            assert all(set(line) == SHAPES["queued"] for line in lines)
        elif "/prints/" in path:
            assert set(answer) == SHAPES["print"]
        elif "/sealed/" in path:
            assert set(answer) == SHAPES["sealed"]
            assert set(answer["comparison"]) == SHAPES["comparison"]
            assert all(set(finger) == SHAPES["finger"] for finger in answer["probe"])
            fingers = answer["exemplar"]
            assert all(set(finger) == SHAPES["exemplar finger"] for finger in fingers)
        else:
            assert set(answer) == SHAPES["case"]
            assert all(set(i) == SHAPES["impression"] for i in answer["probe"])
            assert answer["candidates"] == []


def test_a_first_a_second_and_one_more_examination_after_a_difference_look_the_same(
    sqlite_world: World, mark_case: tuple[str, list[dict[str, Any]]]
) -> None:
    world = sqlite_world
    object.__setattr__(world.services.policy, "verifiers_required", 2)
    case_id, enrolled = mark_case
    watches = [Watch(world, f"examiner-{name}") for name in "abc"]

    for watch in watches:
        if watch is watches[-1]:
            world.examine(case_id, "examiner-d", person_id=enrolled[0]["person_id"])
        watch.examine(case_id, is_identified=False)

    assert watches[0].shapes() == watches[1].shapes() == watches[2].shapes()
    sizes = [
        [len(text) for path, _, text in watch.answers if not path.endswith("/exemplar")]
        for watch in watches
    ]
    assert sizes[0] == sizes[1] == sizes[2]


def test_each_examiner_sees_the_exemplars_under_labels_and_in_an_order_of_their_own(
    sqlite_world: World, mark_case: tuple[str, list[dict[str, Any]]]
) -> None:
    world = sqlite_world
    case_id, _ = mark_case
    orders = []
    for name in ("examiner-a", "examiner-b"):
        Watch(world, name).examine(case_id, is_identified=False)
        with world.services.units.read() as unit:
            seen = unit.cases.examination(case_id, name)  # type: ignore[arg-type]
        assert seen is not None
        orders.append(seen.order)

    assert {candidate for _, candidate in orders[0]} == {c for _, c in orders[1]}
    assert {label for label, _ in orders[0]}.isdisjoint({label for label, _ in orders[1]})


def test_ranks_and_evidence_are_shown_once_everybody_has_decided_and_that_is_recorded(
    sqlite_world: World, mark_case: tuple[str, list[dict[str, Any]]]
) -> None:
    world = sqlite_world
    case_id, _ = mark_case
    path = f"/v1/cases/{case_id}"
    Watch(world, "examiner-a").examine(case_id, is_identified=False)
    sealed = world.examiner("examiner-a").get(path).json()
    Watch(world, "examiner-b").examine(case_id, is_identified=False)
    events = world.counts()[0]

    closed = world.examiner("examiner-a").get(path).json()

    assert (sealed["step"], sealed["candidates"]) == ("sealed", [])
    assert closed["step"] == "closed"
    assert [c["rank"] for c in closed["candidates"]] == [1, 2, 3, 4, 5]
    assert world.counts()[0] == events + 1
    entries = world.auditor().get("/v1/log/search?type=evidence-unmasked").json()["entries"]
    assert [entry["event_type"] for entry in entries] == ["evidence-unmasked"]


def test_the_number_of_candidates_behind_a_case_cannot_be_read_from_any_answer(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.enrol(1)
    alone = Watch(world, "examiner-a")
    alone_case = world.case_of(world.search(0, impressions=mark(1, 3), search_type="LT/TP"))
    _look(alone, alone_case)
    for person in range(2, 9):
        world.enrol(person)
    among = Watch(world, "examiner-b")
    among_case = world.case_of(world.search(0, impressions=mark(1, 3), search_type="LT/TP"))
    _look(among, among_case)

    assert [len(text) for _, _, text in alone.answers] == [
        len(text) for _, _, text in among.answers
    ]


def test_a_supervisor_reads_both_records_of_a_difference_and_no_details(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.review_differences()
    enrolled = world.enrol(1, force="47")
    case_id = world.case_of(world.search(1))
    world.examine(case_id, "examiner-a", person_id=enrolled["person_id"])
    world.examine(case_id, "examiner-b", person_id=None)

    text = world.supervisor().get("/v1/differences").text

    assert "examiner-a" in text
    assert "examiner-b" in text
    hidden = ("Forename1", "Surname1", "bits", "rank", enrolled["record_id"], "custody-01")
    assert not [word for word in hidden if word in text]


def test_a_force_never_reads_a_score_a_candidate_or_a_case(sqlite_world: World) -> None:
    world = sqlite_world
    enrolled = world.enrol(1)
    search_id = world.search(1)
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=enrolled["person_id"])
    user = world.force()
    body = {"search_type": "TP/TP", "impressions": tenprint(1), "details": {}}

    texts = [
        user.post("/v1/searches", body).text,
        user.post("/v1/encounters", encounter(2)).text,
        user.get(f"/v1/searches/{search_id}").text,
        user.get("/v1/searches").text,
        user.get(f"/v1/links/{world.standing(search_id)['link']['link_id']}").text,
    ]

    hidden = (case_id, "bits", "rank", "score", "posterior", "candidate", "examiner-a")
    assert not [(text, word) for text in texts for word in hidden if word in text]


def _look(watch: Watch, case_id: str) -> None:
    path = f"/v1/cases/{case_id}"
    watch.post(f"{path}/claim")
    watch.get(path)
    watch.post(f"{path}/analysis", {"is_of_value": True})
    watch.get(f"{path}/exemplar")
    watch.get(path)


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for item in value.values() for key in _keys(item))]
    if isinstance(value, list):
        return [key for item in value for key in _keys(item)]
    return []


def _candidate_ids(world: World, search_id: str) -> list[str]:
    with world.services.units.read() as unit:
        found = unit.searches.candidates(search_id)  # type: ignore[arg-type]
    return [candidate.candidate_id for candidate in found]


def test_the_new_readings_of_examiners_and_supervisors_are_closed_to_everybody_else(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.review_differences()
    enrolled = world.enrol(1, force="47")
    case_id = world.case_of(world.search(1))
    world.examine(case_id, "examiner-a", person_id=enrolled["person_id"])
    world.examine(case_id, "examiner-b", person_id=None)
    (label,) = world.true_labels(case_id, "examiner-a", enrolled["person_id"])
    examiners = [
        f"/v1/cases/{case_id}/prints/probe/0",
        f"/v1/cases/{case_id}/prints/{label}/0",
        f"/v1/cases/{case_id}/prints/{label}/0/image",
        f"/v1/cases/{case_id}/comparisons/{label}",
        f"/v1/cases/{case_id}/result",
    ]
    supervisors = [
        f"/v1/differences/{case_id}",
        f"/v1/differences/{case_id}/prints/exemplar-a/0",
        f"/v1/differences/{case_id}/prints/exemplar-a/0/image",
    ]

    own = [world.examiner("examiner-a").get(path).status_code for path in examiners]
    of_another = [world.examiner("examiner-b").get(path).status_code for path in examiners]
    of_a_third = [world.examiner("examiner-c").get(path).status_code for path in examiners]
    resolving = [world.supervisor().get(path).status_code for path in supervisors]

    assert own == [200, 200, 200, 200, 404]
    assert of_another == [200, 404, 404, 404, 404]
    assert of_a_third == [404] * 5
    assert resolving == [200] * 3
    for user in (world.force("01"), world.force("47"), world.auditor(), world.administrator()):
        for path in (*examiners, *supervisors, "/v1/queue", "/v1/overview"):
            assert user.get(path).status_code == 403, path
    for path in examiners:
        assert world.supervisor().get(path).status_code == 403, path
    for path in supervisors:
        assert world.examiner("examiner-a").get(path).status_code == 403, path


def test_a_difference_in_full_names_nobody_and_holds_no_template(sqlite_world: World) -> None:
    world = sqlite_world
    world.review_differences()
    enrolled = [world.enrol(person, force="47") for person in range(1, 6)]
    search_id = world.search(0, impressions=mark(1, 3), search_type="LT/TP")
    case_id = world.case_of(search_id)
    world.examine(case_id, "examiner-a", person_id=enrolled[0]["person_id"])
    world.examine(case_id, "examiner-b", person_id=None)

    answer = world.supervisor().get(f"/v1/differences/{case_id}")

    hidden = {"examiner-a", "examiner-b", "Forename1", "Surname1", "bits", "rank", "template"}
    hidden |= {*_candidate_ids(world, search_id), search_id, "custody-01", "Sussex"}
    hidden |= {person["person_id"] for person in enrolled}
    assert not [word for word in hidden if word in answer.text]
    # Of five exemplars one was identified: the number of the others stays untold.
    assert [len(one["comparisons"]) for one in answer.json()["records"]] == [1, 1]


def test_no_template_is_in_a_result_a_comparison_or_a_print(sqlite_world: World) -> None:
    world = sqlite_world
    enrolled = world.enrol(1, force="47")
    case_id = world.case_of(world.search(1))
    for name in ("examiner-a", "examiner-b"):
        world.examine(case_id, name, person_id=enrolled["person_id"])
    (label,) = world.true_labels(case_id, "examiner-a", enrolled["person_id"])
    path = f"/v1/cases/{case_id}"
    user = world.examiner("examiner-a")
    before = world.counts()[0]

    answers = [
        user.get(f"{path}/{rest}")
        for rest in ("result", f"comparisons/{label}", f"prints/{label}/0", "prints/probe/9")
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    told = " ".join(answer.text for answer in answers)
    for one in (*tenprint(1), *tenprint(1, capture=3)):
        assert one["template"]["data"][:40] not in told
    assert "template" not in told
    # The result unmasks and the comparison shows prints: each is an event.
    assert world.counts()[0] == before + 2
