"""Lists for people with many cases: filters, orders and pages, without a script."""

from __future__ import annotations

import re
from html import unescape

import pytest

from domain.access.access import Role
from service.cli.context import CONSOLE
from service.usecases.people.integrity import check_gallery
from service.web import disclosure, retention
from service.web import links as links_page
from service.web import log as log_pages
from service.web.examination import supervision
from service.web.people import erasures as erasures_page
from service.web.requests import desk as request_desk
from service.web.searches import force
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, mark, tenprint
from tests.integration.certificates.applying import applied
from tests.integration.disclosure.restricting import restricted
from tests.integration.provenance.busy import capture_again
from tests.integration.retention.working import planned
from tests.integration.web.driver import Office, Person


def cases_of(page: str) -> list[str]:
    return re.findall(r'name="case-([0-9a-f]{32})"', page)


def test_the_overview_is_filtered_and_sorted_by_what_stands_in_its_columns(
    either_office: Office,
) -> None:
    office = either_office
    for person in range(3):
        office.world.enrol(person)
    first, second, third = (office.world.case_of(office.world.search(n)) for n in range(3))
    supervisor = office.supervisor()
    supervisor.post(f"cases/{third}/priority", priority="urgent")
    office.examiner().post(f"cases/{second}/claim")

    assert cases_of(supervisor.page("overview")) == [first, second, third]
    assert cases_of(supervisor.page("overview?sort=-since")) != []
    assert cases_of(supervisor.page("overview?sort=priority"))[0] == third
    assert cases_of(supervisor.page("overview?sort=-priority"))[-1] == third
    assert cases_of(supervisor.page("overview?priority=urgent")) == [third]
    assert cases_of(supervisor.page("overview?held=yes")) == [second]
    assert cases_of(supervisor.page("overview?held=no&sort=priority")) == [third, first]
    assert cases_of(supervisor.page("overview?activity=mark+comparison")) == []
    assert "No open cases match the filter" in supervisor.page("overview?overdue=yes")
    assert cases_of(supervisor.page("overview?waits=nonsense&sort=x")) == [first, second, third]


def test_the_order_is_told_to_readers_of_the_screen(office: Office) -> None:
    office.world.enrol(1)
    office.world.search(1)

    page = office.supervisor().page("overview?sort=target")

    assert (
        'aria-sort="ascending"><a class="govuk-link wb-sorts__link" href="?sort=-target"' in page
    )
    assert "sorted by target" in page


def test_links_go_on_page_by_page_under_the_references_of_their_searches(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links_page, "_PAGE", 1)
    for person, reference in ((1, "CR/1/26"), (2, "CR/2/26")):
        person_id = office.world.enrol(person)["person_id"]
        case_id = office.world.case_of(_search(office, person, reference))
        for examiner in ("examiner-a", "examiner-b"):
            office.world.examine(case_id, examiner, person_id=person_id)

    for reader in (office.auditor(), office.supervisor()):
        newest = reader.page("links")
        older = reader.page("links" + re.findall(r'href="(\?before=[^"]+)"', newest)[0])
        assert "CR/2/26" in newest
        assert "CR/1/26" in older
        assert "CR/2/26" not in older
        link = re.findall(r"/workbench/(links/[0-9a-f]{32})", newest)[0]
        assert "CR/2/26" in reader.page(link)


@pytest.mark.parametrize("page", ["queue", "cases/{}/analysis", "cases/{}"])
def test_no_page_of_an_examiner_shows_a_reference(office: Office, page: str) -> None:
    office.world.enrol(1)
    case_id = office.world.case_of(_search(office, 1, "Op. Hidden 7"))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")

    assert "Hidden" not in examiner.page(page.format(case_id))


def test_no_page_of_a_supervisor_shows_the_reference_of_an_open_case(office: Office) -> None:
    office.world.enrol(1)
    _search(office, 1, "Op. Hidden 7")

    assert "Hidden" not in office.supervisor().page("overview")


