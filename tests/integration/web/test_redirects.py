"""Every form is answered by a redirect: Back and Reload never ask to send it again."""

from __future__ import annotations

import re

import pytest
from httpx2 import Response
from sqlalchemy import select

from domain.access.access import Role
from service.storage.tables.workbench import kept_pages
from service.usecases.access.kept_pages import PAGE_LIFE
from tests.integration.web.clock import stop_clock
from tests.integration.web.driver import Office, Person, browser, hidden_fields, sign_in
from tests.integration.web.sent_forms import NONSENSE, Filled, filled_forms

_LOCATION = re.compile(r"\?(?:.*&)?again=[\w-]+$")


@pytest.mark.dear("sends every form of an office in which one item of every kind lies")
def test_every_form_sent_with_nonsense_is_answered_by_a_redirect(
    worked: tuple[Office, dict[str, str]],
) -> None:
    office, ids = worked
    told: dict[str, Response] = {}
    wrong: dict[object, object] = {}

    for form in filled_forms(office, ids):
        client, route = form.person.client, form.route
        answer = client.post(form.address, data=form.fields, follow_redirects=False)
        place = answer.headers.get("location", "")
        if answer.status_code != 303:
            wrong[route] = answer.status_code
        elif _LOCATION.search(place):
            told[route] = shown = client.get(place)
            is_form = shown.status_code == 422 and "There is a problem" in shown.text
            wrong |= {(route, one): "not told at its field" for one in misplaced(form, shown.text)}
            wrong |= {(route, one): "not for people" for one in technical(shown.text)}
            if is_form and form.typed and NONSENSE not in shown.text:
                wrong[route] = "the input is gone"
            if shown.status_code < 400 and route not in _RESULTS:
                wrong[route] = f"{shown.status_code} at {place}"

    assert wrong == {}
    assert len(told) > 60
    assert sum(one.status_code == 422 for one in told.values()) > 20
    assert NONSENSE not in office.world.log.getvalue()


@pytest.mark.dear("sends every form of an office in which one item of every kind lies")
def test_every_form_that_is_too_large_is_answered_by_a_page(
    worked: tuple[Office, dict[str, str]],
) -> None:
    office, ids = worked
    wrong: dict[str, object] = {}

    for form in filled_forms(office, ids):
        if not form.address.startswith("/workbench/") or form.address.endswith("/searches/new"):
            continue
        # As a browser sends a large file: its length is announced.
        answer = form.person.client.post(form.address, data=form.fields | {"x": "x" * 200_000})
        is_page = answer.headers["content-type"].startswith("text/html")
        is_told = answer.status_code == 403 or "send at most 200,000 bytes" in answer.text
        if not is_page or not is_told:
            wrong[form.route] = (answer.status_code, answer.headers["content-type"])

    assert wrong == {}


def test_a_form_that_is_too_large_after_the_session_leads_to_the_sign_in(office: Office) -> None:
    answer = browser(office.app).post("/workbench/erasures", data={"x": "x" * 200_001})

    assert answer.url.path == "/workbench/sign-in"


def faults_of(page: str) -> list[tuple[str, str]]:
    """Return the fields in the box of faults of a page, and the words."""
    box = re.search(r"There is a problem.*?</ul>", page, re.DOTALL)
    return re.findall(r'<a href="#([^"]*)">(.*?)</a>', box[0]) if box else []


def misplaced(form: Filled, page: str) -> list[str]:
    """Return the fields whose faults are told nowhere but in the box, if the form is shown."""
    if f'action="{form.address}"' not in page:
        return []
    told = re.findall(r'id="([^"]+)"[^>]*class="govuk-error-message"', page)
    return [
        name
        for name, _ in faults_of(page)
        if f'id="{name}"' not in page or not {name, f"{name}-error"} & set(told)
    ]


def technical(page: str) -> list[str]:
    """Return the faults in the words of programs."""
    words = re.compile(r"JSON|YYYY|named below|pattern|[Ss]tring|\bbody\b")
    return [said for _, said in faults_of(page) if words.search(said)]


@pytest.mark.dear("sends every form of an office in which one item of every kind lies")
def test_every_field_takes_what_its_own_hint_shows(
    worked: tuple[Office, dict[str, str]],
) -> None:
    office, ids = worked
    tried, refused = set(), set()

    for form in filled_forms(office, ids):
        if not form.page:
            continue
        shown = form.person.client.get(form.page).text
        hints = dict(_EXAMPLE.findall(shown))
        fields = {name: hints.get(name, text) for name, text in form.fields.items()}
        for filler in (NONSENSE, "A1"):
            sent = {n: filler if n in form.typed - set(hints) else t for n, t in fields.items()}
            answer = form.person.client.post(form.address, data=sent).text
            told = [one for one in faults_of(answer) if _NO_DATE.search(one[1])]
            refused |= {(form.route, *one) for one in told if one[0] in hints}
        tried |= {(form.route, name) for name in hints if name in form.fields}

    assert refused == set()
    assert len(tried) > 12


_EXAMPLE = re.compile(r'id="(\w+)-hint"[^>]*>For example, ([^;.<]+)')
_NO_DATE = re.compile("real date|malformed|does not exist|YYYY")
_RESULTS = {"/certificates", "/workbench/find"}
"""Forms that ask: what is found is their answer."""


