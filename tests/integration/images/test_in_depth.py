"""Single fingers without bits: found by votes and minutiae far down the list, and replayed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from data.synthetic.extractions.faults import ROUGH
from data.synthetic.extractions.fingers import Skin, bent, simulated_extraction, skin_of
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.streams import FingerIdentity
from domain.ids import EncounterId, SearchId
from domain.people.people import Details
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FINGERS, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe
from prints.features.describing import Description
from prints.features.matching import Match, match
from prints.features.parameters import ANY_WAY_RAD, CODE, DEPTH
from prints.features.whitening import shipped_whitening
from prints.formats import minutiae_192
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.prints.tasks import kept_view
from service.usecases.print_desk import set_of
from service.usecases.searches import by_minutiae, in_depth, searching
from service.usecases.searches.in_depth import WHITENED, SingleFinger
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.minutiae import travelling
from tests.integration.api.prints import encounter
from tests.integration.api.workers import lines_of, ndjson, searcher, submit, work_all
from tests.integration.replaying import replayed_in_both_ways
from tests.integration.web.driver import Office
from tests.unit.prints.features.builders import reordered

PEOPLE = 12
DONOR, FINGER = 2, FingerPosition.LEFT_INDEX


@lru_cache(maxsize=1)
def drawn_skins() -> Sequence[Skin]:
    return [skin_of(master_print(FingerIdentity(77, 0, finger))) for finger in FINGERS[:4]]


@lru_cache(maxsize=256)
def reading(person: int, position: FingerPosition, number: int) -> MinutiaeSet:
    """Return one simulated reading of a finger."""
    own = np.random.default_rng([3, person, position])
    skin = bent(drawn_skins()[int(own.integers(4))], own)
    return simulated_extraction(skin, ROUGH, np.random.default_rng([4, person, position, number]))


def lifted(
    person: int, position: FingerPosition, *, turn_rad: float, number: int = 1
) -> MinutiaeSet:
    """Return the upper part of another reading, lying askew."""
    whole = reading(person, position, number)
    places = whole.places_nominal_px
    part = reordered(whole, np.flatnonzero(places[:, 1] < np.quantile(places[:, 1], 0.55)))
    middle = np.array([part.width_px, part.height_px]) / 2
    cosine, sine = np.cos(turn_rad), np.sin(turn_rad)
    turned = (part.places_px - middle) @ np.array([[cosine, -sine], [sine, cosine]]) + middle
    inside = np.all((turned > 0) & (turned < 2 * middle - 1), axis=1)
    return replace(
        reordered(part, np.flatnonzero(inside)),
        places_px=turned[inside].astype(np.float32),
        angles_rad=np.mod(part.angles_rad[inside] + turn_rad, np.float32(2 * np.pi)),
    )


def sent(
    minutiae: MinutiaeSet, position: int, kind: ImpressionType, *, with_minutiae: bool = True
) -> dict[str, Any]:
    """Return an impression as a force sends it, the template made of its minutiae."""
    view: MinutiaeView = replace(kept_view(minutiae, kind, 60), position=FingerPosition(position))
    tools = minutiae_192.FORMAT.features
    assert tools is not None
    values = tools.vectors().vector(minutiae).astype("<f2").tobytes()
    template = {
        "format": minutiae_192.FORMAT.label,
        "encoding": "f16",
        "data": base64.b64encode(values).decode(),
    }
    said = {"position": position, "impression": kind.value, "quality": 60, "template": template}
    return said | ({"minutiae": travelling(view)} if with_minutiae else {})


def enrol(world: World, person: int, *, with_minutiae: bool = True) -> dict[str, Any]:
    impressions = [
        sent(
            reading(person, finger, 0),
            int(finger),
            ImpressionType.ROLLED,
            with_minutiae=with_minutiae,
        )
        for finger in FINGERS
    ]
    answer = world.force().post("/v1/encounters", encounter(person) | {"impressions": impressions})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def a_mark(*, position: int = 0) -> list[dict[str, Any]]:
    return [sent(lifted(DONOR, FINGER, turn_rad=0.7), position, ImpressionType.LATENT)]


def a_plain_finger() -> list[dict[str, Any]]:
    return [sent(reading(DONOR, FINGER, 2), int(FINGER), ImpressionType.PLAIN)]


def quarter_turned(minutiae: MinutiaeSet, quarters: int) -> MinutiaeSet:
    """Return a reading of the same picture, turned anticlockwise by quarters."""
    for _ in range(quarters):
        x_px, y_px = minutiae.places_px.T
        minutiae = replace(
            minutiae,
            places_px=np.stack([y_px, minutiae.width_px - 1 - x_px], axis=1).clip(0),
            angles_rad=np.mod(minutiae.angles_rad + np.float32(np.pi / 2), np.float32(2 * np.pi)),
            width_px=minutiae.height_px,
            height_px=minutiae.width_px,
        )
    return minutiae


def a_finger_on_its_side() -> list[dict[str, Any]]:
    turned = quarter_turned(reading(DONOR, FINGER, 2), 1)
    return [sent(turned, int(FINGER), ImpressionType.PLAIN)]


SINGLES = [("LT/TP", a_mark), ("TP/TP", a_plain_finger)]


def ranked(world: World, search_id: str) -> list[str]:
    with world.services.units.read() as unit:
        found = unit.searches.candidates(SearchId(search_id))
    return [str(one.person_id) for one in found]


def arithmetic(world: World, search_id: str) -> str:
    with world.services.units.read() as unit:
        search = unit.searches.get(SearchId(search_id))
    assert search is not None
    return search.basis.arithmetic


def replayed(world: World, search_id: str, person_id: str) -> dict[str, Any]:
    """Have a search linked to a person, and its link replayed."""
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        assert world.examine(case_id, examiner, person_id=person_id).status_code == 201
    link_id = world.standing(search_id)["link"]["link_id"]
    return replayed_in_both_ways(world, link_id)


@pytest.mark.parametrize(("search_type", "finger"), SINGLES)
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_single_finger_finds_its_person_and_is_replayed(
    either_office: Office, search_type: str, finger: Callable[[], list[dict[str, Any]]]
) -> None:
    world = either_office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(PEOPLE)]

    search_id = world.search(0, impressions=finger(), search_type=search_type)

    listed = ranked(world, search_id)
    assert listed[0] == enrolled[DONOR]
    assert set(listed) == set(enrolled)
    assert "in depth" in arithmetic(world, search_id)
    answer = replayed(world, search_id, enrolled[DONOR])
    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    assert answer["look_up"]["captures"] == PEOPLE


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_picture_is_looked_up_as_an_upright_one_is(quarters: int) -> None:
    tools = minutiae_192.FORMAT.features
    assert tools is not None
    upright = reading(DONOR, FINGER, 2)
    turned = quarter_turned(upright, quarters)
    view = kept_view(turned, ImpressionType.PLAIN, 60)
    own = Impression(
        FINGER,
        ImpressionType.PLAIN,
        60,
        tools.vectors().vector(turned),
        minutiae_192.FORMAT.template,
    )

    manner = in_depth.Manner(ANY_WAY_RAD, is_coded=False)
    single = in_depth.in_turns(tools, Probe((own,), Details()), view, manner)

    alike = single.vectors @ tools.vectors().vector(upright)
    back = np.argmin(np.abs(np.mod(np.array(ANY_WAY_RAD) + quarters * np.pi / 2, 2 * np.pi)))
    assert alike.max() == alike[back] > 0.98
    assert alike[ANY_WAY_RAD.index(0.0)] < 0.6


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[npt.NDArray[np.float32]]:
    """Hold the vectors of each single finger that the index, or a replay, is asked for."""
    seen: list[npt.NDArray[np.float32]] = []
    asked, ordered = SingleFinger.asked, in_depth.order_in_depth

    def noted(single: SingleFinger) -> SingleFinger:
        seen.append(single.vectors)
        return single

    monkeypatch.setattr(SingleFinger, "asked", lambda one, probe: asked(noted(one), probe))
    monkeypatch.setattr(
        in_depth,
        "order_in_depth",
        lambda unit, one, *rows, **at: ordered(unit, noted(one), *rows, **at),
    )
    return seen


def upright_vector(finger: dict[str, Any]) -> npt.NDArray[np.float32]:
    values = np.frombuffer(base64.b64decode(finger["template"]["data"]), dtype="<f2")
    return np.asarray(values / np.linalg.norm(values.astype(np.float64)), dtype=np.float32)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_finger_on_its_side_finds_its_person_and_is_replayed(
    office: Office, looked_up: list[npt.NDArray[np.float32]]
) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 5)]

    search_id = world.search(0, impressions=a_finger_on_its_side())

    assert ranked(world, search_id)[0] == enrolled[DONOR - 1]
    assert arithmetic(world, search_id).endswith(f"8 turns{WHITENED}")
    answer = replayed(world, search_id, enrolled[DONOR - 1])
    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    (upright,) = shipped_whitening()(upright_vector(a_finger_on_its_side()[0])[None])
    assert len(looked_up) > 1
    for vectors in looked_up:
        assert np.allclose(vectors[ANY_WAY_RAD.index(0.0)], upright, atol=1e-3)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_finger_that_was_searched_in_five_turns_unwhitened_is_replayed_so(
    office: Office,
    looked_up: list[npt.NDArray[np.float32]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 4)]
    with monkeypatch.context() as before:
        before.setattr(in_depth, "ANY_WAY_RAD", DEPTH.turns_rad)
        before.setattr(in_depth, "whitened", lambda single: single)
        before.setattr(in_depth, "WHITENED", "")
        search_id = world.search(0, impressions=a_plain_finger())

    assert not {"turns", "whitened"} & set(arithmetic(world, search_id).split())
    answer = replayed(world, search_id, enrolled[DONOR - 1])
    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")
    assert len(looked_up) > 1
    for vectors in looked_up:
        assert len(vectors) == len(DEPTH.turns_rad)
        assert np.allclose(vectors[2], upright_vector(a_plain_finger()[0]), atol=1e-3)


def test_several_fingers_are_searched_as_ever(office: Office) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 5)]
    both = [
        sent(reading(DONOR, finger, 2), int(finger), ImpressionType.PLAIN)
        for finger in (FINGER, FingerPosition.RIGHT_THUMB)
    ]

    search_id = world.search(0, impressions=both)

    assert ranked(world, search_id)[0] == enrolled[DONOR - 1]
    assert "in depth" not in arithmetic(world, search_id)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_donor_beyond_the_edge_of_a_short_list_is_found_and_erasures_are_counted(
    office_of_short_lists: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office_of_short_lists.world
    enrolled = [enrol(world, person)["person_id"] for person in range(PEOPLE)]
    with monkeypatch.context() as before:
        before.setattr(searching, "single_finger", lambda *_: None)
        shallow = world.search(0, impressions=a_mark(), search_type="LT/TP")
    assert enrolled[DONOR] not in ranked(world, shallow)

    search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")

    listed = ranked(world, search_id)
    assert listed[0] == enrolled[DONOR]
    assert replayed(world, search_id, enrolled[DONOR])["look_up"]["verdict"] == "exact"
    have_erased(world, next(one for one in enrolled if one not in listed))
    link_id = world.standing(search_id)["link"]["link_id"]
    again = replayed_in_both_ways(world, link_id)
    assert (again["look_up"]["verdict"], again["look_up"]["erased"]) == (
        "not possible (erased)",
        1,
    )


def test_of_a_mark_of_a_known_finger_no_other_is_compared(office: Office) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 5)]

    right = world.search(0, impressions=a_mark(position=int(FINGER)), search_type="LT/TP")

    assert ranked(world, right)[0] == enrolled[1]
    with world.services.units.read() as unit:
        candidate = unit.searches.candidates(SearchId(right))[0]
        opened = unit.minutiae.of_fingers({candidate.encounter_id: {int(FINGER)}})  # type: ignore[dict-item]
    assert set(opened) == {(candidate.encounter_id, int(FINGER))}


def test_who_came_without_minutiae_keeps_the_place_of_the_vector(office: Office) -> None:
    world = office.world
    with_them = [enrol(world, person)["person_id"] for person in (4, 6, 7)]
    without = enrol(world, DONOR, with_minutiae=False)["person_id"]

    search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")

    assert set(ranked(world, search_id)) == {*with_them, without}
    assert "in depth" in arithmetic(world, search_id)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_search_of_before_is_replayed_as_it_was_made(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 5)]
    with monkeypatch.context() as before:
        before.setattr(searching, "single_finger", lambda *_: None)
        search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")

    assert "in depth" not in arithmetic(world, search_id)
    answer = replayed(world, search_id, enrolled[1])
    assert (answer["verdict"], answer["look_up"]["verdict"]) == ("exact", "exact")


def test_few_fingers_are_read_and_fewer_matched(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(PEOPLE)]
    monkeypatch.setattr(in_depth, "DEPTH", replace(DEPTH, matched=3))
    for module in (in_depth, by_minutiae):
        monkeypatch.setattr(module, "CODE", replace(CODE, voted=60, matched=2))
    matched: list[Match] = []

    def noted(one: Description, other: Description, *, rotation_limit_rad: float) -> Match:
        matched.append(match(one, other, rotation_limit_rad=rotation_limit_rad))
        return matched[-1]

    monkeypatch.setattr(in_depth, "match", noted)

    search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")

    assert 2 <= len(matched) <= 3  # the one by votes may be one of the two by codes
    assert set(ranked(world, search_id)) == set(enrolled)


def test_fingers_are_opened_as_whole_encounters_are(either_office: Office) -> None:
    world = either_office.world
    encounters = [EncounterId(enrol(world, person)["encounter_id"]) for person in (1, 2)]

    with world.services.units.read() as unit:
        whole = unit.minutiae.of_encounters(encounters)
        some = unit.minutiae.of_fingers({encounters[0]: {2, 9}, encounters[1]: set()})

    by_position = {int(view.position): view for view in whole[encounters[0]]}
    assert {at: one.minutiae for at, one in some.items()} == {
        (encounters[0], at): set_of(by_position[at]).minutiae for at in (2, 9)
    }


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_without_the_minutiae_of_the_probe_a_replay_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    enrolled = [enrol(world, person)["person_id"] for person in range(1, 4)]
    search_id = world.search(0, impressions=a_mark(), search_type="LT/TP")
    monkeypatch.setattr(by_minutiae, "minutiae_of_search", lambda *_: ())

    look_up = replayed(world, search_id, enrolled[DONOR - 1])["look_up"]

    assert look_up["verdict"] == "not possible (erased)"
    assert look_up["difference"] == "look-up: the minutiae of the probe have been erased"


def test_in_an_empty_gallery_nothing_is_found(office: Office) -> None:
    search_id = office.world.search(0, impressions=a_mark(), search_type="LT/TP")

    assert ranked(office.world, search_id) == []


@pytest.mark.parametrize(("search_type", "finger"), SINGLES)
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_line_of_a_batch_finds_what_a_search_finds(
    office: Office,
    search_type: str,
    finger: Callable[[], list[dict[str, Any]]],
    looked_up: list[npt.NDArray[np.float32]],
) -> None:
    world = office.world
    for person in range(PEOPLE):
        enrol(world, person)
    alone = world.search(0, impressions=finger(), search_type=search_type)
    line = {"search_type": search_type, "impressions": finger()}
    batch_id = submit(world, ndjson(line, line)).json()["batch_id"]
    work_all(searcher(world.services))

    together = [str(one["search_id"]) for one in lines_of(world, batch_id)]
    assert [ranked(world, one) for one in together] == [ranked(world, alone)] * 2
    assert [arithmetic(world, one) for one in together] == [arithmetic(world, alone)] * 2
    assert len(looked_up) > 1
    for vectors in looked_up[1:]:
        assert np.array_equal(vectors, looked_up[0])
