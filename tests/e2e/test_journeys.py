"""Each persona's task from their first page, with the steps that it takes counted.

A step is a click, a field that is filled in, or a choice. `docs/pages.md` shows the counts, which
may only sink: a page that asks for one step more fails here.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.usecases.publication.releases import release_quarter
from tests.e2e.desks import HEIGHT_PX, WIDTH_PX, Desk, Desks
from tests.e2e.narrow import TELEPHONE, check_at_telephone, check_both
from tests.e2e.site import Site
from tests.integration.api.driver import World
from tests.integration.api.prints import tenprint
from tests.integration.applications.applying import applied_for, photograph
from tests.integration.applications.test_changed_people import request_of
from tests.integration.certificates.applying import issued, released
from tests.integration.disclosure.deleting import arrest, arrested, asked, deletion_request
from tests.integration.publication.working import OFFICE, give, later, this_quarter
from tests.integration.requests.working import FINE, add_convictions

PAGE = Path(__file__).parents[2] / "docs" / "pages.md"
_ROW = re.compile(r"^\| [^|]+ \| `(\w+)` \| [^|]+ \| (\d+) \|", re.MULTILINE)


@dataclass(slots=True)
class Steps:
    """A desk at which every step is counted."""

    desk: Desk
    taken: int = 0

    def follow(self, selector: str) -> None:
        """Click what leads to another page."""
        self.taken += 1
        self.desk.follow(selector)

    def press(self, words: str) -> None:
        """Press a button that leads to another page."""
        self.follow(f"main button:has-text('{words}')")

    def fill(self, selector: str, text: str) -> None:
        """Fill in a field."""
        self.taken += 1
        self.desk.page.fill(selector, text)

    def check(self, selector: str) -> None:
        """Choose a radio button, or tick a box."""
        self.taken += 1
        self.desk.page.locator(selector).first.check()

    def select(self, selector: str, value: str) -> None:
        """Choose from a list."""
        self.taken += 1
        self.desk.page.locator(selector).first.select_option(value)

    def send(self, selector: str, file: Path) -> None:
        """Choose a file."""
        self.taken += 1
        self.desk.page.set_input_files(selector, file)


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    """Return the site's API, to prepare what others have done before."""
    return World(site.app, TestClient(site.app), io.StringIO())


def told() -> dict[str, int]:
    """Return the steps that the document states, by journey."""
    return {name: int(steps) for name, steps in _ROW.findall(PAGE.read_text(encoding="utf-8"))}


def counted(name: str, *desks: Steps) -> None:
    """Demand that a journey takes as many steps as the document says."""
    assert sum(one.taken for one in desks) == told()[name], name


def test_the_document_tells_the_steps_of_every_journey() -> None:
    assert told().keys() == {
        *("told", "abroad"),
        *("certificate", "second_reading", "own_data", "deletion", "search"),
        *("priority", "difference", "audit", "figures", "embassy", "application", "names"),
    }


def _shoot_wide(desk: Desk, name: str) -> None:
    """Write a screenshot of a page on a wide screen."""
    desk.page.set_viewport_size({"width": 1920, "height": 1080})
    desk.shoot(f"{name}-1920")
    desk.page.set_viewport_size({"width": WIDTH_PX, "height": HEIGHT_PX})


def _compared(officer: Steps) -> None:
    """Tick every answer beside its document."""
    officer.follow("text=Answers and documents")
    check_both(officer.desk, "answers")
    _shoot_wide(officer.desk, "answers")
    for box in officer.desk.page.locator("input[name^='seen:']").all():
        officer.taken += 1
        box.check()
    officer.press("Save the ticks")


def _identified(officer: Steps, at: str, person: int) -> None:
    officer.check("input[name=step][value=accept]")
    officer.press("Continue")
    _compared(officer)
    officer.desk.go(at)
    officer.press("Search for the person")
    officer.taken += 1
    labels = officer.desk.page.locator("label[for^='candidate-']", has_text=f"Surname{person}")
    labels.first.click()
    officer.fill("#words", "The passport bears the name and the day.")
    officer.press("Record the outcome")


