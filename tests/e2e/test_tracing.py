"""Ridges traced in a probe: by keyboard, taken back, sealed, and shown beside the exemplar."""

from __future__ import annotations

import json

from tests.e2e.desks import Desk, Desks
from tests.e2e.site import Site


def test_a_ridge_is_traced_by_keys_and_stays_with_the_sealed_mark_up(
    desks: Desks, site: Site
) -> None:
    case_id = site.mark_case(21)
    desk = desks.sit_down("examiner-c")
    desk.go("queue?activity=mark+comparison")
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.wait_for_prints()

    desk.press("p", *["k"] * 5, "5", "Enter", "ArrowRight", "Enter", "ArrowRight", "Enter", "b")
    desk.press("ArrowDown", "Enter", "ArrowLeft", "Enter")
    two = _traces(desk)
    desk.press("u")
    one = _traces(desk)
    told = desk.page.inner_text("[data-feature-count]")
    desk.check("analysis-traced")
    desk.press("v")
    desk.follow("[data-submit]")
    desk.wait_for_prints()

    assert [len(places) for _, places in two] == [3, 2]
    assert [len(places) for _, places in one] == [3]
    assert "0 features marked, 2 ridges traced. The next one: a place of a ridge." in told
    shown = desk.page.get_attribute("[data-traced]", "data-traced") or ""
    assert json.loads(shown) == one
    assert one == two[:1]


def _traces(desk: Desk) -> list[tuple[int, list[list[int]]]]:
    text = desk.page.input_value("[data-traces]")
    return json.loads(text)  # type: ignore[no-any-return]