def pages_of(reader: Person, path: str) -> list[str]:
    """Return a list's pages, reached by their links to the next one."""
    name, _, _ = path.partition("?")
    pages = [reader.page(path)]
    while further := re.search(r'href="(\?[^"]+)">Next page', pages[-1]):
        pages.append(reader.page(name + unescape(further[1])))
        assert len(pages) < 100
    return pages


def cells(pages: list[str], pattern: str) -> list[str]:
    return [found for page in pages for found in re.findall(pattern, page)]


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_list_is_sorted_over_all_its_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    office.world.enrol(1)
    for n in range(5):
        kind, fingers = ("LT/TP", mark(1, 2)) if n % 2 else ("TP/TP", tenprint(1, capture=3))
        office.world.search(1, impressions=fingers, search_type=kind)
    monkeypatch.setattr(force, "_PAGE", 2)
    monkeypatch.setattr(supervision, "_PAGE", 2)
    monkeypatch.setattr(log_pages, "_PAGE", 3)

    searches = pages_of(office.force(), f"searches?sort={sign}type")
    overview = pages_of(office.supervisor(), f"overview?sort={sign}activity&held=no")
    log = pages_of(office.auditor(), f"log?sort={sign}event&type=searched")

    for pages, pattern, number in (
        (searches, r">((?:LT|TP)/TP)<", 5),
        (overview, r">(mark comparison|tenprint check)</td>", 5),
        (log, r'/log/entries/\w+">(\d+)</a></th>', 5),
    ):
        assert len(pages) > 1
        assert len(cells(pages, pattern)) == number
    kinds, activities = (
        cells(searches, r">((?:LT|TP)/TP)<"),
        cells(overview, r">(mark comparison|tenprint check)</td>"),
    )
    for found in (kinds, activities):
        assert found == sorted(found, reverse=bool(sign))
        assert len(set(found)) == 2
    numbers = [int(one) for one in cells(log, r'/log/entries/\w+">(\d+)</a></th>')]
    assert numbers == sorted(numbers, reverse=bool(sign))
    assert len(set(cases_of("".join(overview)))) == 5


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_supervisors_lists_go_on_page_by_page_and_are_sorted_over_all_of_them(
    office: Office, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    world, supervisor = office.world, office.supervisor()
    for person in range(3):
        person_id = world.enrol(person)["person_id"]
        supervisor.post(
            "erasures", person=person_id, basis="court order", authority=f"order-{5 - person}"
        )
        capture_again(world, person, 2)
    check_gallery(world.services, CONSOLE)
    for page in (supervision, erasures_page):
        monkeypatch.setattr(page, "_PAGE", 1)
    monkeypatch.setattr(erasures_page, "_GALLERY_PAGE", 1)
    doubts = pages_of(supervisor, f"gallery?sort={sign}since")
    opened = cells(doubts, r"/workbench/gallery/([0-9a-f]{32})")
    for case_id in opened[:2]:
        supervisor.follow(f"gallery/{case_id}", outcome="refuted", reason="Another person.")

    asked = pages_of(supervisor, f"erasures?sort={sign}authority")
    settled = supervisor.page(f"gallery?settled={sign}when")
    further = re.findall(r'href="(\?[^"]*ended-before=[^"]+)">Next page', settled)

    authorities = cells(asked, r">(order-\d)</td>")
    assert authorities == sorted(["order-3", "order-4", "order-5"], reverse=bool(sign))
    assert len(doubts) == len(set(opened)) == 3
    assert len(further) == 1
    second = supervisor.page("gallery" + unescape(further[0]))
    shown = [_settled_in(page) for page in (settled, second)]
    assert sorted(one for page in shown for one in page) == sorted(opened[:2])
    assert f"settled={sign}when" in unescape(further[0])


def _settled_in(page: str) -> list[str]:
    _, _, settled = page.partition("Settled, ")
    return re.findall(r"/workbench/gallery/([0-9a-f]{32})", settled)


def test_the_log_is_sorted_by_the_words_of_its_columns(office: Office) -> None:
    office.world.enrol(1)
    office.world.search(1)

    pages = pages_of(office.auditor(), "log?sort=event")

    events = cells(pages, r'<span class="wb-small">([a-z-]+)</span></td>')
    assert events == sorted(events)
    assert len(set(events)) > 2


def test_every_heading_that_sorts_leads_to_a_page(office: Office) -> None:
    office.world.enrol(1)
    office.world.search(1)
    lists = (
        (office.force(), ("searches", "records", "links")),
        (office.auditor(), ("records", "links", "log")),
        (office.supervisor(), ("overview", "links", "gallery", "erasures", "differences")),
    )

    for reader, paths in lists:
        for path in paths:
            page = reader.page(path)
            for address in re.findall(r'wb-sorts__link" href="(\?[^"]+)"', page):
                assert 'aria-sort="ascending"' in reader.page(path + unescape(address)), path


def _search(office: Office, person: int, reference: str) -> str:
    body = {
        "search_type": "TP/TP",
        "impressions": tenprint(person, capture=3),
        "reference": reference,
    }
    answer = office.world.force().post("/v1/searches", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["search_id"])


def test_records_and_doubts_stand_under_the_references_of_their_captures(office: Office) -> None:
    body = encounter(1) | {"reference": "CUST/9/26"}
    assert office.world.force().post("/v1/encounters", body).status_code == 201
    double = capture_again(office.world, 1, 2)
    check_gallery(office.world.services, CONSOLE)

    records = [reader.page("records") for reader in (office.force(), office.auditor())]
    gallery = office.supervisor().page("gallery")
    doubt = re.findall(r"/workbench/(gallery/[0-9a-f]{32})", gallery)[0]

    assert all("reference CUST/9/26" in page for page in records)
    assert "CUST/9/26" in gallery
    assert "CUST/9/26" in office.supervisor().page(doubt)
    assert double not in re.sub(r'href="[^"]*"', "", records[0])
    assert "CUST" not in office.force("47").page("records")


_NEXT = re.compile(r'<a class="govuk-link" href="([^"]+)">Next page')


def _walked(person: Person, path: str, link: str) -> list[list[str]]:
    """Return what the links of each page lead to, from the first page to the last."""
    found, query = [], ""
    while True:
        page = person.page(f"{path}{query}")
        found.append(re.findall(link, page))
        following = _NEXT.search(page)
        if following is None:
            return found
        query = unescape(following[1])


def test_officers_read_requests_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_desk, "_PAGE", 2)
    opened = [opened_request(office.world, person) for person in range(1, 6)]
    officer = office.person("kim", Role.CASE_OFFICER, force="89")

    pages = _walked(officer, "requests", r'href="/workbench/requests/([0-9a-f]{32})"')

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one for page in pages for one in page) == sorted(opened)
    assert "First page" not in officer.page("requests")


def test_supervisors_read_plans_and_restrictions_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_PLANS_PAGE", 2)
    monkeypatch.setattr(disclosure, "_PAGE", 1)
    for _ in range(3):
        planned(office.world)
    for person in (1, 2):
        restricted(office.world, str(office.world.enrol(person)["person_id"]))
    sue = office.supervisor()

    of_plans = _walked(sue, "retention", r"/workbench/retention/plans/([0-9a-f]{32})")
    standing = _walked(sue, "restrictions", r'href="/workbench/restrictions/([0-9a-f]{32})"')

    assert [len(page) for page in of_plans] == [2, 1]
    assert [len(page) for page in standing] == [1, 1]
    for pages in (of_plans, standing):
        every = [one for page in pages for one in page]
        assert len(set(every)) == len(every)


def opened_request(world: World, person: int) -> str:
    """Open an application and return its request."""
    return applied(world, person).at.rpartition("/")[2]
