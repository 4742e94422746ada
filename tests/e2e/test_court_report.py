"""The report of a court bundle, opened from a folder as a reader outside the office opens it."""

from __future__ import annotations

import io
import math
import re
import zipfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.desks import Desks
from tests.e2e.narrow import check_both
from tests.e2e.site import Site

PERSON = 31
READER = "https://reader.example"


@pytest.mark.dear("draws the prints of a link")
def test_a_bundle_reads_as_a_report(desks: Desks, site: Site, tmp_path: Path) -> None:
    case_id = site.tenprint_case(PERSON)
    site.examine(case_id, "examiner-b", identify=PERSON)
    site.examine(case_id, "examiner-a", identify=PERSON)
    with site.bench.services.units.read() as unit:
        link_id = unit.queue.link_of_case(case_id)
    desk = desks.sit_down("supervisor-a")
    desk.go(f"links/{link_id}")
    form = {"csrf": desk.page.input_value("input[name=csrf] >> nth=0"), "images": "yes"}
    address = f"{site.address}/workbench/links/{link_id}/court-bundle"
    answer = desk.page.context.request.post(address, form=form, timeout=120_000)
    assert answer.status == 200
    with zipfile.ZipFile(io.BytesIO(answer.body())) as archive:
        archive.extractall(tmp_path)
    (page,) = tmp_path.rglob("page.html")

    # From an address, as axe reads style sheets anew, which a browser refuses of files.
    desks.elsewhere.add(READER)
    desk.page.route(
        f"{READER}/**",
        lambda route: route.fulfill(path=page.parent / urlsplit(route.request.url).path[1:]),
    )
    desk.page.goto(f"{READER}/{page.name}")
    drawn = desk.page.evaluate(
        "() => [...document.querySelectorAll('svg image')]"
        ".map(one => one.getBoundingClientRect().width)"
    )

    # A report for paper: it has no end on a telephone.
    check_both(desk, "court-report", highest_px=math.inf)
    desk.page.locator("#marks").scroll_into_view_if_needed()
    desk.shoot("court-report-marks")
    desk.page.locator("#expert").scroll_into_view_if_needed()
    desk.shoot("court-report-expert")
    assert len(drawn) >= 4
    assert all(width > 50 for width in drawn)
    assert desk.page.locator(".gap").count() >= 8
    _assert_told(page)
    for part in ("conclusion", "strength", "notes", "differences", "exhibits", "method", "events"):
        assert desk.page.locator(f"h2#{part}").is_visible()


def _assert_told(page: Path) -> None:
    """Demand the digest of each image, the source of the scale, and what else was compared."""
    written, pictures = page.read_text(), list(page.parent.glob("prints/*.png"))
    assert len(pictures) == 18  # this person has nine fingers
    assert all(sha256(one.read_bytes()).hexdigest() in written for one in pictures)
    # A figure beyond what the model's comparisons support is stated of no print.
    assert "This is a lower limit" in written
    assert not re.search(r"\+\d\d\.\d", written)
    assert "Association of Forensic Science Providers" in written
    assert "Besides the exemplar of this link, the examiner compared" in written
