"""A mark searched again with the minutiae that an examiner marked in their sealed analysis."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import nistitl
import pytest

from domain.events.examination import FurtherSearchAsked
from domain.ids import CaseId, EncounterId, ForceCode, SearchId
from domain.list_pages import EventFilter
from service.ports.print_images import picture_facts
from service.provenance.canonical import read_event
from service.storage.examination.images import Images
from service.storage.searches.searches import Searches
from service.usecases.examination import further_search
from service.usecases.services import Services
from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.images.test_files import enrol, send, some_fingers
from tests.integration.replaying import replayed_in_both_ways
from tests.integration.web.driver import Office
from tests.print_files import drawn, image_fields, picture, tagged, transaction

MARKED = 14
REFERENCE = "SCENE-7"
ME = "examiner-a"


def sent_mark(world: World) -> str:
    """Search with a picture of a mark of the first person's index, and return the search."""
    grey = drawn(1, 2, "rolled", 0)
    mark = tagged(13, picture(grey), image_fields(grey, 0, _3=4))
    request = {"search_type": "LT/TP", "reference": REFERENCE}
    answer = send(world.force(), "/v1/searches", request, file=transaction([mark]))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["search_id"])


def features(world: World, encounter_id: str, count: int = MARKED) -> list[dict[str, Any]]:
    """Return minutiae of an enrolled index, as its examiner marks them with a direction."""
    one = EncounterId(encounter_id)
    with world.services.units.read() as unit:
        views = unit.minutiae.of_encounters([one])[one]
    (view,) = (view for view in views if view.position == 2)
    best = sorted(view.minutiae, key=lambda each: -each.quality)[:count]
    return [
        {
            "x_px": round(each.x_px),
            "y_px": round(each.y_px),
            "kind": "ridge ending",
            "direction_deg": round(math.degrees(each.angle_rad)) % 360,
        }
        for each in best
    ]


def analysed(
    world: World,
    case_id: str,
    marked: list[dict[str, Any]],
    who: str = ME,
    outline: Sequence[tuple[int, int]] = (),
) -> None:
    """Let an examiner claim the case and seal an analysis with these features and corners."""
    user = world.examiner(who)
    assert user.post(f"/v1/cases/{case_id}/claim").status_code == 204
    finger = {"position": user.get(f"/v1/cases/{case_id}").json()["probe"][0]["position"]}
    corners = [{"x_px": x, "y_px": y} for x, y in outline]
    drawn = finger | {"features": marked, "outline": corners}
    body = {"is_of_value": True, "fingers": [drawn]}
    answer = user.post(f"/v1/cases/{case_id}/analysis", body)
    assert answer.status_code == 204, answer.text


def asked(world: World, case_id: str) -> list[FurtherSearchAsked]:
    """Return the log's further searches that were asked from a case."""
    wanted = EventFilter(case_id=CaseId(case_id), event_type=FurtherSearchAsked.event_type)
    with world.services.units.read() as unit:
        found = unit.events.search(wanted, before=None, limit=9)
    return [read_event(one.body).typed_as(FurtherSearchAsked) for one in found]


@pytest.mark.dear("reads pictures, compares their minutiae, and decides a case twice")
def test_a_mark_is_searched_again_by_an_examiners_minutiae_linked_and_replayed(
    either_office: Office, found_once: None
) -> None:
    world = either_office.world
    mate = enrol(world, 1)
    enrol(world, 2)
    first = sent_mark(world)
    case_id = world.case_of(first)
    marked = features(world, mate["encounter_id"])
    undirected = [{"x_px": 60, "y_px": 60}, {"x_px": 90, "y_px": 90, "kind": "core"}]
    analysed(world, case_id, [*marked, *undirected])
    path = f"/v1/cases/{case_id}/further-search"

    answer = world.examiner().post(path)
    again = world.examiner().post(path)

    assert answer.status_code == 200, answer.text
    assert answer.json() == again.json() == {"minutiae": MARKED, "is_outlined": False}
    (event,) = asked(world, case_id)
    assert (event.case_id, event.minutiae) == (case_id, MARKED)
    assert_searched_with(world, first, str(event.search_id), marked)
    assert_force_is_told(either_office, str(event.search_id))
    standing = linked(world, str(event.search_id), mate["person_id"])
    assert world.standing(first)["state"] == "examining"
    replayed = replayed_in_both_ways(world, standing["link"]["link_id"])
    assert (replayed["verdict"], replayed["look_up"]["verdict"]) == ("exact", "exact")


