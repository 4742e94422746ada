"""Minutiae travel with a capture: stored as read, refused if invalid."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from domain.ids import EncounterId, SearchId
from domain.prints.prints import ImpressionType
from prints.minutiae.iso19794_2 import encode_record
from tests.integration.api.driver import World
from tests.integration.api.minutiae import a_view, travelling, with_minutiae
from tests.integration.api.prints import encounter, impression, mark, tenprint
from tests.integration.api.workers import lines_of, ndjson, search_line, searcher, submit, work_all

INDEX = 2
LATENT = ImpressionType.LATENT


def test_an_enrolled_capture_keeps_its_minutiae(world: World) -> None:
    body = encounter(1) | {"impressions": with_minutiae(tenprint(1))}

    encounter_id = world.force().post("/v1/encounters", body).json()["encounter_id"]

    with world.services.units.read() as unit:
        kept = [unit.minutiae.of(EncounterId(encounter_id), n) for n in range(11)]
    assert kept == [None, *(a_view(position) for position in range(1, 11))]


def test_a_mark_keeps_its_minutiae_under_no_finger(world: World) -> None:
    fingers = with_minutiae(mark(1, INDEX))

    search_id = world.search(1, impressions=fingers, search_type="LT/TP")

    with world.services.units.read() as unit:
        assert unit.minutiae.of(SearchId(search_id), 0) == a_view(0, kind=LATENT)
        assert unit.minutiae.of(SearchId(search_id), INDEX) is None


def test_a_line_of_a_batch_brings_minutiae(sqlite_world: World) -> None:
    world = sqlite_world
    good = search_line(1) | {"impressions": with_minutiae(tenprint(1))}
    bad = search_line(2) | {"impressions": [impression(2, INDEX) | {"minutiae": "AAAA"}]}

    batch_id = submit(world, ndjson(good, bad)).json()["batch_id"]
    work_all(searcher(world.services))

    worked, refused = lines_of(world, batch_id)
    with world.services.units.read() as unit:
        kept = unit.minutiae.of(SearchId(worked["search_id"]), INDEX)
    assert kept == a_view(INDEX)
    assert refused["problem"] == "invalid-minutiae"


def test_nothing_but_minutiae_is_kept_of_a_record(sqlite_world: World) -> None:
    record = bytearray(encode_record((a_view(INDEX),)))
    record[19:28] = b"07E80506\x07"  # when it was captured
    record[28:33] = b"\x01DEVI"  # with what device
    sent = base64.b64encode(bytes(record)).decode()

    search_id = sqlite_world.search(
        1, impressions=[impression(1, INDEX) | {"minutiae": sent}], search_type="TP/TP"
    )

    with sqlite_world.services.units.read() as unit:
        kept = unit.minutiae.of(SearchId(search_id), INDEX)
    assert kept == a_view(INDEX)
    assert kept is not None
    assert b"DEVI" not in encode_record((kept,))


def _outside() -> str:
    record = bytearray(encode_record((a_view(INDEX),)))
    record[46:48] = (20).to_bytes(2, "big")  # the image is 20 pixels wide
    return base64.b64encode(bytes(record)).decode()


REFUSED: list[tuple[str, Any, int, str]] = [
    ("not base64", "!!!", 400, "invalid-minutiae"),
    ("no record", base64.b64encode(b"Zebedee Quince" * 9).decode(), 400, "invalid-minutiae"),
    ("another finger", travelling(a_view(3)), 400, "invalid-minutiae"),
    ("another type", travelling(a_view(INDEX, kind=LATENT)), 400, "invalid-minutiae"),
    ("two views", base64.b64encode(encode_record((a_view(INDEX),) * 2)).decode(), 400,
     "invalid-minutiae"),
    ("outside the image", _outside(), 400, "invalid-minutiae"),
    ("too long", "A" * 2_116, 422, "malformed-request"),
    ("no text", 7, 422, "malformed-request"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "status", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
@pytest.mark.parametrize("path", ["/v1/encounters", "/v1/searches"])
def test_refused_minutiae_change_nothing_and_are_not_repeated(
    shared_world: World, path: str, sent: Any, status: int, code: str
) -> None:
    before = shared_world.counts()
    fingers = [impression(1, 1), impression(1, INDEX) | {"minutiae": sent}]
    rest = encounter(1) if path == "/v1/encounters" else {"search_type": "TP/TP"}

    answer = shared_world.force().post(path, rest | {"impressions": fingers})

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert answer.json()["errors"][0]["pointer"] == "/impressions/1/minutiae"
    assert str(sent) not in answer.text or sent == 7
    assert shared_world.counts() == before


def test_prints_of_staff_come_without_minutiae(shared_world: World) -> None:
    body = {
        "user": "examiner-a",
        "captured_at": "2024-05-06T07:08:09Z",
        "impressions": with_minutiae(tenprint(1)),
    }

    answer = shared_world.administrator().post("/v1/staff-prints", body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/impressions/0"
