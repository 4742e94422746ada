"""Two examiners and a supervisor resolve one difference of opinion, each in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.desks import Desk, Desks
from tests.e2e.marking import mark_finger
from tests.e2e.site import Site
from tests.e2e.test_journeys import Steps, counted

DONOR = 8


@pytest.mark.journey
def test_two_examiners_differ_and_a_supervisor_resolves(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(DONOR)

    for name, wanted in (("examiner-a", DONOR), ("examiner-b", None)):
        desk = desks.sit_down(name)
        desk.follow(f"#claim-{site.task_of(case_id)}")
        labels = set() if wanted is None else site.labels(case_id, name, wanted)
        _examine(desk, labels)
    steps = Steps(desks.sit_down("supervisor-a"))
    supervisor = steps.desk
    steps.follow("nav >> text=Differences")
    steps.follow(f"a[href$='{case_id}']")
    supervisor.wait_for_prints()
    is_shown = supervisor.page.get_attribute("[data-sealed] >> nth=0", "aria-pressed")
    supervisor.check("difference-points")
    steps.check("#upheld")
    steps.fill("#reason", "The points of the first record are there.")
    steps.follow("[data-submit]")
    counted("difference", steps)
    supervisor.page.wait_for_url("**/differences")
    supervisor.go("links")
    supervisor.follow("tbody tr:first-child a")

    assert is_shown == "true"
    expect(supervisor.page.locator("h1")).to_contain_text("stands")
    expect(supervisor.page.locator("main")).to_contain_text("Difference resolved")
    expect(supervisor.page.locator("main")).to_contain_text("resolution")


def _examine(desk: Desk, labels: set[str]) -> None:
    desk.page.check("input[value=yes]")
    desk.follow("[data-submit]")
    desk.page.wait_for_selector("[data-viewer=two]")
    while desk.page.locator("[data-viewer=two]").count():
        label = desk.page.get_attribute("input[name=label]", "value")
        desk.wait_for_prints()
        if label in labels:
            mark_finger(desk)
        desk.page.check(f"input[value={'identified' if label in labels else 'excluded'}]")
        desk.page.fill("#reason", "As seen.")
        desk.follow("[data-submit]")
        desk.page.wait_for_load_state()
    desk.page.check("#finding")
    desk.page.fill("#reason", "As seen in all fingers.")
    desk.follow("[data-submit]")
    desk.page.wait_for_selector("text=Your decision is sealed")
