"""The reference of the API shows each audience its own calls; a force's come first."""

from __future__ import annotations

import pytest

from tests.e2e.desks import Desk, Desks

_SHOWN = """blocks => blocks.map(one => [
    one.querySelector(".opblock-summary-method").textContent.toLowerCase(),
    one.querySelector(".opblock-summary-path").dataset.path,
])"""


@pytest.mark.parametrize(("asked", "audience"), [("", "force"), ("?for=examiner", "examiner")])
def test_the_reference_shows_the_calls_of_one_audience(
    desks: Desks, asked: str, audience: str
) -> None:
    desk = desks.stranger()
    desk.page.goto(f"{desk.site.address}/docs{asked}")
    desk.page.wait_for_selector(".opblock")

    # Messages to webhooks stand in a section of their own, for every audience.
    blocks = desk.page.eval_on_selector_all(".opblock", _SHOWN)
    shown = {(method, path) for method, path in blocks if path.startswith("/")}

    assert shown == _calls_for(desk, audience)
    assert len(shown) > 5


def _calls_for(desk: Desk, audience: str) -> set[tuple[str, str]]:
    told = desk.page.request.get(f"{desk.site.address}/openapi.json").json()
    return {
        (method, path)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if audience in operation["tags"]
    }
