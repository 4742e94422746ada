"""`identlink demo` as a visitor meets it: one screen of output, then the tour, step by step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from domain.access.access import ROLES_OF_SYSTEMS, Role
from service.demo.tour import REFUSED, SIGN_INS, Step
from service.demo.tour import steps as steps_of_roles

SCREEN_LINES = 40
DAY = Path(__file__).parents[2] / "docs/examiner-day.md"
NAMES = {role: name for name, role in reversed(SIGN_INS)}
STEPS = steps_of_roles()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the terminal showed, and the doors in it."""

    lines: list[str]
    address: str
    password: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Run the demo until the tests are done with it."""
    store: Path = tmp_path_factory.mktemp("demo") / "store"
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "demo", "--persons", "100", "--port", "0"],
        env={**os.environ, "IDENTLINK_STORE": str(store), "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            # The directory of tests may have a name of any length.
            lines.append(line.rstrip().replace(str(store), "store"))
            if line.startswith("Ctrl-C"):
                break
        text = "\n".join(lines)
        address = re.search(r"(http://\S+)/demo/tour", text)
        password = re.search(r"password (\S+) as", text)
        assert address, text
        assert password, text
        yield Shown(lines, address[1], password[1])
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def test_the_terminal_shows_one_screen(demo: Shown) -> None:
    assert len(demo.lines) <= SCREEN_LINES
    assert max(map(len, demo.lines)) <= 100
    assert sum("linked" in line for line in demo.lines) == 4


def test_every_role_that_signs_in_has_five_steps_unless_its_work_waits_for_others() -> None:
    waiting = {Role.KEYER, Role.RECONCILER, Role.SAMPLER, Role.REFERRAL_BODY}
    expected = dict.fromkeys(NAMES, 5) | {Role.AGENCY: 4} | dict.fromkeys(waiting, 2)

    assert STEPS.keys() == set(Role) - ROLES_OF_SYSTEMS == NAMES.keys()
    assert {role: len(steps) for role, steps in STEPS.items()} == expected


def test_the_page_of_the_tour_holds_every_step(chromium: Browser, demo: Shown) -> None:
    page = chromium.new_page()
    page.goto(f"{demo.address}/demo/tour")
    Path("var/screenshots").mkdir(parents=True, exist_ok=True)
    page.screenshot(path="var/screenshots/tour.png", full_page=True)
    shown = page.inner_text("main")
    page.close()

    for role, steps in STEPS.items():
        assert NAMES[role] in shown
        assert all(f". {step.notice}".replace("`", "") in shown for step in steps)


@pytest.mark.parametrize("role", STEPS)
def test_each_step_leads_where_the_tour_says(chromium: Browser, demo: Shown, role: Role) -> None:
    context = chromium.new_context()
    page = context.new_page()
    _sign_in(page, demo, NAMES[role])

    headings = [_taken(page, demo, step) for step in STEPS[role]]

    context.close()
    wrong = [
        (step.heading, heading)
        for step, heading in zip(STEPS[role], headings, strict=True)
        if not heading.startswith(step.heading)
    ]
    assert wrong == []


def test_an_examiners_first_day_is_as_its_document_tells(chromium: Browser, demo: Shown) -> None:
    told = re.findall(r"\*\*(.+?)\*\*", DAY.read_text())
    context = chromium.new_context()
    page = context.new_page()
    _sign_in(page, demo, "examiner-b")
    seen = [page.inner_text("main")]
    page.get_by_role("button", name=re.compile("^Take the next case")).click()
    case = page.url
    page.goto(f"{demo.address}/workbench/queue")
    seen.append(page.inner_text("main"))
    page.goto(case)
    while not page.inner_text("h1").startswith("Case"):
        seen.append(page.inner_text("main"))
        _seal(page)
    seen.append(page.inner_text("main"))
    page.goto(f"{demo.address}/workbench/queue")
    seen.append(page.inner_text("main"))
    context.close()

    shown = "\n".join(seen)
    assert [words for words in told if words not in shown] == []
    assert len(told) > 10


def _seal(page: Page) -> None:
    """Fill in the form of this page, and seal it."""
    heading = page.inner_text("h1")
    if heading.startswith("Analysis"):
        page.locator("main label", has_text="Of value").click()
    elif heading.startswith("Comparison"):
        page.locator("main label", has_text="Excluded").click()
    else:
        page.locator("main .govuk-radios__label").first.click()
    reason = page.locator("textarea[name=reason], textarea[name=reasons]")
    if reason.count() and not reason.first.input_value():
        reason.first.fill("Seen side by side.")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Seal")).click()


def _sign_in(page: Page, demo: Shown, name: str) -> None:
    page.goto(f"{demo.address}/workbench/sign-in")
    page.fill("#name", name)
    page.fill("#password", demo.password)
    page.click("main button")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def _taken(page: Page, demo: Shown, step: Step) -> str:
    """Take a step; return the heading of the page where it ends."""
    if step.at:
        answer = page.goto(f"{demo.address}/workbench/{step.at}")
        assert answer is not None
        assert (answer.status == 200) == (step.heading != REFUSED)
    for words in step.clicks:
        # A link of the navigation before a link of the text, a button before a choice.
        found = page.get_by_role("link", name=words, exact=True)
        found = found.or_(page.get_by_role("button", name=re.compile(f"^{re.escape(words)}")))
        found = found.or_(page.locator("main label", has_text=words))
        found.first.click()
        page.wait_for_load_state()
    return page.inner_text("h1").strip()
