"""A newcomer with a NIST file and an image: both prints with their minutiae, and a link.

The commands are those of docs/first-steps.md; the rest happens in a browser, as it tells.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page, expect

from domain.prints.prints import FingerPosition
from service.adapters.reading.nist_files import read_transaction
from service.ports.print_reading import PrintFile
from tests.integration.documents.snippets import Block, blocks_of, run
from tests.interop.served_demo import served
from tests.interop.visitors import (
    Visitors,
    browser,
    is_blank,
    minutiae_drawn,
    print_of,
    wait_for_prints,
)

ROOT = Path(__file__).parents[2]
STORE, SAMPLES = Path("var/images"), Path("var/images/samples")
FINGER = FingerPosition.RIGHT_INDEX
FEATURES, PAIRS = 4, 8
"""More than the policy on findings demands of a print of one finger."""
MOST_EXEMPLARS = 5
TOLD = {
    **{name: "" for name in os.environ if name.startswith("IDENTLINK_")},
    "IDENTLINK_TRIAL": "false",
    "PYTHONPATH": str(ROOT),
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
}
"""The environment of the commands: no setting, and the tree that is tested."""


def commands_of_the_document() -> tuple[Block, Block]:
    """Return the demo, without the line that installs extras, and the command that enrols."""
    text = (ROOT / "docs/first-steps.md").read_text()
    section = text[text.index("## Prints as images") : text.index("## Commands")]
    begun, enrolled = blocks_of(section)
    install, _, demo = begun.text.partition("\n")
    # The environment of the tests has these extras; `make test-interop` locks them.
    assert install == "pip install --quiet 'identlink[nist,prints]'"
    return Block("sh", demo), enrolled


def test_from_a_nist_file_and_an_image_to_both_prints_and_a_link(tmp_path: Path) -> None:
    place, (demo, enrol) = tmp_path, commands_of_the_document()
    with served(demo, place, TOLD) as begun, browser() as chromium:
        address = re.search(r"(http://\S+)/workbench", begun.shown)
        password = re.search(r"password (\S+) as", begun.shown)
        assert address, begun.shown
        assert password, begun.shown
        visitors = Visitors(chromium, address[1], password[1])

        (enrolled,) = run([enrol], place, **TOLD)
        force = visitors.sign_in("custody-a")
        search_with(force, place / SAMPLES / "2.png")
        file = read_transaction((place / SAMPLES / "newcomer.an2").read_bytes())
        on_file = right_index_of(file)
        first, second = map(visitors.sign_in, ("examiner-a", "examiner-b"))
        examine(first, on_file)
        expect(first.get_by_text("Your decision is sealed")).to_be_visible()
        force.reload()
        expect(force.get_by_text("Waiting for the examiners")).to_be_visible()
        examine(second, on_file)
        expect(second.locator("h1")).to_contain_text("Result")
        expect(second.locator("main")).to_contain_text("What the matcher finds in the minutiae")
        assert file.transaction is not None
        link_id = linked(force, file.transaction.control_number)
        shown = export(place, link_id)

    assert "1 enrolled, 0 enrolled before, 0 refused." in enrolled.printed
    assert visitors.complaints == []
    assert "Every statement holds." in shown
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(f"journey: {used.ru_utime + used.ru_stime:.0f} s of processor time\n")


def search_with(page: Page, image: Path) -> None:
    """Search with an image on the page of a new search, after a look at what was read."""
    page.click("main >> text=New search")
    page.check("input[value='TP/TP']")
    page.check("input[name=purpose][value=arrest]")
    page.set_input_files("#capture", image)
    page.click("main button:has-text('Continue')")
    expect(page.locator("h1")).to_have_text("Are these the right prints?")
    card = page.locator(".wb-capture")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Right index")
    expect(card).to_contain_text(re.compile(r"[1-9]\d+ minutiae.*quality \d+ of 100", re.DOTALL))
    assert not is_blank(card.locator("img"))
    page.click("text=Search with these prints")
    expect(page.get_by_text("Examiners are deciding")).to_be_visible()


def examine(page: Page, on_file: npt.NDArray[np.uint8]) -> None:
    """Take the case, mark up the probe, compare until the exemplar agrees, and decide."""
    page.click("text=Take the next case")
    analyse(page)
    for _ in range(MOST_EXEMPLARS):
        wait_for_prints(page)
        # What the eye sees at once: whether this is the print of the file.
        is_mate = is_same_picture(print_of(page, "exemplar"), on_file)
        (identify if is_mate else exclude)(page)
        if is_mate:
            break
    else:
        pytest.fail("No exemplar was the print of the file that was enrolled.")
    onward = page.get_by_role("link", name="Go to the decision")
    if onward.count():
        expect(onward).to_be_in_viewport()
        onward.click()
    expect(page.locator("h1")).to_contain_text("Decision")
    expect(page.locator("main")).to_contain_text("identified: right index")
    page.get_by_role("button", name="Seal the decision").click()


def analyse(page: Page) -> None:
    """Mark features of the probe, and seal that it is of value."""
    wait_for_prints(page)
    show_minutiae(page, "probe")
    page.keyboard.press("p")
    for digit in range(1, FEATURES + 1):
        for key in ("5", str(digit), "Enter"):
            page.keyboard.press(key)
    expect(page.locator("[data-feature-count]")).to_contain_text(f"{FEATURES} features marked")
    page.get_by_label("Of value").check()
    page.click("text=Seal the analysis")
    expect(page.locator("h1")).to_contain_text("Comparison with")


def identify(page: Page) -> None:
    """Identify the exemplar with pairs of points, as far from each other as a hand puts them.

    They are where skin could have them, and no more: this is a journey through the pages.
    """
    show_minutiae(page, "probe", "exemplar")
    page.keyboard.press("p")
    for digit in range(1, PAIRS + 1):
        aside = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")[digit % 4]
        # The middle of a frame has ridges; its corners may be blank paper.
        probe, exemplar = ("5", str(digit)), ("5", str(digit), *[aside] * (2 + digit % 3))
        for key in (*probe, "Enter", *exemplar, "Enter"):
            page.keyboard.press(key)
    expect(page.locator("[data-point-count]")).to_contain_text(f"{PAIRS} point pairs marked")
    page.get_by_label("Identified").check()
    expect(page.get_by_role("checkbox", name="right index")).to_be_checked()
    seal(page)


def exclude(page: Page) -> None:
    """Exclude the exemplar: the probe has one finger, and it differs."""
    page.get_by_label("Excluded").check()
    seal(page)


def seal(page: Page) -> None:
    """Give a phrase of the page as the reason, and seal."""
    page.locator("[data-phrase]:visible").first.click()
    with page.expect_navigation():
        page.click("text=Seal and go on")


def show_minutiae(page: Page, *sides: str) -> None:
    """Turn minutiae on, which then are drawn over prints that are not blank."""
    panes = [page.locator(f".wb-pane[data-side={side}] [data-view]") for side in sides]
    before = [(is_blank(pane), minutiae_drawn(pane)) for pane in panes]
    page.click("[data-tool=minutiae]")
    assert before == [(False, 0)] * len(sides)
    assert min(minutiae_drawn(pane) for pane in panes) > 100


def is_same_picture(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> bool:
    """Whether two pictures, uint8 (h, w), agree in every pixel."""
    return one.shape == other.shape and bool(np.array_equal(one, other))


def right_index_of(file: PrintFile) -> npt.NDArray[np.uint8]:
    """Return the picture of a finger in a NIST file, uint8 (h, w)."""
    return next(one.pixels for one in file.prints if one.position is FINGER)


def linked(page: Page, control_number: str) -> str:
    """Return the id of the link that the force reads when it loads its search again."""
    page.reload()
    expect(page.locator("main")).to_contain_text("Linked")
    # The record began with the file, and bears its control number.
    expect(page.locator("main")).to_contain_text(control_number)
    link = page.locator("a[href^='/workbench/links/']")
    link_id = str(link.get_attribute("href")).rpartition("/")[2]
    link.click()
    expect(page.locator("h1")).to_contain_text("Link")
    return link_id


def export(place: Path, link_id: str) -> str:
    """Export the link as the README says, and return what the bundle's own verifier tells."""
    command = f"identlink link export {link_id} --out link.zip --store {STORE}"
    (exported,) = run([Block("sh", command)], place, **TOLD)
    assert "verify.py" in exported.printed
    bundle = place / "bundle"
    with zipfile.ZipFile(place / "link.zip") as archive:
        archive.extractall(bundle)
    # Isolated from this tree: `verify.py` needs `cryptography` and the bundle alone.
    return subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=bundle,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