def assert_searched_with(
    world: World, first: str, search_id: str, marked: list[dict[str, Any]]
) -> None:
    """Assert that a search is the first one's force's, by these minutiae and no others."""
    with world.services.units.read() as unit:
        search = unit.searches.get(SearchId(search_id))
        (view,) = unit.minutiae.of_searches([SearchId(search_id)])[SearchId(search_id)]
        stored = unit.images.of(SearchId(search_id), 0)
        references = unit.references.of([first, search_id])
    assert search is not None
    assert (search.force, search.submitted_by) == (ForceCode("01"), ME)
    assert references == {first: REFERENCE, search_id: REFERENCE}
    told = [(one.x_px, one.y_px, round(math.degrees(one.angle_rad))) for one in view.minutiae]
    assert told == [(one["x_px"], one["y_px"], one["direction_deg"]) for one in marked]
    facts = picture_facts(stored or b"")
    assert facts.marked is not None
    assert (len(facts.marked.minutiae), facts.marked.cores) == (MARKED, ((90.0, 90.0),))
    assert facts.added_minutiae == 0


def assert_force_is_told(office: Office, search_id: str) -> None:
    """Assert that the force reads what was searched with, and gets it back with the image."""
    page = office.force().page(f"searches/{search_id}")
    sent_back = office.world.force().get(f"/v1/searches/{search_id}/prints").content
    message = nistitl.Message()
    message.parse(sent_back)
    assert f"{MARKED} minutiae that an examiner set in the mark that you sent" in page
    assert [record.type for record in message] == [1, 2, 13, 9]
    assert len(message[3][331].value) == MARKED


def linked(world: World, search_id: str, person_id: str) -> dict[str, Any]:
    """Let two examiners identify a person in a search, and return how it stands."""
    for examiner in ("examiner-b", "examiner-c"):
        decided = world.examine(world.case_of(search_id), examiner, person_id=person_id)
        assert decided.status_code == 201, decided.text
    standing = world.standing(search_id)
    assert standing["outcome"] == "linked"
    return standing


# A hollow at the right: a bounding box would hold what the outline leaves out.
OUTLINE = ((60, 40), (460, 40), (200, 250), (460, 480), (60, 480))


def is_outlined(x: float, y: float) -> bool:
    """Whether a place is in the outline, told from its two sloping sides."""
    slope_px = 200 + (260 * (250 - y) / 210 if y < 250 else 260 * (y - 250) / 230)
    return 60 < x < min(slope_px, 460) and 40 < y < 480


@pytest.mark.dear("reads pictures, compares their minutiae, and decides a case twice")
@pytest.mark.parametrize("count", [0, 3])
def test_a_mark_is_searched_again_within_an_outline_linked_and_replayed(
    either_office: Office, found_once: None, count: int
) -> None:
    world = either_office.world
    mate = enrol(world, 1)
    first = sent_mark(world)
    case_id = world.case_of(first)
    marked = features(world, mate["encounter_id"], count)
    analysed(world, case_id, marked, outline=OUTLINE)

    answer = world.examiner().post(f"/v1/cases/{case_id}/further-search")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"minutiae": count, "is_outlined": True}
    (event,) = asked(world, case_id)
    search_id = str(event.search_id)
    assert event.minutiae == count
    added = assert_added_only_inside(world, first, search_id, marked)
    page = either_office.force().page(f"searches/{search_id}")
    assert (
        f"{count} minutiae that an examiner set in the mark that you sent, and {added} that"
        in page
    )
    message = nistitl.Message()
    message.parse(world.force().get(f"/v1/searches/{search_id}/prints").content)
    (area,) = message[3][300].value
    assert [record.type for record in message] == [1, 2, 13, 9]
    assert [round(float(side) * 500 / 2540) for side in area[4].replace("-", ",").split(",")] == [
        side for corner in OUTLINE for side in corner
    ]
    standing = linked(world, search_id, mate["person_id"])
    replayed = replayed_in_both_ways(world, standing["link"]["link_id"])
    assert (replayed["verdict"], replayed["look_up"]["verdict"]) == ("exact", "exact")


