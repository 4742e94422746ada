"""Form contents at the end of a session: restored for their writer, hidden from all others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from httpx2 import Response
from sqlalchemy import select

from domain.access.access import Caller, Role
from domain.ids import PersonId
from service.storage.examination import findings
from service.storage.tables.workbench import drafts
from service.usecases.access.accounts import disable_account
from service.usecases.access.kept_pages import drop_draft, forget_old_drafts, kept_drafts
from service.web.page_route import ASKING
from tests.integration.api.driver import ROOT
from tests.integration.parity.routes import pages_of
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.driver import (
    PASSWORD,
    Office,
    Person,
    hidden_fields,
    label_of,
    points_in,
    sign_in,
)
from tests.integration.web.sent_forms import NONSENSE, Filled, filled_forms

WORDS = "Twelve points agree, core & delta too."
POINTS = '[[2,10,20,11,21,"clicked","moved"]]'
ME = "examiner-a"
COMPARISON = "cases/{case_id}/comparison"


@dataclass(slots=True)
class Bureau:
    """A case at its first exemplar, its examiner, and the time."""

    office: Office
    case_id: str
    examiner: Person
    clock: Clock
    people: list[str]

    @property
    def comparison(self) -> str:
        return f"cases/{self.case_id}/comparison"

    def send_late(self, path: str = "", **fields: str) -> Response:
        """Fill in the comparison, wait beyond the length of a session, and send it."""
        hidden = hidden_fields(self.examiner.page(self.comparison))
        self.clock.move(minutes=31)
        filled = {"outcome": "identified", "reason": WORDS, **hidden, "points": POINTS, **fields}
        return self.examiner.client.post(f"/workbench/{path or self.comparison}", data=filled)

    def sign_in_again(self, at: Response, name: str = ME) -> Response:
        """Sign in through the returned page."""
        fields = {**hidden_fields(at.text), "name": name, "password": PASSWORD}
        return self.examiner.client.post(str(at.url), data=fields)

    @property
    def caller(self) -> Caller:
        """The examiner, as the use cases know them."""
        return self.examiner.caller(self.office)

    def draft(self) -> Mapping[str, str] | None:
        """Return the stored draft of the examiner's comparison."""
        with self.office.bench.services.units.read() as unit:
            found = unit.drafts.of(self.examiner.user_id)
        return found[0].fields if found else None


@pytest.fixture
def bureau(office: Office) -> Bureau:
    return _bureau(office)


@pytest.fixture
def either_bureau(either_office: Office) -> Bureau:
    return _bureau(either_office)


def _bureau(office: Office) -> Bureau:
    clock = stop_clock(office)
    people = [str(office.world.enrol(person)["person_id"]) for person in range(6)]
    case_id = office.world.case_of(office.world.search(2))
    examiner = office.examiner(ME)
    examiner.post(f"cases/{case_id}/claim")
    examiner.follow(f"cases/{case_id}/analysis", value="yes")
    return Bureau(office, case_id, examiner, clock, people)


def test_a_comparison_sent_too_late_is_in_the_form_again(either_bureau: Bureau) -> None:
    bureau = either_bureau

    told = bureau.send_late(f"{bureau.comparison}?finger=2")
    back = bureau.sign_in_again(told)
    fields = hidden_fields(back.text)

    assert told.url.path == "/workbench/sign-in"
    assert "What you wrote is kept" in told.text
    assert back.url.path == f"/workbench/{bureau.comparison}"
    assert back.url.query == b"finger=2"
    assert "what you had filled in by" in back.text
    assert "Twelve points agree, core &amp; delta too.</textarea>" in back.text
    assert 'value="identified" data-shortcut="i" checked' in back.text
    assert fields["points"] == POINTS
    with bureau.office.bench.services.units.read() as unit:
        sealed = unit.cases.comparisons(bureau.case_id, bureau.examiner.user_id)  # type: ignore[arg-type]
    assert sealed == ()


def test_points_are_kept_while_they_are_marked(either_bureau: Bureau) -> None:
    """The browser may end before the form is sent: what was marked is there again."""
    bureau = either_bureau
    hidden = hidden_fields(bureau.examiner.page(bureau.comparison))
    at = f"/workbench/{bureau.comparison}?finger=2&keep=yes"

    kept = bureau.examiner.client.post(at, data={**hidden, "points": POINTS, "reason": WORDS})
    forged = bureau.examiner.client.post(at, data={**hidden, "csrf": "0" * 64, "points": ""})
    back = bureau.examiner.page(bureau.comparison)

    assert (kept.status_code, kept.content) == (204, b"")
    assert forged.status_code == 409
    assert hidden_fields(back)["points"] == POINTS
    assert "what you had filled in by" in back
    with bureau.office.bench.services.units.read() as unit:
        sealed = unit.cases.comparisons(bureau.case_id, bureau.examiner.user_id)  # type: ignore[arg-type]
    assert sealed == ()