@pytest.fixture
def refused(office: Office) -> tuple[Office, Person, str]:
    """Return a supervisor whose form was refused, and where its page is kept."""
    stop_clock(office)
    sue = office.supervisor()
    fields = hidden_fields(sue.page("erasures")) | {"authority": NONSENSE}
    answer = sue.client.post("/workbench/erasures", data=fields, follow_redirects=False)
    return office, sue, answer.headers["location"]


def test_the_page_shows_the_fault_and_the_words_as_often_as_it_is_loaded(
    refused: tuple[Office, Person, str],
) -> None:
    _, sue, place = refused

    first, again = sue.client.get(place), sue.client.get(place)

    assert first.status_code == again.status_code == 422
    assert "There is a problem" in first.text
    assert NONSENSE in first.text
    assert first.text == again.text
    assert first.headers["cache-control"] == "no-store"
    assert "set-cookie" not in first.headers


def test_nobody_else_fetches_the_page(refused: tuple[Office, Person, str]) -> None:
    office, _, place = refused
    other = office.person("supervisor-b", Role.SUPERVISOR)

    shown = other.client.get(place)

    assert shown.status_code == 200
    assert NONSENSE not in shown.text
    assert NONSENSE not in browser(office.app).get(place).text


def test_another_session_of_the_same_person_fetches_it_neither(
    refused: tuple[Office, Person, str],
) -> None:
    office, sue, place = refused
    elsewhere = Person(browser(office.app), sue.user_id)
    sign_in(elsewhere, "supervisor-a")

    assert NONSENSE not in elsewhere.client.get(place).text


def test_the_page_is_fetched_at_its_own_address_alone(
    refused: tuple[Office, Person, str],
) -> None:
    _, sue, place = refused

    assert NONSENSE not in sue.client.get(place.replace("/erasures", "/restrictions")).text


def test_the_page_goes_with_the_session(refused: tuple[Office, Person, str]) -> None:
    _, sue, place = refused
    cookies = dict(sue.client.cookies)
    sue.post("sign-out")
    sue.client.cookies.update(cookies)

    shown = sue.client.get(place)

    assert shown.url.path == "/workbench/sign-in"
    assert NONSENSE not in shown.text


def test_after_ten_minutes_the_empty_form_is_there(office: Office) -> None:
    clock = stop_clock(office)
    sue = office.supervisor()
    sent = {"csrf": sue.csrf, "authority": NONSENSE}
    answer = sue.client.post("/workbench/erasures", data=sent, follow_redirects=False)
    clock.move(minutes=PAGE_LIFE.total_seconds() // 60 + 1)

    shown = sue.client.get(answer.headers["location"])

    assert shown.status_code == 200
    assert NONSENSE not in shown.text


def test_the_store_reads_nothing_of_it(refused: tuple[Office, Person, str]) -> None:
    office, sue, _ = refused
    with office.bench.services.units.read() as unit:
        rows = unit.transaction.connection.execute(select(kept_pages)).all()

    assert len(rows) == 1
    assert b"There is a problem" not in rows[0].sealed
    assert NONSENSE.encode() not in rows[0].sealed
    assert not any(secret in repr(rows) for secret in sue.client.cookies.values())


def test_hiding_somebody_drops_every_kept_page(refused: tuple[Office, Person, str]) -> None:
    office, sue, place = refused
    person_id = str(office.world.enrol(1)["person_id"])
    form = {"ground": "kept as evidence", "holder": "01", "reasons": "Needed as evidence."}
    assert sue.follow("restrictions", person=person_id, **form).status_code == 200

    assert NONSENSE not in sue.client.get(place).text


def test_of_a_session_only_the_last_pages_are_kept(office: Office) -> None:
    clock, sue, places = stop_clock(office), office.supervisor(), []
    for _ in range(21):
        clock.move(seconds=1)
        sent = {"csrf": sue.csrf, "authority": NONSENSE}
        answer = sue.client.post("/workbench/erasures", data=sent, follow_redirects=False)
        places.append(answer.headers["location"])

    shown = [NONSENSE in sue.client.get(place).text for place in places]

    assert shown == [False] + 20 * [True]


def test_a_visitor_without_a_session_is_led_to_their_own_page(office: Office) -> None:
    stranger, other = browser(office.app), browser(office.app)

    answer = stranger.post("/certificates", data={"number": NONSENSE}, follow_redirects=False)
    place = answer.headers["location"]

    assert answer.status_code == 303
    assert NONSENSE in stranger.get(place).text
    assert NONSENSE not in other.get(place).text


def test_a_session_that_never_was_keeps_no_page_of_its_own(office: Office) -> None:
    """Else whoever makes sessions up would fill the store."""
    stranger = browser(office.app)
    stranger.cookies.set("identlink-session", "made-up")

    stranger.post("/certificates", data={"number": NONSENSE})

    with office.bench.services.units.read() as unit:
        rows = unit.transaction.connection.execute(select(kept_pages)).all()
    assert [row.session_sha256 for row in rows] == [None]
