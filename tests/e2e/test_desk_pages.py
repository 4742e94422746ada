"""Pages beside an examination: log entries, referrals, doubts, erasures, differences.

Each with something on it, without violations of WCAG 2.2 AA, on a laptop and on a telephone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from service.cli.context import CONSOLE
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.people.integrity import check_gallery
from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site, running_site
from tests.integration.api.driver import World
from tests.integration.certificates.referring import child_protection, refer
from tests.integration.provenance.busy import capture_again

SIZES = ((1366, 768), (390, 844))


@dataclass(frozen=True, slots=True)
class Furnished:
    """What stands on the pages of an office."""

    request: str
    referral: str
    doubt: str
    erasure: str
    difference: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an office of its own: people without pictures would stand in the way of others."""
    with running_site(tmp_path_factory.mktemp("desk") / "store") as site:
        yield site


@pytest.fixture(scope="module")
def furnished(site: Site) -> Furnished:
    """Fill every list: two doubts, three erasures, a difference, a referral that waits."""
    world = World(site.app, TestClient(site.app), io.StringIO())
    request = child_protection(world)
    assert request.search_by_details()
    request.identify_first()
    people = [world.enrol(person)["person_id"] for person in (70, 71, 72)]
    for person in (70, 71):
        capture_again(world, person, 2)
    check_gallery(site.bench.services, CONSOLE)
    page = world.supervisor().get("/v1/gallery-cases").json()
    settled, doubt = (one["case_id"] for one in page["cases"])
    world.supervisor().post(
        f"/v1/gallery-cases/{settled}/conclusion", {"outcome": "refuted", "reason": "Twins."}
    )
    erasures = [_ask_erasure(world, person, n) for n, person in enumerate(people)]
    world.supervisor("supervisor-y").post(f"/v1/erasures/{erasures[0]}/confirmation")
    world.supervisor().post(f"/v1/erasures/{erasures[1]}/call-back")
    differing = site.tenprint_case(31)
    site.examine(differing, "examiner-a", identify=31)
    site.examine(differing, "examiner-b", identify=None)
    assert site.bench.signer is not None
    make_checkpoint(site.bench.services, site.bench.signer)
    at = request.at.rpartition("/")[2]
    return Furnished(at, refer(request), doubt, erasures[0], differing)


def _ask_erasure(world: World, person_id: str, number: int) -> str:
    body = {"basis": "retention period ended", "authority": f"ORDER-{number}"}
    answer = world.supervisor().post(f"/v1/people/{person_id}/erasure", body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["erasure_id"])


def _check(desk: Desk, path: str, says: str, name: str) -> None:
    """Open a page at each size: it says this, is accessible, and nothing overflows."""
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.go(path)
        desk.page.wait_for_load_state()
        assert says in desk.page.inner_text("main"), path
        desk.check(f"{name}-{width}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_an_entry_of_the_log(desks: Desks, furnished: Furnished) -> None:
    del furnished
    desk = desks.sit_down("auditor-a")
    desk.go("log?type=erasure-asked")
    found = re.search(r"log/entries/\w+", desk.page.content())
    assert found is not None

    _check(desk, found[0], "Checked just now", "log-entry")


def test_referrals(desks: Desks, furnished: Furnished) -> None:
    officer, body = desks.sit_down("officer-a"), desks.sit_down("body-a")

    _check(officer, f"requests/{furnished.request}/referrals", "not yet", "referrals-of-request")
    _check(body, "referrals", "child", "referrals")
    _check(body, f"referrals/{furnished.referral}", "Surname1", "referral")
    body.follow("main button.govuk-button")
    body.page.wait_for_selector(".govuk-error-summary")
    body.check("referral-error")


def test_doubts(desks: Desks, furnished: Furnished) -> None:
    desk = desks.sit_down("supervisor-a")

    _check(desk, "gallery", "Settled", "gallery-filled")
    _check(desk, "gallery?sort=-since&settled=by", "sorted by settled by", "gallery-sorted")
    _check(desk, f"gallery/{furnished.doubt}", "Record this decision", "gallery-case")
    desk.follow("main button.govuk-button")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("gallery-case-error")


def test_erasures(desks: Desks, furnished: Furnished) -> None:
    desk = desks.sit_down("supervisor-a")

    _check(desk, "erasures", "Ended", "erasures")
    _check(desk, "erasures?sort=state&ended=-by", "sorted by state", "erasures-sorted")
    _check(desk, f"erasures/{furnished.erasure}", "ORDER-0", "erasure")
    desk.go("erasures")
    desk.follow("main button.govuk-button")
    desk.page.wait_for_selector(".govuk-error-summary")
    desk.check("erasures-error")


def test_differences(desks: Desks, furnished: Furnished) -> None:
    desk = desks.sit_down("supervisor-a")

    _check(desk, "differences", "excluded", "differences-filled")
    desk.go(f"differences/{furnished.difference}")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.wait_for_prints()
    desk.check("difference-390")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
