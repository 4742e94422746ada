"""A mark whose points people marked: searched by them, decided, and given back whole."""

from __future__ import annotations

import nistitl
import pytest

from domain.ids import EncounterId
from tests.integration.images.test_files import enrol, ranked, send
from tests.integration.web.driver import Office
from tests.print_files import drawn, image_fields, picture, tagged, transaction, type_9

POINTS = 14
HUNDREDTHS_A_PX = 2540 / 500
UNITS, SUBFIELDS, FIELDS, RECORD = b"\x1f", b"\x1e", b"\x1d", b"\x1c"


def points_of(office: Office, encounter_id: str) -> list[list[str]]:
    """Return points of an enrolled right index as an examiner would send them."""
    one = EncounterId(encounter_id)
    with office.world.services.units.read() as unit:
        views = unit.minutiae.of_encounters([one])[one]
    (view,) = (view for view in views if view.position == 2)
    best = sorted(view.minutiae, key=lambda each: -each.quality)[:POINTS]
    return [
        [
            *(str(round(at * HUNDREDTHS_A_PX)) for at in (each.x_px, each.y_px)),
            str(round(each.angle_rad * 57.29578) % 360),
            "E",
        ]
        for each in best
    ]


def split(record: bytes) -> dict[str, list[list[str]]]:
    """Return the subfields of a tagged record by its field, read by hand."""
    fields = (field.partition(b":") for field in record.split(FIELDS))
    return {
        tag.decode(): [
            [item.decode("latin-1") for item in row.split(UNITS)] for row in value.split(SUBFIELDS)
        ]
        for tag, _, value in fields
    }


@pytest.mark.dear("reads pictures, compares their minutiae, and decides a case twice")
def test_a_mark_is_searched_by_its_points_decided_and_comes_out_whole(
    office: Office, found_once: None
) -> None:
    world = office.world
    mate = enrol(world, 1)
    enrol(world, 2)
    grey = drawn(1, 2, "rolled", 0)
    points = points_of(office, mate["encounter_id"])
    size = [str(round(side * HUNDREDTHS_A_PX)) for side in reversed(grey.shape)]
    marked = {
        4: "U",
        300: [[*size, "0", "0"]],
        302: [["0"]],
        307: [["LS"]],
        320: [["1200", "1100"]],
        321: [["1900", "2000"]],
        331: points,
    }
    mark = tagged(13, picture(grey), image_fields(grey, 0, _3=4))
    data = transaction([mark, type_9(marked, idc=1)])

    found = send(world.force(), "/v1/searches", {"search_type": "LT/TP"}, file=data).json()
    search_id = found["search_id"]
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=mate["person_id"])
    out = world.force().get(f"/v1/searches/{search_id}/prints").content

    words = " ".join(note["words"] for note in found["notes"])
    assert f"The search uses {POINTS} minutiae that people marked and none" in words
    assert "not kept (fields 9.307)" in words
    assert ranked(world, search_id)[0] == mate["person_id"]
    assert world.standing(search_id)["outcome"] == "linked"
    message = nistitl.Message()
    message.parse(out)
    assert [record.type for record in message] == [1, 2, 13, 9]
    assert bytes(message[2][999].value).startswith(b"\x89PNG")
    features = split(out[out.rindex(RECORD + b"9.001:") + 1 : -1])
    assert features["9.331"] == points
    assert (features["9.320"], features["9.321"]) == ([["1200", "1100"]], [["1900", "2000"]])


def test_only_the_force_that_sent_the_pictures_of_a_search_gets_them_back(office: Office) -> None:
    world = office.world
    enrol(world, 1)
    grey = drawn(1, 2, "plain", 1)
    fields = image_fields(grey, 2)
    sent = transaction([tagged(14, picture(grey), fields)])
    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=sent).json()
    path = f"/v1/searches/{found['search_id']}/prints"

    own, others = world.force().get(path), world.force("13").get(path)

    assert own.status_code == 200
    assert others.status_code == 404
