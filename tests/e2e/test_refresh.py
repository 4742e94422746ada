"""The queue refreshes itself without taking the focus away."""

from __future__ import annotations

from tests.e2e.desks import Desks
from tests.e2e.site import Site


def test_a_new_case_appears_without_a_reload(desks: Desks, site: Site) -> None:
    first = site.tenprint_case(40)
    desk = desks.stranger()
    desk.page.clock.install()
    desk.sign_in("examiner-c")
    desk.go("queue?activity=tenprint+check")
    desk.page.focus(f"#claim-{site.task_of(first)}")
    mark = site.mark_case(41)
    second = site.tenprint_case(42)

    desk.page.clock.fast_forward(61_000)

    desk.page.wait_for_selector(f"#claim-{site.task_of(second)}")
    assert desk.page.locator(f"#claim-{site.task_of(mark)}").count() == 0
    assert desk.page.evaluate("document.activeElement.id") == f"claim-{site.task_of(first)}"
