"""Pages on the screen of a telephone: accessible, and not wider than it."""

from __future__ import annotations

from tests.e2e.desks import HEIGHT_PX, WIDTH_PX, Desk

TELEPHONE = {"width": 390, "height": 844}
_OFFICE = {"width": WIDTH_PX, "height": HEIGHT_PX}
_SIZES = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def check_at_telephone(desk: Desk, name: str) -> None:
    """Demand that the page, on a telephone already, is accessible and not too wide."""
    desk.check(name)
    whole, room = desk.page.evaluate(_SIZES)
    assert whole <= room, name


def check_both(desk: Desk, name: str) -> None:
    """Demand the same of a page at the office, and when its window is as narrow as a telephone."""
    desk.check(name)
    desk.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
    check_at_telephone(desk, f"{name}-390")
    desk.page.set_viewport_size(_OFFICE)  # type: ignore[arg-type]  # as above
