"""Files of prints, from call or page to the link: read, kept, searched, compared, shown."""

from __future__ import annotations

import base64
import html
import io
import json
import re
from typing import Any

import nistitl
import numpy as np
import pytest
from httpx2 import Response
from PIL import Image

from domain.ids import EncounterId, SearchId
from domain.searches.evidence import Band
from matching.match_bits import MatchModel
from service.adapters.isolation.frames import Limits
from service.adapters.prints.isolated import PrintProcesses
from service.ports.print_images import picture_facts
from service.usecases.print_desk import PrintDesk
from service.usecases.searches import correspondence
from service.usecases.services import Services
from tests.integration.api.driver import User, World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.web.driver import Office, Person, hidden_fields
from tests.print_files import (
    IMP,
    ImpressionType,
    drawn,
    image_fields,
    picture,
    tagged,
    transaction,
    type_9,
)

FINGERS = (2, 3)


def model_of_reader(services: Services) -> tuple[MatchModel, str]:
    """Return a model of print matches that gives each corresponding pair a bit."""
    reader, *_ = services.prints.finder.tools
    weights = np.array([-8.0, 0.0, 5.0, 0.0])
    model = MatchModel("pairs", reader.label, reader.digest, "", weights, {}, "0" * 64)
    return model, reader.label


def some_fingers(
    person: int, kind: str = "rolled", capture: int = 0, swapped: bool = False
) -> bytes:
    """Return a transaction with two fingers; `swapped` gives each the other's number."""
    said = {18: "SAMPLE,ALEX", 22: "19800229", 24: "F"}
    return transaction(_records(person, kind, capture, swapped=swapped), said)


def _records(person: int, kind: str, capture: int, *, swapped: bool = False) -> list[Any]:
    others = {2: 3, 3: 2} if swapped else {}
    records = []
    for position in FINGERS:
        grey = drawn(person, others.get(position, position), kind, capture)
        fields = image_fields(grey, position, _3=IMP[ImpressionType(kind)])
        records.append(tagged(14, picture(grey), fields))
    return records


def send(user: User, path: str, request: dict[str, Any], **files: bytes) -> Response:
    """Send a form of JSON and files."""
    parts = {
        name.replace("_", "-"): (name, content, "application/octet-stream")
        for name, content in files.items()
    }
    form = {"request": json.dumps(request)}
    return user.client.post(path, data=form, files=parts, headers=user.headers)


def enrol(world: World, person: int) -> dict[str, Any]:
    """Enrol a person's rolled fingers from a transaction."""
    request = {"captured_at": "2026-01-01T10:00:00Z", "reference": f"CARD-{person}"}
    answer = send(world.force(), "/v1/encounters", request, file=some_fingers(person))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def ranked(world: World, search_id: str) -> list[str]:
    with world.services.units.read() as unit:
        return [str(one.person_id) for one in unit.searches.candidates(SearchId(search_id))]