def test_a_certificate_is_decided_by_two_officers(desks: Desks, world: World) -> None:
    add_convictions(world, world.enrol(221)["record_id"], FINE | {"asn": "2101010000000000021J"})
    applied = applied_for(world, "police-certificate", 221)
    at = request_of(world, applied).at.removeprefix("/v1/")
    first, second = (Steps(desks.sit_down(name)) for name in ("office-a", "office-b"))

    first.follow("nav >> text=Requests >> nth=0")
    first.follow(f"main a[href$='{at}']")
    _identified(first, at, 221)
    first.check("input[name=decision][value=release]")
    first.press("Propose")
    second.follow("nav >> text=Today")
    check_both(second.desk, "today")
    _shoot_wide(second.desk, "today")
    second.follow("text=Requests to read as the second officer")
    second.follow(f"main a[href$='{at}']")
    second.check("input[name=reading][value=agree]")
    second.press("Record the second reading")

    shown = second.desk.page.inner_text("main")
    assert "released" in second.desk.page.inner_text("main h1").lower(), shown
    counted("certificate", first)
    counted("second_reading", second)


def test_the_answer_to_a_subject_access_is_prepared(desks: Desks, world: World) -> None:
    add_convictions(world, world.enrol(222)["record_id"], FINE)
    applied = applied_for(world, "subject-access", 222)
    at = request_of(world, applied).at.removeprefix("/v1/")
    officer = Steps(desks.sit_down("office-a"))

    officer.follow("nav >> text=Requests >> nth=0")
    officer.follow(f"main a[href$='{at}']")
    _identified(officer, at, 222)
    officer.follow("text=The answer: what we hold")
    officer.fill("#search", "Records, prints and the log.")
    officer.press("Prepare this answer")

    assert "prepared" in officer.desk.page.inner_text("main").lower()
    counted("own_data", officer)


def test_a_force_decides_on_a_deletion_that_waits_for_it(desks: Desks, world: World) -> None:
    arrested(world, world.enrol(223)["record_id"], arrest("no further action"))
    case = asked(deletion_request(world, person=223))
    clerk = Steps(desks.sit_down("custody-01"))

    clerk.follow("nav >> text=Today")
    check_both(clerk.desk, "today-of-force")
    clerk.follow("text=Deletions to decide")
    clerk.follow(f"main a[href$='{case}']")
    clerk.check("#part-entry")
    clerk.check("input[name=ground][value='no-crime']")
    clerk.fill("#reasons", "Nothing happened.")
    clerk.follow("main button")

    assert "decided" in clerk.desk.page.inner_text("main").lower()
    counted("deletion", clerk)


def test_a_clerk_searches_with_a_file(desks: Desks, tmp_path: Path) -> None:
    capture = tmp_path / "capture.json"
    capture.write_text(json.dumps({"impressions": tenprint(24)}))
    clerk = Steps(desks.sit_down("custody-01"))

    clerk.follow("nav >> text=New search")
    clerk.check("input[name=search_type][value='TP/TP']")
    clerk.check("input[name=purpose][value=arrest]")
    clerk.send("#capture", capture)
    clerk.press("Continue")

    clerk.desk.page.wait_for_selector("h1:has-text('Search')")
    counted("search", clerk)


def test_a_clerk_asks_for_a_name(desks: Desks, world: World) -> None:
    world.enrol(224)
    clerk = Steps(desks.sit_down("custody-01"))

    clerk.follow("nav >> text=Names enquiry")
    clerk.fill("#forename", "Forename224")
    clerk.fill("#surname", "Surname224")
    clerk.fill("#date_of_birth", "12 March 1984")
    clerk.check("input[name=purpose][value='identity-check']")
    clerk.press("Ask")

    assert "Possible matches" in clerk.desk.page.inner_text("section[role=status]")
    counted("names", clerk)


def test_a_supervisor_makes_a_case_urgent(desks: Desks, site: Site) -> None:
    case_id = site.tenprint_case(25)
    supervisor = Steps(desks.sit_down("supervisor-a"))

    supervisor.follow("nav >> text=Overview")
    row = f"tr:has(form[action*='{case_id}'])"
    supervisor.select(f"{row} select", "urgent")
    supervisor.follow(f"{row} button:has-text('Set')")

    assert supervisor.desk.page.locator(f"{row} select").first.input_value() == "urgent"
    counted("priority", supervisor)