def assert_added_only_inside(
    world: World, first: str, search_id: str, marked: list[dict[str, Any]]
) -> int:
    """Assert that what the extractor found is added inside the outline only, and return how many.

    The first search had what it found everywhere.
    """
    with world.services.units.read() as unit:
        ids = [SearchId(first), SearchId(search_id)]
        found = unit.minutiae.of_searches(ids)
        facts = picture_facts(unit.images.of(ids[1], 0) or b"")
    (everywhere,), (view,) = (found[one] for one in ids)
    assert facts.marked is not None
    assert facts.marked.region == tuple((float(x), float(y)) for x, y in OUTLINE)
    added = view.minutiae[len(marked) :]
    inside = [one for one in everywhere.minutiae if is_outlined(one.x_px, one.y_px)]
    assert 4 <= len(inside) < len(everywhere.minutiae)
    assert all(is_outlined(one.x_px, one.y_px) for one in added)
    assert len(inside) - len(marked) <= len(added) <= len(inside)
    assert facts.added_minutiae == len(added)
    return len(added)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_an_outline_of_nothing_is_refused_and_searches_nothing(
    office: Office, found_once: None
) -> None:
    world = office.world
    enrol(world, 1)
    case_id = world.case_of(sent_mark(world))
    analysed(world, case_id, [], outline=((1, 1), (9, 1), (9, 9)))
    before = world.counts()

    answer = world.examiner().post(f"/v1/cases/{case_id}/further-search")

    assert_problem(answer, 409, "nothing-to-search")
    assert (
        "Fewer than 4 minutiae were marked or found inside your outline" in answer.json()["detail"]
    )
    assert world.counts() == before


