"""Properties of all pages: access control, and restrictions on the browser."""

from __future__ import annotations

import pytest

from domain.access.access import Role
from tests.integration.web.driver import Office, browser

EXAMINER_PAGES = ("queue", "competence")
SUPERVISOR_PAGES = ("overview", "differences", "links", "statistics")
FORCE_PAGES = ("searches", "searches/new", "records", "links")
AUDITOR_PAGES = ("log", "records", "links", "statistics")
ADMINISTRATOR_PAGES = ("statistics",)
ALL_PAGES = {*EXAMINER_PAGES, *SUPERVISOR_PAGES, *FORCE_PAGES, *AUDITOR_PAGES}


@pytest.mark.promise("authorisation")
def test_without_a_session_every_page_leads_to_the_form(shared_office: Office) -> None:
    stranger = browser(shared_office.app)

    for path in sorted(ALL_PAGES):
        answer = stranger.get(f"/workbench/{path}", follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/workbench/sign-in")


@pytest.mark.promise("authorisation")
@pytest.mark.parametrize(
    ("role", "pages", "force"),
    [
        (Role.EXAMINER, EXAMINER_PAGES, None),
        (Role.SUPERVISOR, SUPERVISOR_PAGES, None),
        (Role.FORCE, FORCE_PAGES, "01"),
        (Role.AUDITOR, AUDITOR_PAGES, None),
        (Role.ADMINISTRATOR, ADMINISTRATOR_PAGES, None),
    ],
)
def test_each_role_opens_its_own_pages_alone(
    shared_office: Office, role: Role, pages: tuple[str, ...], force: str | None
) -> None:
    person = shared_office.person(f"some-{role.value}", role, force=force)

    answers = {path: person.get(path).status_code for path in ALL_PAGES}

    assert answers == {path: 200 if path in pages else 403 for path in ALL_PAGES}


def test_every_answer_fences_the_browser_in(shared_office: Office) -> None:
    person = shared_office.examiner()

    answers = [person.get("queue"), person.get("overview"), person.get("nowhere")]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert "onclick" not in answer.text
    assert [answer.status_code for answer in answers] == [200, 403, 404]


def test_static_files_are_kept_and_pages_are_not(shared_office: Office) -> None:
    page = shared_office.examiner().page("queue")
    style = page.split('href="/workbench/static/workbench.css')[1].split('"')[0]

    answer = browser(shared_office.app).get(f"/workbench/static/workbench.css{style}")
    missing = browser(shared_office.app).get("/workbench/static/nothing.css")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert missing.status_code == 404


def test_the_root_leads_to_the_first_page(shared_office: Office) -> None:
    person = shared_office.examiner()

    answer = person.client.get("/")

    assert answer.url.path == "/workbench/queue"