def test_what_is_sealed_is_no_draft_any_more(either_bureau: Bureau) -> None:
    bureau = either_bureau
    back = bureau.sign_in_again(bureau.send_late())
    before = bureau.draft()
    seen = bureau.examiner.look(back.text)
    named = {**seen, **points_in(seen)}

    sealed = bureau.examiner.client.post(
        f"/workbench/{bureau.comparison}",
        data={**hidden_fields(back.text), "outcome": "identified", "reason": WORDS, **named},
    )

    assert before is not None
    assert sealed.status_code == 200
    assert bureau.draft() is None


def test_notes_and_a_decision_are_kept_as_well(bureau: Bureau) -> None:
    case_id, examiner = bureau.case_id, bureau.examiner
    page = examiner.page(bureau.comparison)
    seen = examiner.look(page)
    named = {**seen, **points_in(seen)}
    examiner.follow(bureau.comparison, outcome="identified", reason="Seen.", **named)
    finding = f"identified:{label_of(page)}"
    hidden = hidden_fields(examiner.page(f"cases/{case_id}/decision"))
    bureau.clock.move(minutes=31)

    late = examiner.client.post(
        f"/workbench/cases/{case_id}/decision",
        data={**hidden, "finding": finding, "reason": WORDS},
    )
    back = bureau.sign_in_again(late)

    assert back.url.path.endswith("/decision")
    assert f'value="{finding}" checked' in back.text
    assert "core &amp; delta too.</textarea>" in back.text


def test_another_person_at_the_same_browser_sees_nothing_of_it(bureau: Bureau) -> None:
    bureau.office.examiner("examiner-b")
    told = bureau.send_late()

    other = bureau.sign_in_again(told, "examiner-b")

    assert "Twelve points" not in other.text
    assert bureau.draft() is not None


def _sign_out(bureau: Bureau) -> None:
    with bureau.office.bench.services.units.write() as unit:
        unit.sessions.end_all(bureau.examiner.user_id, bureau.clock())
        unit.commit()


def _disable(bureau: Bureau) -> None:
    disable_account(bureau.office.bench, ROOT, bureau.examiner.user_id)


def _wait(bureau: Bureau) -> None:
    bureau.clock.move(hours=25)


def _take_the_cookie(bureau: Bureau) -> None:
    bureau.examiner.client.cookies.clear()


@pytest.mark.parametrize("spoil", [_sign_out, _disable, _wait, _take_the_cookie])
def test_nothing_is_kept_for_whom_the_session_does_not_speak(
    bureau: Bureau, spoil: Callable[[Bureau], None]
) -> None:
    hidden = hidden_fields(bureau.examiner.page(bureau.comparison))
    spoil(bureau)
    bureau.clock.move(minutes=31)

    told = bureau.examiner.client.post(
        f"/workbench/{bureau.comparison}", data={**hidden, "reason": WORDS}
    )

    assert told.url.path == "/workbench/sign-in"
    assert "what you sent was not used" in told.text
    assert bureau.draft() is None


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("", {"csrf": "0" * 64}),
        ("", {"csrf": ""}),
        ("", {"reason": "x" * 20_001}),
        ("cases/nothing/comparison", {}),
        ("cases/.../comparison", {}),
        ("links/nothing/revocation", {}),
    ],
    ids=["another token", "no token", "too long", "no such case", "no id", "no such link"],
)
def test_a_form_of_no_page_of_the_session_is_not_kept(
    bureau: Bureau, path: str, fields: dict[str, str]
) -> None:
    told = bureau.send_late(path, **fields)

    assert told.url.path == "/workbench/sign-in"
    assert "what you sent was not used" in told.text
    assert bureau.draft() is None


def test_a_draft_about_another_exemplar_is_not_shown(bureau: Bureau) -> None:
    told = bureau.send_late(label="QQQ")

    back = bureau.sign_in_again(told)

    assert "what you had filled in by" not in back.text
    assert "Twelve points" not in back.text


def test_a_draft_is_for_a_day(bureau: Bureau) -> None:
    bureau.send_late()
    first = bureau.draft()
    bureau.clock.move(hours=25)

    old = kept_drafts(bureau.office.bench, bureau.caller, (COMPARISON,), bureau.case_id)

    assert first is not None
    assert old == ()


