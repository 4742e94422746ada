"""Every page and state that somebody of each role reaches by links, against WCAG 2.2 AA.

A crawler signs in as each role on the store of `identlink demo --services`, with one item of every
kind beside. It follows links only: no form is sent, so states after a form are in other tests.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from domain.access.access import Role
from domain.ids import ForceCode
from service.app import create_app
from service.bootstrap.runtime import start
from service.demo.stage import SyntheticPrints
from service.logs import build_logger
from service.settings import load_settings
from service.usecases.access.accounts import AddAccount, add_account
from service.usecases.messages.deliveries import queue_messages
from service.web.glossary import PATH as GLOSSARY
from tests.e2e.crawling import Crawl, Routes
from tests.e2e.desks import HEIGHT_PX, WIDTH_PX, Desk, Desks
from tests.e2e.narrow import HIGHEST_PX, TELEPHONE
from tests.e2e.site import PEOPLE, SEED, Site, serving
from tests.integration.agencies.agreeing import agreed, asked_about
from tests.integration.api.driver import ROOT, World
from tests.integration.applications.applying import applied_for
from tests.integration.conversion.working import Roll
from tests.integration.parity.routes import pages_of
from tests.integration.provenance.test_demo import identlink
from tests.integration.publication.working import answered
from tests.integration.publication.working import asked as asked_for_information
from tests.integration.retention.test_reviews import opened
from tests.integration.retention.working import UNKNOWN, enrol
from tests.integration.tenancy.bodies import THEIRS
from tests.integration.tenancy.theirs import ids_of_theirs
from tests.integration.web.driver import PASSWORD, with_fast_hashes

pytestmark = [
    pytest.mark.full,
    pytest.mark.dear("opens every page of every role in a browser, with axe four times on each"),
]

_IS_WIDER = "(one => one.scrollWidth > one.clientWidth)(document.documentElement)"
_HEIGHT_PX = "document.documentElement.scrollHeight"
_ROLES = sorted(set(Role) - {Role.COURT_FEED, Role.PUBLIC_PAGES})
"""Systems without accounts open no page."""
_FORCES = {Role.FORCE: THEIRS, Role.CASE_OFFICER: "89", Role.RECONCILER: "89"}

NO_LINK = {
    "/workbench/today": (
        {Role.EXAMINER, Role.AGENCY, Role.KEYER, Role.RECONCILER, Role.SAMPLER},
        "their first page lists all that waits for them",
    ),
    "/workbench/conversion/frames/{frame_id}/image": (
        {Role.AUDITOR, Role.SUPERVISOR},
        "a picture; the pages that show it belong to those who key, settle and read",
    ),
}
"""Pages that a role may open and no link leads to, with the reason."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the store of the demo, with an account of each role."""
    store = tmp_path_factory.mktemp("every") / "store"
    identlink(store, "demo", "--persons", "100", "--no-serve", "--port", "0", "--services")
    settings = load_settings(store=store, workbench_over_http=True, differences_reviewed=True)
    runtime = start(settings)
    prints = SyntheticPrints(SEED, persons=PEOPLE, store=store)
    app = create_app(runtime, logger=build_logger(io.StringIO()), prints=prints)
    bench = with_fast_hashes(app)
    for role in _ROLES:
        force = ForceCode(_FORCES[role]) if role in _FORCES else None
        add_account(bench, AddAccount(ROOT, _name(role), PASSWORD, role, force))
    site = Site("", app, bench, None, store)  # type: ignore[arg-type]  # nobody is drawn
    _furnish(site)
    with serving(app) as address:
        yield replace(site, address=address)


def _name(role: Role) -> str:
    return f"crawler-{role.value}"


