"""Minutiae from a force's request to the overlay, following the capture everywhere."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.ids import PersonId, SearchId
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, encode_record
from service.ports.print_images import OfEncounter
from tests.integration.api.minutiae import a_view, travelling, with_minutiae
from tests.integration.api.prints import encounter, tenprint
from tests.integration.web.driver import Office, Person, label_of
from tests.integration.web.pictures import grey_png, post_capture

FINGER = 2


def _shown(view: MinutiaeView, *, scale: float = 1.0) -> list[dict[str, Any]]:
    return [
        {
            "x_px": round(minutia.x_px * scale, 1),
            "y_px": round(minutia.y_px * scale, 1),
            "angle_rad": round(minutia.angle_rad, 3),
            "kind": minutia.kind.value,
        }
        for minutia in view.minutiae
    ]


def test_minutiae_of_a_request_are_those_of_the_overlay(either_office: Office) -> None:
    office = either_office
    for person in range(6):
        body = encounter(person) | {"impressions": with_minutiae(tenprint(person), seed=5)}
        assert office.world.force().post("/v1/encounters", body).is_success
    search_id = office.world.search(2, impressions=with_minutiae(tenprint(2, capture=3)))
    case_id = office.world.case_of(search_id)
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    probe = examiner.get(f"cases/{case_id}/prints/probe/{FINGER - 1}.json")
    comparison = examiner.follow(f"cases/{case_id}/analysis", value="yes").text

    exemplar = examiner.get(f"cases/{case_id}/prints/{label_of(comparison)}/{FINGER - 1}.json")

    # Neither has a picture: the frame of 60 x 80 pixels is fitted into the placeholder.
    scale = 512 / 80
    assert probe.json()["minutiae"] == _shown(a_view(FINGER), scale=scale)
    assert exemplar.json()["minutiae"] == _shown(a_view(FINGER, seed=5), scale=scale)
    assert set(probe.json()) == {"origin", "width_px", "height_px", "dpi", "minutiae"}


def test_a_capture_that_a_link_enrols_keeps_its_minutiae_until_it_is_erased(
    either_office: Office,
) -> None:
    office = either_office
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    search_id = office.world.search(2, impressions=with_minutiae(tenprint(2, capture=3)))
    case_id = office.world.case_of(search_id)
    for name in ("examiner-a", "examiner-b"):
        office.examine(case_id, office.examiner(name), person_id=people[2])
    with office.world.services.units.read() as unit:
        link_id = unit.queue.link_of_case(case_id)  # type: ignore[arg-type]
        link = unit.links.get(link_id) if link_id else None
        assert link is not None
        assert link.encounter_id is not None
        enrolled = unit.encounters.get(link.encounter_id)
    assert enrolled is not None

    image = office.bench.prints.of(OfEncounter(enrolled.encounter_id), enrolled.impressions[1])
    with office.world.services.units.write() as unit:
        unit.people.erase_person(PersonId(people[2]))
        unit.commit()

    assert image is not None
    assert len(image.minutiae) == 3
    with office.world.services.units.read() as unit:
        assert unit.minutiae.of(SearchId(search_id), FINGER) is None


def test_an_upload_with_its_picture_shows_its_minutiae_on_it(office: Office) -> None:
    for person in range(6):
        office.world.enrol(person)
    answer = _upload(office.force(), grey_png(seed=1))
    case_id = office.world.case_of(answer.url.path.rsplit("/", 1)[1])
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")

    shown = examiner.get(f"cases/{case_id}/prints/probe/{FINGER - 1}.json").json()

    assert shown["origin"] == "captured"
    assert shown["minutiae"] == _shown(a_view(FINGER))


def test_the_record_of_a_drawn_print_shows_what_was_read_from_it(office: Office) -> None:
    for person in range(6):
        office.world.enrol(person)
    drawn = render_impression(
        FingerIdentity(7, 2, FingerPosition(FINGER)), Appearance(ImpressionType.ROLLED, 80, 0)
    )
    height_px, width_px = drawn.image.shape
    view = replace(a_view(FINGER), width_px=width_px, height_px=height_px, minutiae=drawn.minutiae)
    finger = tenprint(2, capture=3)[FINGER - 1] | {"minutiae": travelling(view)}
    case_id = office.world.case_of(office.world.search(2, impressions=[finger]))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")

    shown = examiner.get(f"cases/{case_id}/prints/probe/0.json").json()

    assert len(shown["minutiae"]) == len(drawn.minutiae) > 10
    for there, here in zip(shown["minutiae"], drawn.minutiae, strict=True):
        assert abs(there["x_px"] - here.x_px) <= 0.51
        assert abs(there["y_px"] - here.y_px) <= 0.51
        assert there["kind"] == here.kind.value


def test_minutiae_of_a_picture_of_another_size_are_refused(office: Office) -> None:
    force = office.force()  # signing in writes events of its own
    before = office.world.counts()

    answer = _upload(force, grey_png(seed=1, width_px=61))

    assert answer.status_code == 422
    assert (
        "The image size stated with the minutiae differs from the size of the image itself"
        in answer.text
    )
    assert base64.b64encode(encode_record((a_view(FINGER),))).decode() not in answer.text
    assert office.world.counts() == before


def _upload(force: Person, png: bytes) -> Any:
    picture = {str(FINGER): base64.b64encode(png).decode()}
    content = {"impressions": with_minutiae(tenprint(2, capture=3)), "images": picture}
    return post_capture(force, json.dumps(content).encode())