@pytest.mark.promise("blinding")
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_whoever_asked_is_told_nothing_and_is_not_given_the_case(
    office: Office, found_once: None
) -> None:
    world = office.world
    mate = enrol(world, 1)
    case_id = world.case_of(sent_mark(world))
    analysed(world, case_id, features(world, mate["encounter_id"]))
    me, path = world.examiner(), f"/v1/cases/{case_id}"

    def told() -> list[Any]:
        """Everything that the asker may read by calls, but for when it was asked."""
        pages = ("/v1/queue", "/v1/cases", path, "/v1/competence")
        answers = [me.get(page).json() for page in pages]
        return [{k: v for k, v in one.items() if k not in {"now", "since"}} for one in answers]

    before = told()
    answer = me.post(f"{path}/further-search")
    after = told()

    assert after == before
    assert answer.json()["minutiae"] == MARKED
    further = world.case_of(str(asked(world, case_id)[0].search_id))
    assert_problem(me.post(f"/v1/cases/{further}/claim"), 409, "self-verification")
    task = world.task_of(further)
    assert_problem(me.post(f"/v1/queue/{task}/claim"), 409, "case-taken")
    others = world.examiner("examiner-b").get("/v1/queue").json()["waiting"]
    assert task in {line["task_id"] for line in others}


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_two_requests_at_the_same_moment_make_one_search(
    either_office: Office, found_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = either_office.world
    mate = enrol(world, 1)
    case_id = world.case_of(sent_mark(world))
    analysed(world, case_id, features(world, mate["encounter_id"]))
    # As if each had looked at the log before the other wrote to it.
    monkeypatch.setattr(further_search, "_is_asked", lambda *_: False)

    answers = [world.examiner().post(f"/v1/cases/{case_id}/further-search") for _ in range(2)]

    assert [one.json() for one in answers] == [{"minutiae": MARKED, "is_outlined": False}] * 2
    assert len(asked(world, case_id)) == 1


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_further_search_that_cannot_be_made_is_refused_and_changes_nothing(
    office: Office, found_once: None
) -> None:
    world = office.world
    mate = enrol(world, 1)
    enrol(world, 2)
    marked = features(world, mate["encounter_id"])
    of_mark, few, closed = (world.case_of(sent_mark(world)) for _ in range(3))
    request = {"search_type": "TP/TP"}
    tenprint = send(world.force(), "/v1/searches", request, file=some_fingers(1, "plain", 1))
    of_tenprint = world.case_of(tenprint.json()["search_id"])
    me = world.examiner()
    analysed(world, few, [*marked[:3], {"x_px": 60, "y_px": 60}])
    analysed(world, of_tenprint, [])
    for examiner in (ME, "examiner-b"):
        world.examine(closed, examiner, person_id=mate["person_id"])
    unclaimed = me.post(f"/v1/cases/{of_mark}/further-search")
    assert me.post(f"/v1/cases/{of_mark}/claim").status_code == 204
    strangers = world.force(), world.supervisor(), world.auditor()
    before = world.counts()

    def refused(case_id: str) -> Any:
        return me.post(f"/v1/cases/{case_id}/further-search")

    assert_problem(unclaimed, 409, "case-not-claimed")
    for case_id, code, words in (
        (of_mark, "step-out-of-order", "Seal the analysis of the mark first."),
        (
            few,
            "nothing-to-search",
            "has 3 minutiae with a direction: a search needs at least 4, or an outline",
        ),
        (of_tenprint, "nothing-to-search", "Only a mark"),
        (closed, "closed-case", ""),
    ):
        answer = refused(case_id)
        assert_problem(answer, 409, code)
        assert words in (answer.json().get("detail") or "")
    assert_problem(refused("0" * 32), 404, "not-found")
    for user in strangers:
        assert user.post(f"/v1/cases/{few}/further-search").status_code == 403
    assert world.counts() == before


def _no_features(services: Services, patch: pytest.MonkeyPatch) -> None:
    # Services are frozen; the format is read from them at each call.
    fmt = services.print_format
    object.__setattr__(services, "print_format", replace(fmt, features=None))


def _no_image(services: Services, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Images, "of", lambda *_: None)


def _no_mark(services: Services, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Searches, "probe", lambda *_: None)


@pytest.mark.dear("reads pictures and compares their minutiae")
@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        (_no_features, "cannot make this gallery's templates"),
        (_no_image, "There is no image of this mark"),
        (_no_mark, "This mark has been erased"),
    ],
)
def test_a_mark_that_is_no_longer_there_to_be_read_is_refused(
    office: Office, found_once: None, lacking: Callable[..., None], words: str
) -> None:
    world = office.world
    mate = enrol(world, 1)
    case_id = world.case_of(sent_mark(world))
    analysed(world, case_id, features(world, mate["encounter_id"]))
    before = world.counts()

    with pytest.MonkeyPatch.context() as patch:
        lacking(world.services, patch)
        answer = world.examiner().post(f"/v1/cases/{case_id}/further-search")

    assert_problem(answer, 409, "nothing-to-search")
    assert words in answer.json()["detail"]
    assert world.counts() == before


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_the_page_offers_the_search_once_and_then_says_that_it_was_asked(
    office: Office, found_once: None
) -> None:
    world = office.world
    mate = enrol(world, 1)
    case_id = world.case_of(sent_mark(world))
    person, at = office.examiner(), f"cases/{case_id}"
    marked = features(world, mate["encounter_id"])
    rows = [
        [0, one["x_px"], one["y_px"], one["kind"], "definite", one["direction_deg"]]
        for one in marked
    ]
    assert person.post(f"{at}/claim").status_code == 200
    before = person.page(at)
    person.follow(f"{at}/analysis", value="yes", features=json.dumps(rows))
    labels = office.true_labels(case_id, person, mate["person_id"])
    sealed = person.examine_from(case_id, identify=labels)

    after = person.follow(at, to=f"{at}/further-search")

    assert "Search again with my minutiae" not in before
    assert f"again with only the {MARKED} minutiae of your analysis" in sealed.text
    assert (after.status_code, after.url.path) == (200, f"/workbench/{at}")
    assert "You had this mark searched again" in after.text
    assert "Search again with my minutiae" not in after.text
    assert len(asked(world, case_id)) == 1