def test_an_auditor_finds_who_viewed_a_person(desks: Desks, world: World) -> None:
    known = world.enrol(226)
    assert world.force().get(f"/v1/records/{known['record_id']}").status_code == 200
    auditor = Steps(desks.sit_down("auditor-a"))

    auditor.follow("nav >> text=People")
    auditor.fill("#words", known["record_id"])
    auditor.press("Find")
    auditor.follow("main a:has-text('Who has viewed')")
    check_both(auditor.desk, "consultations")

    assert "record" in auditor.desk.page.inner_text("main table")
    counted("audit", auditor)


def test_a_statistician_reads_released_figures(desks: Desks, world: World) -> None:
    give(world, 40)
    quarter = this_quarter(world)
    release_quarter(later(world), OFFICE, quarter)
    reader = Steps(desks.sit_down("administrator-a"))

    reader.follow("nav >> text=Publication")
    reader.follow("main table a >> nth=0")

    assert reader.desk.page.locator("main table").count() > 1
    counted("figures", reader)


def test_an_embassy_checks_a_certificate(desks: Desks, world: World) -> None:
    certificate = issued(released(world, 227))
    embassy = Steps(desks.stranger())
    embassy.desk.page.goto(f"{embassy.desk.site.address}/certificates")

    embassy.fill("#number", certificate["number"])
    embassy.fill("#code", certificate["code"])
    embassy.press("Check")
    check_both(embassy.desk, "certificate-checked")
    _shoot_wide(embassy.desk, "certificate-checked")

    assert "valid" in embassy.desk.page.inner_text("[role=status]").lower()
    counted("embassy", embassy)


def test_an_applicant_applies_for_a_certificate_on_a_telephone(
    applicant: Desk, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photograph())
    steps, page = Steps(applicant), applicant.page
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a mapping of two sizes
    page.goto(applicant.site.address)

    check_at_telephone(applicant, "public-first")
    _shoot_first(applicant)
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # as above
    steps.follow("text=Police certificate for another country")
    check_at_telephone(applicant, "public-police-certificate")
    steps.follow("main button")
    steps.follow("main .govuk-button")
    answers: tuple[Callable[[Steps], None], ...] = (_name, _none, _birth, _british, _passport)
    for answer in (*answers, _address, _france, _email, _none):
        answer(steps)
        steps.follow("main button:has-text('Save and continue')")
    for is_needed in (True, True, True, True, False):
        if is_needed:
            steps.send("#document", photo)
        steps.follow("main button:has-text('Save and continue')")
    check_at_telephone(applicant, "public-police-check")
    steps.check("#declared")
    steps.press("Send")

    assert "Application sent" in page.inner_text("h1")
    counted("application", steps)


def _shoot_first(applicant: Desk) -> None:
    """Write screenshots of the first page at three sizes and in Welsh, for the documents."""
    page = applicant.page
    for language, name, width in (
        ("en", "public-first", 390),
        ("en", "public-first-1366", 1366),
        ("en", "public-first-1920", 1920),
        ("cy", "public-first-welsh", 1366),
        ("en", "public-first-english", 390),
    ):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"{applicant.site.address}/language/{language}?back=/")
        # The kind of application that only tests have is on no picture.
        page.evaluate("document.querySelector('a[href$=library-ticket]').closest('li').remove()")
        applicant.check(name)
    page.reload()


def _none(steps: Steps) -> None:
    """Leave a page that need not be filled in."""
    del steps


def _name(steps: Steps) -> None:
    steps.fill("#forename", "Ottoline")
    steps.fill("#surname", "Vavasour")


def _birth(steps: Steps) -> None:
    for part, text in (("day", "12"), ("month", "3"), ("year", "1984")):
        steps.fill(f"#birth-day-{part}", text)
    steps.fill("#birth-place", "Exeter")


def _british(steps: Steps) -> None:
    steps.select("#nationalities", "GBR")


def _passport(steps: Steps) -> None:
    steps.fill("#passport-number", "925076473")


def _address(steps: Steps) -> None:
    for name, text in (("line", "1 High Street"), ("town", "Exeter")):
        steps.fill(f"#address-{name}", text)
    steps.select("#address-country", "FRA")


def _france(steps: Steps) -> None:
    steps.select("#countries", "FRA")


def _email(steps: Steps) -> None:
    steps.fill("#contact-email", "me@applicant.example")
