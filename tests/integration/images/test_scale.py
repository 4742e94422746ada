"""Pictures of other resolutions: the distances of an analysis are those of its picture's scale."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from domain.examination.cases import PointPair, added_points
from domain.ids import CaseId, UserId
from domain.prints.prints import FingerPosition
from tests.integration.images.test_files import enrol, send
from tests.integration.web.driver import Office
from tests.points import pairs_sent
from tests.print_files import drawn, image_fields, picture, tagged, transaction


def scanned(ppi: int) -> bytes:
    """Return a transaction with one plain print, scanned at this resolution."""
    grey = drawn(1, 2, "plain", 1)
    size = tuple(round(side * ppi / 500) for side in grey.shape[::-1])
    other = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS))
    fields = image_fields(other, 2, _9=ppi, _10=ppi)
    return transaction([tagged(14, picture(other, ppi=ppi), fields)])


@pytest.mark.parametrize(("ppi", "near_px"), [(512, 12), (569, 13), (1_000, 24)])
@pytest.mark.dear("reads pictures and compares their minutiae")
def test_an_analysis_is_sealed_with_the_resolution_of_its_picture(
    office: Office, ppi: int, near_px: int
) -> None:
    world = office.world
    enrol(world, 1)
    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=scanned(ppi))
    case_id = world.case_of(found.json()["search_id"])
    examiner = world.examiner("examiner-a")
    assert examiner.post(f"/v1/cases/{case_id}/claim").status_code == 204
    marked = {"position": 2, "features": [{"x_px": 100, "y_px": 100}]}
    body = {"is_of_value": True, "notes": "Clear ridges.", "fingers": [marked]}

    sealed = examiner.post(f"/v1/cases/{case_id}/analysis", body)

    assert sealed.status_code == 204, sealed.text
    with world.services.units.read() as unit:
        analysis = unit.cases.analysis(CaseId(case_id), UserId("examiner-a"))
    assert analysis is not None
    assert [one.ppi for one in analysis.fingers] == [ppi]
    index = FingerPosition.RIGHT_INDEX
    near = PointPair(index, 100 + near_px, 100, 7, 7)
    far = PointPair(index, 101 + near_px, 100, 7, 7)
    assert added_points(analysis, [near, far]) == (far,)


@pytest.mark.dear("reads pictures and compares their minutiae")
def test_a_point_lies_on_its_picture(office: Office) -> None:
    world = office.world
    enrol(world, 1)
    found = send(world.force(), "/v1/searches", {"search_type": "TP/TP"}, file=scanned(500))
    case_id = world.case_of(found.json()["search_id"])
    user, at = world.examiner("examiner-a"), f"/v1/cases/{case_id}"
    user.post(f"{at}/claim")
    world.analyse(case_id, "examiner-a")
    label = user.get(f"{at}/exemplar").json()["label"]
    (finger,) = world.look(case_id, "examiner-a", label)
    body = {"label": label, "outcome": "excluded", "reason": "Seen.", "fingers_compared": [finger]}
    inside = pairs_sent(finger)[0]
    sides = ("probe_x_px", "probe_y_px", "exemplar_x_px", "exemplar_y_px")

    refused = [
        user.post(f"{at}/comparisons", body | {"points": [inside | {side: 4_000}]})
        for side in sides
    ]
    sealed = user.post(f"{at}/comparisons", body | {"points": [inside]})

    assert {answer.status_code for answer in refused} == {409}
    assert all("lies outside its picture" in answer.text for answer in refused)
    assert sealed.status_code == 204, sealed.text
