"""Pictures travel with a capture: kept as checked, shown to examiners, refused if invalid."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from domain.ids import EncounterId, SearchId
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.minutiae import a_view, travelling
from tests.integration.api.prints import encounter, impression, mark, tenprint
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.workers import lines_of, ndjson, search_line, searcher, submit, work_all
from tests.integration.web.pictures import grey_png
from tests.print_files import transaction

INDEX = 2
PNG = grey_png(seed=1)


def with_image(finger: dict[str, Any], png: bytes = PNG) -> dict[str, Any]:
    """Return an impression with its picture."""
    return finger | {"image": base64.b64encode(png).decode()}


def pictured(person: int, *, capture: int = 0) -> list[dict[str, Any]]:
    """Return ten fingers, one of them with its picture."""
    fingers = tenprint(person, capture=capture)
    return [with_image(one) if one["position"] == INDEX else one for one in fingers]


def test_a_capture_keeps_its_pictures_and_examiners_see_them(world: World) -> None:
    body = encounter(1) | {"impressions": pictured(1)}
    enrolled = world.force().post("/v1/encounters", body).json()
    search_id = world.search(1, impressions=pictured(1, capture=3))
    case_id = world.case_of(search_id)
    user = world.examiner()
    path = f"/v1/cases/{case_id}"
    user.post(f"{path}/claim")
    world.analyse(case_id, "examiner-a")
    label = user.get(f"{path}/exemplar").json()["label"]

    shown = [user.get(f"{path}/prints/{one}/1/image") for one in ("probe", label)]
    told = [
        user.get(f"{path}/prints/{one}/{n}").json() for one in ("probe", label) for n in (1, 2)
    ]

    with world.services.units.read() as unit:
        kept = unit.images.of(SearchId(search_id), INDEX)
        assert unit.images.of(EncounterId(enrolled["encounter_id"]), INDEX) == kept
    assert is_kept(kept)
    assert [(answer.headers["content-type"], answer.content) for answer in shown] == [
        ("image/png", kept)
    ] * 2
    assert all(answer.headers["cache-control"] == "no-store" for answer in shown)
    assert [one["origin"] for one in told] == ["captured", "none"] * 2
    assert (told[0]["width_px"], told[0]["height_px"]) == (60, 80)


def test_a_mark_and_a_line_of_a_batch_bring_a_picture(sqlite_world: World) -> None:
    world = sqlite_world
    (latent,) = mark(1, INDEX)
    search_id = world.search(1, impressions=[with_image(latent)], search_type="LT/TP")
    good = search_line(1) | {"impressions": pictured(1)}
    bad = search_line(2) | {"impressions": [with_image(impression(2, INDEX), b"no picture")]}

    batch_id = submit(world, ndjson(good, bad)).json()["batch_id"]
    work_all(searcher(world.services))

    worked, refused = lines_of(world, batch_id)
    with world.services.units.read() as unit:
        assert is_kept(unit.images.of(SearchId(search_id), 0))
        assert is_kept(unit.images.of(SearchId(worked["search_id"]), INDEX))
    assert refused["problem"] == "unreadable-print"


def is_kept(kept: bytes | None) -> bool:
    """Whether the picture was kept pixel by pixel and without its metadata."""
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as found, Image.open(io.BytesIO(PNG)) as sent:
        assert found.mode == "L"
        return bool(np.array_equal(np.array(found), np.array(sent.convert("L"))))


def wide_png() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (4097, 1)).save(buffer, format="PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("*", "base64 with padding"),
        (base64.b64encode(b"GIF89a").decode(), "no known format"),
        (base64.b64encode(PNG[:60]).decode(), "checksum"),
        (base64.b64encode(wide_png()).decode(), "4096 pixels"),
        (base64.b64encode(transaction([])).decode(), "not an image of a single print"),
    ],
)
@pytest.mark.parametrize("address", ["/v1/searches", "/v1/encounters"])
def test_a_picture_that_cannot_be_read_is_refused(
    shared_world: World, address: str, image: str, words: str
) -> None:
    fingers = [impression(1, INDEX - 1), impression(1, INDEX) | {"image": image}]
    body = encounter(1) if address == "/v1/encounters" else {"search_type": "TP/TP"}
    before = shared_world.counts()

    answer = shared_world.force().post(address, body | {"impressions": fingers})

    assert_problem(answer, 400, "invalid-input" if image == "*" else "unreadable-print")
    assert words in answer.json()["detail"]
    assert answer.json()["errors"][0]["pointer"] == "/impressions/1/image"
    assert image == "*" or image not in answer.text
    assert shared_world.counts() == before


@pytest.mark.parametrize("address", ["/v1/searches", "/v1/encounters"])
def test_minutiae_of_a_picture_of_another_size_are_refused(
    shared_world: World, address: str
) -> None:
    wider = with_image(impression(1, INDEX), grey_png(seed=1, width_px=61))
    fingers = [wider | {"minutiae": travelling(a_view(INDEX))}]
    body = encounter(1) if address == "/v1/encounters" else {"search_type": "TP/TP"}
    before = shared_world.counts()

    answer = shared_world.force().post(address, body | {"impressions": fingers})

    assert_problem(answer, 400, "invalid-minutiae")
    assert shared_world.counts() == before


def test_the_pictures_of_a_person_are_erased_with_them(world: World) -> None:
    body = encounter(1) | {"impressions": pictured(1)}
    enrolled = world.force().post("/v1/encounters", body).json()

    have_erased(world, enrolled["person_id"])

    with world.services.units.read() as unit:
        assert unit.images.of(EncounterId(enrolled["encounter_id"]), INDEX) is None
