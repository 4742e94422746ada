"""The journey of an applicant over the pages, without JavaScript."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from domain.applications.forms import FORMS
from rules.clocks import clock_rules
from service.public.rendering import english
from tests.integration.api.driver import World
from tests.integration.applications.applying import Applicant, photograph
from tests.integration.applications.test_handing import handed
from tests.integration.public.visiting import Visitor, visiting
from tests.integration.requests.working import Worked


def _request(world: World) -> Worked:
    (listed,) = world.officer().get("/v1/requests").json()["requests"]
    return Worked(world, listed["request_id"])


def test_an_applicant_applies_answers_a_question_and_reads_the_answer(visitor: Visitor) -> None:
    assert "A ticket of the library" in visitor.get("/").text
    reference, code = visitor.begin()
    checked = visitor.fill()
    assert "12 March 1984" in checked.text
    assert "United Kingdom\nFrance" in checked.text

    undeclared = visitor.send("/application/check")
    assert (undeclared.status_code, "There is a problem" in undeclared.text) == (422, True)
    sent = visitor.send("/application/check", {"declared": "yes"})
    assert reference in sent.text[sent.text.index("Application sent") :]
    visitor.send("/application/leave", shown="/application")
    assert visitor.get("/application").status_code == 403

    request = _request(visitor.world)
    request.step("ask", words="Which library?")
    typed = {"reference": reference.lower(), "code": code.replace("-", " ")}
    assert "Which library?" in visitor.send("/open", typed).text
    said = {"words": "That of Exeter."}
    answered = visitor.send("/application/answer", said, shown="/application")
    assert "We are working on your application" in answered.text


def test_an_applicant_reads_the_answer_and_cannot_withdraw_any_more(visitor: Visitor) -> None:
    visitor.begin()
    visitor.fill()
    visitor.send("/application/check", {"declared": "yes"})
    request = _request(visitor.world)
    request.search_by_details()
    request.identify()
    request.release()

    assert "/application/papers/1" in visitor.get("/application").text
    paper = visitor.get("/application/papers/1")
    late = visitor.send("/application/withdraw")

    assert paper.headers["content-disposition"].startswith("attachment")
    assert "No record is held about you" in paper.text
    assert "Information Commissioner" in paper.text
    assert late.status_code == 409
    assert "so you cannot withdraw it" in late.text


def test_an_applicant_saves_what_was_handed_over_and_nothing_uses_it_up_but_saving(
    sqlite_world: World,
) -> None:
    with visiting(sqlite_world) as visitor:
        applicant, request = handed(sqlite_world)
        opened = visitor.send("/open", vars_of(applicant))
        page = visitor.get("/application/download/1")
        looked = [visitor.get("/application/download/1").status_code for _ in range(7)]
        saved = visitor.send("/application/download/1")
        others = [visitor.get(f"/application/download/{number}") for number in (0, 2, 99)]
        visitor.send("/application/leave", shown="/open")
        closed = visitor.get("/application/download/1")

    assert "certificate.pdf" in opened.text
    assert "/application/papers/" not in opened.text
    assert set(looked) == {200}
    assert "Number of times you can still save it" in page.text
    assert saved.content.startswith(b"%PDF-")
    assert saved.headers["content-disposition"] == 'attachment; filename="certificate.pdf"'
    assert "sandbox" in saved.headers["content-security-policy"]
    assert saved.headers["cache-control"] == "no-store"
    assert {one.status_code for one in others} == {404}
    assert closed.status_code == 403
    (listed,) = request.officer.get(f"{request.at}/handovers").json()["handovers"]
    assert listed["fetched"] == 1


def test_saving_needs_the_token_of_the_session_and_has_an_allowance(sqlite_world: World) -> None:
    at = "/application/download/1"
    with visiting(sqlite_world, downloads_per_hour=1) as visitor:
        applicant, request = handed(sqlite_world)
        visitor.send("/open", vars_of(applicant))
        forged = visitor.client.post(at, data={"csrf": "0" * 64})
        codes = [visitor.send(at).status_code for _ in range(2)]

    assert forged.status_code == 403
    assert codes == [200, 429]
    (listed,) = request.officer.get(f"{request.at}/handovers").json()["handovers"]
    assert listed["fetched"] == 1


def vars_of(applicant: Applicant) -> dict[str, str]:
    """Return what an applicant types to open their application."""
    return {"reference": applicant.reference, "code": applicant.code}


BAD_PAGES: list[tuple[str, dict[str, Any], str]] = [
    ("name", {"forename": ["A"], "surname": [""]}, "Enter your surname"),
    ("name", {"forename": ["A" * 201], "surname": ["B"]}, "too many characters"),
    ("name", {"forename": ["A\u202eB"], "surname": ["B"]}, "changes the direction"),
    ("name", {"forename": ["\u0000A\u0007"], "surname": ["B"]}, "we cannot use"),
    ("name", {"forename": ["..."], "surname": ["B"]}, "at least one letter"),
    ("birth", {"birth-day-day": ["31"], "birth-day-month": ["2"]}, "a day, a month and a year"),
    (
        "birth",
        {"birth-day-day": ["31"], "birth-day-month": ["2"], "birth-day-year": ["1990"]},
        "a real date",
    ),
    (
        "birth",
        {"birth-day-day": ["1"], "birth-day-month": ["1"], "birth-day-year": ["2999"]},
        "in the past",
    ),
    ("nationalities", {"nationalities": ["GBR", "XXX"]}, "choose from the list"),
    ("nationalities", {"nationalities": ["GBR", "GBR"]}, "You have chosen the same"),
    ("nationalities", {"nationalities": ["GBR", "FRA"] * 31}, "chosen too many"),
    ("shelf", {"shelf": ["poison"]}, "choose from the list"),
    ("shelf", {}, "Choose a shelf"),
]


def test_bad_answers_are_shown_again_with_what_was_typed(visitor: Visitor) -> None:
    visitor.begin()

    for page, typed, said in BAD_PAGES:
        shown = visitor.send(f"/application/question/{page}", typed)

        assert shown.status_code == 422, (page, typed)
        assert "There is a problem" in shown.text
        assert said in shown.text, (page, typed)
    kept = visitor.send("/application/question/name", {"forename": "Zoë", "surname": "A" * 201})
    assert 'value="Zoë"' in kept.text


@pytest.mark.parametrize(
    "name", ["李" * 200, "Ὀδυσσεύς", "محمد", "O'Brien-Łukasiewicz", "Ñ" * 200]
)
def test_a_name_of_any_script_is_taken(visitor: Visitor, name: str) -> None:
    visitor.begin()

    taken = visitor.send("/application/question/name", {"forename": name, "surname": name})

    assert taken.status_code == 200
    assert "When and where were you born?" in taken.text


def test_thirty_nationalities_are_taken_one_box_after_another(visitor: Visitor) -> None:
    visitor.begin()
    codes = sorted(key[6:] for key in english().texts if key.startswith("lands."))[:30]
    at = "/application/question/nationalities"

    more = visitor.send(at, {"nationalities": codes[:2], "more": "nationalities"})
    assert more.text.count("<select") == 3
    taken = visitor.send(at, {"nationalities": codes})

    assert taken.status_code == 200
    assert visitor.get(at).text.count("<select") == 30


def test_the_same_form_sent_twice_makes_one_application(visitor: Visitor) -> None:
    visitor.begin()
    visitor.fill()
    visitor.send("/application/check", {"declared": "yes"})

    again = visitor.send("/application/check", {"declared": "yes"}, shown="/application/withdraw")

    assert "Application sent" in again.text
    assert len(visitor.world.officer().get("/v1/requests").json()["requests"]) == 1


def test_a_form_of_elsewhere_or_of_another_session_is_refused(visitor: Visitor) -> None:
    visitor.begin()
    fields = {"forename": "A", "surname": "B", "version": "1", "csrf": "0" * 64}

    forged = visitor.client.post("/application/question/name", data=fields)
    crossed = visitor.client.post(
        "/application/question/name", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert {forged.status_code, crossed.status_code} == {403}
    assert "out of date" in forged.text


def test_every_answer_has_the_headers_and_no_script(visitor: Visitor) -> None:
    visitor.begin()
    paths = ("/", "/open", "/application/question/name", "/application/check", "/nowhere")

    for path in paths:
        answer = visitor.get(path)

        assert "script" not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie


def test_no_page_leads_elsewhere_after_a_choice_of_language(visitor: Visitor) -> None:
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = visitor.client.get("/language/en", params={"back": back}, follow_redirects=False)

        assert answer.headers["location"] == "/"


def test_an_office_that_is_away_loses_nothing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.begin()
    visitor.send("/application/question/name", {"forename": "A", "surname": "B"})
    monkeypatch.setattr(visitor.desk.office, "_token", "ended")
    assert visitor.get("/application/question/name").status_code == 200
    monkeypatch.setitem(visitor.desk.office._credentials, "client_secret", "wrong")
    monkeypatch.setattr(visitor.desk.office, "_until", 0.0)

    away = visitor.get("/application/question/name")

    assert away.status_code == 503
    assert "not lost" in away.text


def test_the_english_catalogue_says_all_that_the_forms_ask() -> None:
    texts = english().texts
    missing = []
    for form in FORMS.values():
        missing += [f"kinds.{form.kind}.{part}" for part in ("title", "lead", "time")]
        for page in form.pages:
            if len(page.questions) > 1:
                missing.append(f"pages.{page.name}.title")
            for question in page.questions:
                missing.append(f"questions.{question.name}.label")
                if question.is_needed:
                    missing.append(f"questions.{question.name}.missing")
                missing += [f"choices.{question.name}.{one}" for one in question.choices]
        missing += [f"slots.{one.name}.{part}" for one in form.slots for part in ("title", "hint")]

    assert [name for name in missing if name not in texts] == []


def test_a_picture_is_kept_for_a_new_choice_and_can_be_removed(visitor: Visitor) -> None:
    visitor.begin()
    at, photo = "/application/document/portrait", {"document": ("me.jpg", photograph())}
    visitor.send(at, files=photo)

    assert "We have this document" in visitor.get(at).text
    assert visitor.send(at).status_code == 200
    removed = visitor.send(at, {"remove": "yes"})

    assert "We have this document" not in removed.text


def test_a_document_that_was_sent_is_shown_as_a_picture_with_its_size(visitor: Visitor) -> None:
    visitor.begin()
    at, photo = "/application/document/portrait", {"document": ("me.jpg", photograph())}
    visitor.send(at, files=photo)

    asked, checked = visitor.get(at).text, visitor.get("/application/check").text
    (address,) = re.findall(r'src="(/application/document/portrait/picture[^"]*)"', asked)
    picture = Image.open(io.BytesIO(visitor.get(address).content))

    assert re.search(r"JPEG picture, \d+ kB, sent on \d+ \w+ \d{4}", asked)
    assert address in checked
    assert (picture.format, picture.width) == ("JPEG", 240)
    assert visitor.get("/application/document/passport/picture").status_code == 404


def test_an_application_that_was_sent_leads_from_its_form_to_its_state(visitor: Visitor) -> None:
    visitor.begin()
    visitor.fill()
    visitor.send("/application/check", {"declared": "yes"})
    request = _request(visitor.world)
    request.step("ask", words="Which library?")

    paths = ("question/name", "document/portrait")
    late = [visitor.get(f"/application/{path}") for path in paths]

    for page in late:
        assert page.url.path == "/application"
        stages = re.findall(r"<li>(.*): \d+ \w+ \d{4}</li>", page.text)
        assert stages == ["You sent your application", "We asked you a question"]


def test_the_times_that_services_state_are_those_of_their_clocks() -> None:
    texts, clocks = english().texts, clock_rules()
    told = {
        kind: texts[f"kinds.{kind}.time"] for kind in ("police-certificate", "record-deletion")
    }

    # The day of receipt counts as the first of the eleven working days.
    assert f"{clocks['certificate'].count - 1} working days" in told["police-certificate"]
    assert f"{clocks['deletion-decision'].count} days" in told["record-deletion"]
    assert clocks["subject-access"].count == 1
    assert "one month" in texts["kinds.subject-access.time"]


def test_the_operator_names_the_office_its_contact_and_its_fees(sqlite_world: World) -> None:
    given = {
        "office_name": "ACRO of Exeter",
        "contact": "help@office.example\n01234 567890",
        "fees": {"police-certificate": "£65"},
    }
    with visiting(sqlite_world, **given) as visitor:
        first, contact = visitor.get("/").text, visitor.get("/help/contact").text
        paid = visitor.get("/apply/police-certificate").text
        free = visitor.get("/apply/subject-access").text

    assert 'href="/">ACRO of Exeter</a>' in first
    assert "help@office.example\n01234 567890" in contact
    assert "£65. The office will tell you how to pay" in paid
    assert "There is no fee." in free


def test_the_first_page_with_its_styles_is_smaller_than_40_kb_and_has_no_script(
    visitor: Visitor,
) -> None:
    page = visitor.get("/")
    sizes = [len(page.content)]
    for address in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text):
        with visitor.client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            sizes.append(sum(len(part) for part in answer.iter_raw()))

    assert len(sizes) == 3
    assert sum(sizes) < 40_000, sizes
    assert "<script" not in page.text


def test_a_form_with_faults_is_answered_by_a_redirect_that_can_be_loaded_again(
    visitor: Visitor,
) -> None:
    visitor.begin()
    page = visitor.client.get("/application/question/name")
    token = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
    fields = {"csrf": token, "version": "1", "forename": "Zoë", "surname": ""}

    sent = visitor.client.post("/application/question/name", data=fields, follow_redirects=False)
    shown = [visitor.client.get(sent.headers["location"]) for _ in range(2)]

    assert sent.status_code == 303
    assert [page.status_code for page in shown] == [422, 422]
    assert all('value="Zoë"' in page.text for page in shown)


def test_a_page_that_was_kept_is_another_visitor_s_no_more(visitor: Visitor) -> None:
    sent = visitor.send("/open", {"reference": "7K2Q9-M4XTZ", "code": "wrong"})
    address = str(sent.url)
    visitor.client.cookies.clear()

    other = visitor.client.get(address)

    assert "7K2Q9-M4XTZ" in sent.text
    assert other.status_code == 200
    assert "7K2Q9-M4XTZ" not in other.text