def test_old_drafts_of_everybody_go_when_one_is_kept(bureau: Bureau) -> None:
    bureau.send_late()
    bureau.clock.move(hours=25)
    other = bureau.office.examiner("examiner-b")
    case_id = bureau.office.world.case_of(bureau.office.world.search(3))
    other.post(f"cases/{case_id}/claim")
    hidden = hidden_fields(other.page(f"cases/{case_id}/analysis"))
    bureau.clock.move(minutes=31)

    other.client.post(
        f"/workbench/cases/{case_id}/analysis", data={**hidden, "value": "no", "notes": WORDS}
    )

    with bureau.office.bench.services.units.read() as unit:
        (kept,) = unit.drafts.of(other.user_id)
    assert bureau.draft() is None
    typed = {name: value for name, value in kept.fields.items() if name != "at:"}
    assert typed == {"value": "no", "notes": WORDS}


def test_a_draft_is_dropped_once(bureau: Bureau) -> None:
    bureau.send_late()

    for _ in range(2):
        drop_draft(bureau.office.bench, bureau.caller, COMPARISON, bureau.case_id)

    assert bureau.draft() is None


@pytest.mark.dear("works whole cases through pages")
def test_erasing_the_person_of_the_probe_erases_the_draft(either_bureau: Bureau) -> None:
    bureau = either_bureau
    office, case_id = bureau.office, bureau.case_id
    back = bureau.sign_in_again(bureau.send_late())
    token = hidden_fields(back.text)["csrf"]
    bureau.examiner.client.post(f"/workbench/cases/{case_id}/release", data={"csrf": token})
    for name in ("examiner-b", "examiner-c"):
        office.examine(case_id, office.examiner(name), person_id=bureau.people[2])
    before = bureau.draft()

    with office.bench.services.units.write() as unit:
        unit.people.erase_person(PersonId(bureau.people[2]))
        unit.commit()

    assert before is not None
    assert bureau.draft() is None


@pytest.mark.dear("sends every form of an office in which one item of every kind lies")
def test_whatever_is_typed_into_a_form_survives_the_end_of_the_session(
    worked: tuple[Office, dict[str, str]],
) -> None:
    """For its writer; where a colleague of the same role opens the page, it is not there."""
    office, ids = worked
    clock = stop_clock(office)
    forms = [form for form in filled_forms(office, ids) if form.typed and _is_kept(form)]
    secrets = {form.name: dict(form.person.client.cookies) for form in forms}
    clock.move(minutes=31)
    for form in forms:
        form.person.client.cookies.update(secrets[form.name])
        form.person.client.post(form.address, data=form.fields, follow_redirects=False)
    for form in {form.name: form for form in forms}.values():
        sign_in(form.person, form.name)

    lost = {
        form.route: form.typed
        for form in forms
        if _words(form) not in form.person.client.get(form.page).text
    }

    assert lost == {}
    assert len(forms) > 15
    colleague = office.person("colleague", Role.CASE_OFFICER, force="89")
    assert NONSENSE not in "".join(colleague.client.get(form.page).text for form in forms)


def _is_kept(form: Filled) -> bool:
    return form.route.removeprefix("/workbench/") not in ASKING | _OF_ACCOUNTS


def _words(form: Filled) -> str:
    return form.fields[min(form.typed)]


_OF_ACCOUNTS = {
    "sign-in",
    "second-factor",
    "second-factor/key",
    "second-factor/removal",
    "accounts",
}
"""Their fields are names and codes."""


def test_a_draft_goes_when_its_form_is_carried_out(office: Office) -> None:
    clock, sue = stop_clock(office), office.supervisor()
    person_id = str(office.world.enrol(1)["person_id"])
    page = f"erasures?person={person_id}"
    sent = hidden_fields(sue.page(page)) | {"basis": "court order", "authority": "order-7"}
    clock.move(minutes=31)
    sue.client.post("/workbench/erasures", data=sent)
    sign_in(sue, "supervisor-a")

    kept = sue.page(page)
    answer = sue.follow(page, to="erasures", **{k: v for k, v in sent.items() if k != "csrf"})

    assert "order-7" in kept
    assert "has not been sent yet" in kept
    assert answer.status_code == 200
    assert "has not been sent yet" not in sue.page("erasures")


def test_a_worker_erases_drafts_that_are_a_day_old(bureau: Bureau) -> None:
    bureau.send_late()
    bureau.clock.move(hours=25)

    forget_old_drafts(bureau.office.bench.services)

    with bureau.office.bench.services.units.read() as unit:
        assert unit.transaction.connection.execute(select(drafts)).all() == []


def test_whatever_a_form_is_about_has_a_known_id(office: Office) -> None:
    """Else its draft would not be kept: the ids are looked up where `can_be_about` says."""
    params = {
        re.findall(r"\{(\w+)\}", page.operation)[0]
        for page in pages_of(office.app)
        if page.operation.startswith("POST") and "{" in page.operation
    }

    known = {"task_id"} | {column.name for column in findings._SUBJECTS}

    assert params <= known
