"""Back, Forward and Reload after a form with a fault: the browser never asks to send it again."""

from __future__ import annotations

from tests.e2e.desks import Desks


def test_back_forward_and_reload_show_pages(desks: Desks) -> None:
    desk = desks.sit_down("supervisor-a")
    page = desk.page
    desk.go("erasures")
    page.fill("#authority", "order-7")
    desk.follow("form[action='/workbench/erasures'] button")
    desk.check("erasures-refused")

    page.reload()
    reloaded = page.input_value("#authority")
    page.go_back()
    before = page.url
    page.go_forward()

    assert reloaded == page.input_value("#authority") == "order-7"
    assert before.endswith("/workbench/erasures")
    assert "There is a problem" in page.inner_text("main")