def _furnish(site: Site) -> None:
    """Leave one item of every kind, and work that has begun at every desk."""
    world = World(site.app, TestClient(site.app), io.StringIO())
    while queue_messages(site.bench.services):
        """Read the events of the demo first: a message about what follows is counted."""
    ids_of_theirs(world)
    agency = agreed(world)
    enquiry = agency.post("/v1/agency/requests", asked_about(6))
    assert enquiry.status_code == 201, enquiry.text
    member = {"user": site.caller(_name(Role.AGENCY)).actor.user_id}
    assert world.officer().post("/v1/agreements/HARB/members", member).status_code == 204
    applied_for(world, "police-certificate", 8)
    answered(world, asked_for_information(world))
    asked_for_information(world, words="How many marks were found?")
    enrol(world, 9, UNKNOWN)
    assert opened(world)
    roll = Roll(world, "ROLL-OPEN")
    roll.scan(1)
    roll.key(roll.scan(2), "keyer-c")
    differing = roll.scan(3)
    roll.key(differing, "keyer-c")
    roll.key(differing, "keyer-d", surname="Other")
    roll.key_twice(roll.scan(4))
    _differ(world)
    _begin_cases(world, str(site.caller(_name(Role.EXAMINER)).actor.user_id))


def _differ(world: World) -> None:
    """Leave supervisors a difference of two examiners."""
    enrolled = world.enrol(15)
    case_id = world.case_of(world.search(15))
    world.examine(case_id, "examiner-y", person_id=enrolled["person_id"])
    world.examine(case_id, "examiner-z", person_id=None)


def _begin_cases(world: World, examiner: str) -> None:
    """Leave an examiner a case at each step: claimed, analysed, compared, and decided."""
    for person, steps in ((11, 0), (12, 1), (13, 2), (14, 3)):
        enrolled = world.enrol(person)
        case_id = world.case_of(world.search(person))
        if steps == 3:
            for one in (examiner, "examiner-z"):
                found = world.examine(case_id, one, person_id=enrolled["person_id"])
                assert found.status_code < 300, found.text
            continue
        assert world.examiner(examiner).post(f"/v1/cases/{case_id}/claim").status_code == 204
        if steps > 0:
            world.analyse(case_id, examiner)
        if steps > 1:
            world.compare_all(case_id, examiner, identified=set())


def _expected(site: Site, role: Role) -> set[str]:
    """Return the pages that a role may open, by the table of routes."""
    pages = (page for page in pages_of(site.app) if page.operation.startswith("GET "))
    return {page.operation.removeprefix("GET ") for page in pages if role in page.roles}


def _check(desk: Desk, where: str) -> list[str]:
    """Return what axe finds in light, dark and chosen colours, in an office and on a telephone."""
    page, found = desk.page, desk.violations()
    page.emulate_media(color_scheme="dark")
    found += desk.violations("color-contrast")
    page.emulate_media(color_scheme="light", forced_colors="active")
    found += desk.violations("color-contrast")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
    found += desk.violations()
    if page.evaluate(_IS_WIDER):
        found.append({"rule": "wider than a telephone"})
    if (height_px := page.evaluate(_HEIGHT_PX)) > HIGHEST_PX:
        found.append({"rule": f"higher than {HIGHEST_PX} px on a telephone", "px": height_px})
    page.set_viewport_size({"width": WIDTH_PX, "height": HEIGHT_PX})
    return [f"{where}: {json.dumps(one)}" for one in found]


@pytest.mark.parametrize("role", _ROLES)
def test_every_page_that_a_role_reaches_is_accessible(
    desks: Desks, site: Site, role: Role
) -> None:
    desk = desks.sit_down(_name(role))
    routes = Routes((*(page.operation.split()[1] for page in pages_of(site.app)), GLOSSARY))
    crawl, found = Crawl(desk, routes), list[str]()

    for route in crawl.walk("/workbench"):
        found += _check(desk, route)

    left_out = {route for route, (roles, _) in NO_LINK.items() if role in roles}
    assert found == []
    assert crawl.broken == {}
    assert _expected(site, role) - crawl.reached == left_out
