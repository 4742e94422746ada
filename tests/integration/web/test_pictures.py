"""A picture follows its capture: into an enrolment, a mark file, a control item."""

from __future__ import annotations

from dataclasses import replace

from domain.ids import EncounterId
from domain.list_pages import OpenWanted
from domain.prints.prints import Encounter
from service.ports.print_images import OfEncounter, PrintOrigin
from service.usecases.workbench import TARGETS
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.prints import mark, tenprint
from tests.integration.web.driver import Office
from tests.integration.web.pictures import grey_png, search_with_images

FINGER = 2


def test_a_capture_that_a_link_enrols_keeps_its_picture(either_office: Office) -> None:
    office = either_office
    people = [office.world.enrol(person)["person_id"] for person in range(6)]
    png = grey_png(seed=4)
    search_id = search_with_images(office.force(), tenprint(2, capture=3), {str(FINGER): png})
    case_id = office.world.case_of(search_id)
    for name in ("examiner-a", "examiner-b"):
        office.examine(case_id, office.examiner(name), person_id=people[2])
    encounter = _linked(office, case_id)

    origins = _origins(office, encounter)

    assert origins[FINGER] is PrintOrigin.CAPTURED
    assert origins[FINGER + 1] is PrintOrigin.NONE


def _linked(office: Office, case_id: str) -> Encounter:
    with office.bench.services.units.read() as unit:
        link_id = unit.queue.link_of_case(case_id)  # type: ignore[arg-type]
        link = unit.links.get(link_id) if link_id else None
        assert link is not None
        return _encounter(office, link.encounter_id)


def _encounter(office: Office, encounter_id: EncounterId | None) -> Encounter:
    assert encounter_id is not None
    with office.bench.services.units.read() as unit:
        found = unit.encounters.get(encounter_id)
    assert found is not None
    return found


def _origins(office: Office, encounter: Encounter) -> dict[int, PrintOrigin]:
    origins = {}
    for impression in encounter.impressions:
        image = office.bench.prints.of(OfEncounter(encounter.encounter_id), impression)
        assert image is not None
        origins[int(impression.position)] = image.origin
    return origins


def test_an_unsolved_mark_is_shown_with_its_picture(office: Office) -> None:
    png = grey_png(seed=5)
    search_with_images(office.force(), mark(1, FINGER), {"0": png}, search_type="LT/TP")
    later = office.world.search(1, search_type="TP/LT")
    case_id = office.world.case_of(later)
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    comparison = examiner.follow(f"cases/{case_id}/analysis", value="yes").text
    label = comparison.split('name="label" value="')[1].split('"')[0]

    shown = examiner.get(f"cases/{case_id}/prints/{label}/0.json").json()

    assert shown["origin"] == "captured"
    assert (shown["width_px"], shown["height_px"]) == (60, 80)


def test_a_control_item_has_pictures_like_any_other_case(either_office: Office) -> None:
    office = either_office
    office.bench = replace(office.bench, desk=replace(office.bench.desk, control_share=0.34))
    office.app.state.workbench = office.bench
    enrolled = [office.world.enrol(person) for person in range(6)]
    with office.bench.services.units.write() as unit:
        for person in enrolled:
            unit.images.add(EncounterId(person["encounter_id"]), [(FINGER, grey_png(seed=6))])
        unit.commit()
    ordinary, linked = (
        office.world.case_of(
            search_with_images(
                office.force(), tenprint(1, capture=capture), {str(FINGER): grey_png(seed=7)}
            )
        )
        for capture in (3, 4)
    )
    for name in ("examiner-b", "examiner-c"):
        office.world.examine(linked, name, person_id=enrolled[1]["person_id"])
    office.supervisor().post("control-items")
    with office.bench.services.units.read() as unit:
        now = office.bench.services.surroundings.clock()
        found = unit.open_work.page(OpenWanted(), TARGETS, now, limit=10).items
    cases = {str(case.case_id) for case in found}
    (control,) = cases - {ordinary}

    shown = [_probe_origins(office, case_id) for case_id in (ordinary, control)]

    assert shown[0] == shown[1]
    assert shown[0].count("captured") == 1


def _probe_origins(office: Office, case_id: str) -> list[str]:
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    address = f"cases/{case_id}/prints/probe"
    return [examiner.get(f"{address}/{index}.json").json()["origin"] for index in range(10)]


def test_a_picture_that_was_shown_is_not_shown_again_once_its_person_is_erased(
    either_office: Office,
) -> None:
    office = either_office
    person_id = office.world.enrol(1)["person_id"]
    case_id = office.world.case_of(office.world.search(1))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    comparison = examiner.follow(f"cases/{case_id}/analysis", value="yes").text
    label = comparison.split('name="label" value="')[1].split('"')[0]
    address = f"cases/{case_id}/prints/{label}/0.png"

    before = examiner.get(address).status_code
    # Pictures are cached in memory, and an erasure in another process does not reach this cache.
    have_erased(office.world, person_id)
    after = examiner.get(address).status_code

    assert (before, after) == (200, 404)