@pytest.mark.parametrize("call", ["/v1/encounters", "/v1/searches"])
@pytest.mark.parametrize("busy", ["no process is free", "no processor time"])
def test_a_busy_server_says_nothing_of_the_file(
    office: Office, call: str, busy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is too busy asks for patience; it never calls a print unreadable."""
    processes = PrintProcesses(0 if busy == "no process is free" else 1, Limits(patience_s=0.0))
    monkeypatch.setattr(PrintProcesses, "ask", staticmethod(processes.ask))
    request: dict[str, Any] = {"search_type": "TP/TP"}
    if call == "/v1/encounters":
        request = {"captured_at": "2026-01-01T10:00:00Z", "reference": "CARD-1"}

    answer = send(office.world.force(), call, request, file=some_fingers(1))
    processes.close()

    assert answer.status_code == 503, answer.text
    assert answer.json()["type"] == "/problems/prints-busy"
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.journey
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_transaction_is_enrolled_found_linked_and_replayed(
    either_office: Office, found_once: None
) -> None:
    world = either_office.world
    enrolled = [enrol(world, person) for person in (1, 2)]
    capture = some_fingers(1, "plain", 1)

    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=capture).json()

    search_id = found["search_id"]
    assert [one["fingers"] for one in enrolled] == [2, 2]
    assert not [note for note in found["notes"] if note["is_left_out"]]
    with world.services.units.read() as unit:
        kept = unit.images.of(SearchId(search_id), 2)
        views = unit.minutiae.of_encounters([EncounterId(enrolled[0]["encounter_id"])])
        candidates = unit.searches.candidates(SearchId(search_id))
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as seen:
        assert np.array_equal(np.array(seen), drawn(1, 2, "plain", 1))
    assert picture_facts(kept).ppi == 500
    assert [len(view.minutiae) > 20 for view in next(iter(views.values()))] == [True] * 2
    assert ranked(world, search_id)[0] == enrolled[0]["person_id"]
    assert all(one.evidence.is_withheld for one in candidates)

    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        answer = world.examine(case_id, examiner, person_id=enrolled[0]["person_id"])
        assert answer.status_code == 201, answer.text
    link_id = world.standing(search_id)["link"]["link_id"]
    replayed = world.auditor().post(f"/v1/links/{link_id}/replay").json()
    assert replayed["verdict"] == "exact"


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_an_image_without_a_template_is_enough_in_json(office: Office) -> None:
    world = office.world
    mate = enrol(world, 1)
    image = base64.b64encode(picture(drawn(1, 2, "plain", 1), "JPEG2000")).decode()
    finger = {"position": 2, "impression": "plain", "image": image, "ppi": 500}

    answer = world.force().post("/v1/searches", {"search_type": "TP/TP", "impressions": [finger]})

    assert answer.status_code == 201, answer.text
    assert ranked(world, answer.json()["search_id"])[0] == mate["person_id"]


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_mark_finds_its_finger_turned_round(office: Office) -> None:
    world = office.world
    mates = [enrol(world, person) for person in (1, 2)]
    mark = np.ascontiguousarray(np.rot90(drawn(2, 3, "latent", 3), 2))

    answer = send(world.force(), "/v1/searches", {"search_type": "LT/TP"}, finger_0=picture(mark))

    assert answer.status_code == 201, answer.text
    search_id = answer.json()["search_id"]
    assert ranked(world, search_id)[0] == mates[1]["person_id"]
    with world.services.units.read() as unit:
        kept = unit.images.of(SearchId(search_id), 0)
    assert kept is not None


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_what_is_left_out_is_named_and_fingers_out_of_order_are_doubted(office: Office) -> None:
    rolled = _records(1, "rolled", 0)
    plain = _records(1, "plain", 1, swapped=True)
    slap = tagged(14, picture(drawn(1)), image_fields(drawn(1), 13))
    request = {"captured_at": "2026-01-01T10:00:00Z"}

    answer = send(
        office.world.force(), "/v1/encounters", request, file=transaction([*rolled, *plain, slap])
    )

    notes = answer.json()["notes"]
    left_out = [note["words"] for note in notes if note["is_left_out"]]
    doubts = [
        note["position"] for note in notes if "prints of this finger differ" in note["words"]
    ]
    assert sum("several fingers" in words for words in left_out) == 1
    assert sum("second print" in words for words in left_out) == 2
    assert sorted(doubts) == [2, 3]


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        ({"file": b"nothing"}, "unreadable-print", "no known format"),
        ({"file": transaction([])}, "unreadable-print", "no print of a finger"),
        ({"thumb": b"x"}, "invalid-input", "A file in the form has an unknown name"),
        ({"finger_11": b"x"}, "invalid-input", "A file in the form has an unknown name"),
        ({}, "invalid-input", "no file"),
    ],
)
def test_files_that_hold_no_capture_are_refused(
    office: Office, files: dict[str, bytes], code: str, words: str
) -> None:
    user = office.world.force()
    if files:
        answer = send(user, "/v1/searches", {"search_type": "TP/TP"}, **files)
    else:
        parts = {"request": (None, json.dumps({"search_type": "TP/TP"}))}
        answer = user.client.post("/v1/searches", files=parts, headers=user.headers)

    assert_problem(answer, 400, code)
    assert words in answer.json()["detail"]


def chosen(person: Person, files: list[tuple[str, bytes]], search_type: str = "TP/TP") -> Response:
    """Choose files on the page of a new search."""
    parts = [("capture", (name, content, "application/octet-stream")) for name, content in files]
    return person.post(
        "searches/new", files=parts, search_type=search_type, purpose="arrest", reference="X-1"
    )


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_the_page_shows_prints_before_it_searches(office: Office) -> None:
    world = office.world
    mate = enrol(world, 1)
    force = office.force()
    before = world.counts()

    looked = chosen(force, [("2-plain.png", picture(drawn(1, 2, "plain", 1), ppi=None))])
    asked = world.counts()
    fields = hidden_fields(looked.text)
    done = force.post("searches/new", **{**fields, "csrf": force.csrf})

    assert looked.status_code == 200
    assert "Right index" in looked.text
    assert "does not state its resolution" in looked.text
    assert "data:image/png;base64," in looked.text
    assert "img-src 'self' data:" in looked.headers["content-security-policy"]
    assert asked == before
    search_id = done.url.path.rpartition("/")[2]
    assert ranked(world, search_id)[0] == mate["person_id"]
    assert world.standing(search_id)["reference"] == "X-1"


def test_the_page_says_how_a_file_names_its_finger(office: Office) -> None:
    force = office.force()
    data = picture(drawn(1, 2, "plain", 1))

    unnamed, named = (chosen(force, [(name, data)]) for name in ("index.png", "2.png"))

    words = "No finger is named. Name it in the name of the file"
    assert "Unknown finger" in unnamed.text
    assert words in unnamed.text
    assert words not in named.text


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_after_the_seal_an_examiner_sees_how_minutiae_correspond(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    monkeypatch.setattr(correspondence, "_model_of", model_of_reader)
    mate = enrol(world, 1)
    capture = some_fingers(1, "plain", 1)
    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=capture).json()
    case_id = world.case_of(found["search_id"])
    first = office.examiner("examiner-a")

    sealed = office.examine(case_id, first, person_id=mate["person_id"])
    world.examine(case_id, "examiner-b", person_id=mate["person_id"])
    page = first.page(f"cases/{case_id}/result")

    assert "What the matcher finds" not in sealed.text
    assert "paired minutia" not in sealed.text
    assert "What the matcher finds" in page
    charts = re.findall(r'aria-label="([^"]*): [^"]*, (\d+) paired minutiae"', page)
    assert [title.split()[0] for title, _ in charts] == ["Probe", "Exemplar"]
    assert charts[0][1] == charts[1][1]
    assert int(charts[0][1]) > 10
    (other,) = re.findall(r'href="(\?rank=1&amp;finger=\d+)">', page)
    again = first.page(f"cases/{case_id}/result{html.unescape(other)}")
    assert "paired minutiae" in again
    assert again != page
    assert "no bits" in page
    assert "The prints have no weight of evidence (bits)" in page
    # Bits of fingers are told; their sum is not, for nothing was rehearsed.
    assert re.findall(r'numeric">([+-]\d\.\d)</td></tr>', page) == ["+7.0", "+7.0"]
    assert (
        "too few trial searches have been run in this gallery to support a total (0 so far)"
        in page
    )
    assert "Bits</th>" not in sealed.text
    assert_bits_are_told(world, case_id)


def assert_bits_are_told(world: World, case_id: str) -> None:
    """Assert that the API tells the bits of both fingers, and no sum, as nothing was rehearsed."""
    answer = world.examiner("examiner-b").get(f"/v1/cases/{case_id}/result").json()
    told = answer["candidates"][0]["print_bits"]
    assert [one["bits"] for one in told["fingers"]] == [7.0, 7.0]
    assert all(one["pairs"] > 10 for one in told["fingers"])
    assert (told["together"], told["rehearsed"]) == (None, 0)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_what_people_marked_leads_is_said_and_comes_back(office: Office, found_once: None) -> None:
    world = office.world
    grey = drawn(1, 2, "rolled", 0)
    # Places that no extractor finds: the corners, 2.54 mm inside.
    corners = [("0500", "0500"), ("2100", "0500"), ("0500", "2100"), ("2100", "2100")]
    rows = [[str(at), x + y + "090", "0", "A"] for at, (x, y) in enumerate(corners, 1)]
    image = tagged(14, picture(grey), image_fields(grey, 2, _3=1))
    data = transaction([image, type_9({4: "S", 6: 2, 12: rows}, idc=1)])
    request = {"captured_at": "2026-01-01T10:00:00Z"}

    answer = send(world.force(), "/v1/encounters", request, file=data).json()
    sent_back = world.force().get(f"/v1/encounters/{answer['encounter_id']}/prints").content

    words = [note["words"] for note in answer["notes"]]
    assert any("4 minutiae that people marked" in one for one in words)
    with world.services.units.read() as unit:
        one = EncounterId(answer["encounter_id"])
        (view,) = unit.minutiae.of_encounters([one])[one]
    kept = [(item.x_px, item.y_px) for item in view.minutiae[:4]]
    assert kept[0] == (98, grey.shape[0] - 1 - 98)
    assert len(view.minutiae) > 20
    message = nistitl.Message()
    message.parse(sent_back)
    assert [record.type for record in message] == [1, 2, 14, 9]
    assert len(message[3][331].value) == 4


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_the_result_says_where_two_extractors_met(
    office: Office, found_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = office.world
    with monkeypatch.context() as earlier:
        earlier.setattr(PrintDesk, "read_by", lambda *_: "leader/1.32.0")
        mate = enrol(world, 1)
    capture = some_fingers(1, "plain", 1)
    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=capture).json()
    case_id = world.case_of(found["search_id"])
    first, second = office.examiner("examiner-a"), office.examiner("examiner-b")
    for examiner in (first, second):
        office.examine(case_id, examiner, person_id=mate["person_id"])

    page = first.page(f"cases/{case_id}/result")

    assert "the exemplar by leader/1.32.0" in page
    assert "no overall probability is given" in page
    with world.services.units.read() as unit:
        candidates = unit.searches.candidates(SearchId(found["search_id"]))
    assert {(one.evidence.band, one.evidence.posterior) for one in candidates} == {
        (Band.NONE, None)
    }
