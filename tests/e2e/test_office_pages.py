"""Pages of the office: agreements, purges, reviews, model checks, and figures for the public.

Each with something on it, without violations of WCAG 2.2 AA, on a laptop and on a telephone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from service.usecases.publication.releases import release_quarter
from tests.e2e.desks import Desks
from tests.e2e.narrow import check_both
from tests.e2e.site import Site, running_site
from tests.integration.agencies.agreeing import agreed, creation
from tests.integration.api.driver import World
from tests.integration.publication.working import OFFICE, give, later, this_quarter
from tests.integration.retention.test_reviews import opened
from tests.integration.retention.working import DROPPED, UNKNOWN, enrol, planned, step


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an office of its own: its people would be due on the pages of others."""
    with running_site(tmp_path_factory.mktemp("office") / "store") as site:
        yield site


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return the site's API, to prepare what others have done before."""
    return World(site.app, TestClient(site.app), io.StringIO())


def test_agreements_with_agencies(desks: Desks, world: World) -> None:
    agency = agreed(world)
    assert agency.post("/v1/agency/requests", creation(80)).status_code == 201
    desk = desks.sit_down("office-a")

    desk.go("agreements")
    check_both(desk, "agreements")
    desk.follow("main table a >> nth=0")
    check_both(desk, "agreement")

    assert "Office for Harbours" in desk.page.inner_text("main")


def test_a_refused_purge_and_a_review(desks: Desks, world: World) -> None:
    for person, offence in ((81, DROPPED), (82, DROPPED), (83, UNKNOWN)):
        enrol(world, person, offence)
    step(world, planned(world), "recount")
    opened(world)
    supervisor, officer = desks.sit_down("supervisor-a"), desks.sit_down("office-a")

    supervisor.go("retention")
    check_both(supervisor, "retention")
    supervisor.follow("main table a >> nth=0")
    check_both(supervisor, "purge")
    officer.go("retention/reviews")
    check_both(officer, "reviews")
    officer.follow("main table a >> nth=0")
    check_both(officer, "review")

    assert "a larger share of all people than the cap" in supervisor.page.inner_text("main")


def test_figures_and_model_checks(desks: Desks, world: World) -> None:
    give(world, 40)
    give(world, 12, party="FRA", outcome="no record")
    release_quarter(later(world), OFFICE, this_quarter(world))
    desk = desks.sit_down("supervisor-a")

    desk.go("publication")
    check_both(desk, "publication")
    desk.follow("main table a >> nth=0")
    check_both(desk, "release")
    desk.go("model-checks")
    check_both(desk, "model-checks")

    assert "Checks on the model" in desk.page.inner_text("main")
