"""All but zooming, overlays and points, and so an identification, works without JavaScript."""

from __future__ import annotations

from tests.e2e.desks import Desks
from tests.e2e.site import Site


def test_a_case_is_worked_without_scripts(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(18)
    desk = desks.sit_down("examiner-c", scripts=False)
    page = desk.page
    desk.follow(f"#claim-{site.task_of(case_id)}")
    desk.follow(".wb-finger >> nth=2")
    page.check("input[value=yes]")
    desk.follow("main [data-submit]")
    refused = 0
    true = site.labels(case_id, "examiner-c", 18)
    while page.locator("[data-viewer=two]").count():
        label = page.get_attribute("input[name=label]", "value")
        desk.follow(".wb-finger >> nth=1")
        assert page.locator(".wb-pane__image").count() == 2
        page.check(f"input[value={'identified' if label in true else 'excluded'}]")
        if label in true:
            seen = page.get_attribute(".wb-finger[aria-current]", "data-position")
            page.check(f"[data-finger-identified='{seen}']")
            page.fill("#reason", "As seen.")
            desk.follow("main [data-submit]")
            refused += "at least 8 pairs of points" in page.inner_text(".govuk-error-summary")
            page.check("input[value=inconclusive]")
            page.uncheck(f"[data-finger-identified='{seen}']")
        page.fill("#reason", "As seen.")
        desk.follow("main [data-submit]")
        assert page.locator(".govuk-error-summary").all_inner_texts() == []
    page.check("#finding")
    page.fill("#reason", "As seen in all fingers.")
    desk.follow("main [data-submit]")

    assert refused == 1
    assert "Your decision is sealed" in page.content()
