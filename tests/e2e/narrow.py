"""Pages on the screen of a telephone: accessible, not wider than it, and not endless."""

from __future__ import annotations

from tests.e2e.desks import HEIGHT_PX, WIDTH_PX, Desk

TELEPHONE = {"width": 390, "height": 844}
_OFFICE = {"width": WIDTH_PX, "height": HEIGHT_PX}
HIGHEST_PX = 6_000
"""Seven screens: whoever scrolls further has lost the place."""
_SIZES = """(({scrollWidth, clientWidth, scrollHeight}) =>
    [scrollWidth, clientWidth, scrollHeight])(document.documentElement)"""


def check_at_telephone(desk: Desk, name: str, *, highest_px: float = HIGHEST_PX) -> None:
    """Demand that a page on a telephone is accessible, and neither too wide nor too high.

    The picture shows what was refused, if anything was: there the page puts the focus.
    """
    refusal = desk.page.locator(".govuk-error-summary")
    if refusal.count():
        refusal.scroll_into_view_if_needed()
    desk.check(name)
    whole, room, height = desk.page.evaluate(_SIZES)
    assert whole <= room, name
    assert height <= highest_px, (name, height)


def check_both(desk: Desk, name: str, *, highest_px: float = HIGHEST_PX) -> None:
    """Demand the same of a page at the office, and when its window is as narrow as a telephone."""
    desk.check(name)
    desk.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
    check_at_telephone(desk, f"{name}-390", highest_px=highest_px)
    desk.page.set_viewport_size(_OFFICE)  # type: ignore[arg-type]  # as above
