"""Accounts that decide: nobody opens one alone, and nobody opens two."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from domain.access.access import DECIDING, ROLE_SCOPES, Role
from domain.errors import (
    NotAuthenticatedError,
    NotPermittedError,
    SelfVerificationError,
)
from domain.events.access import AccountAdded, AccountChanged, SecondFactorRemoved
from domain.ids import ForceCode, UserId
from service.cli import accounts as commands
from service.usecases.access.accounts import (
    AddAccount,
    Vouchers,
    add_account,
    change_password,
    disable_account,
    reset_second_factor,
)
from service.usecases.access.second_factor_proofs import Proof
from service.usecases.access.sessions import SignIn
from service.usecases.workbench import Workbench
from tests.ahead import shipped_model
from tests.integration.api.driver import ROOT
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.conftest import open_office
from tests.integration.web.driver import PASSWORD, Office, Person, browser, sign_in
from tests.integration.web.test_second_factor import set_up
from tests.kept import Kept, new_store

DECIDES = sorted(role for role, scopes in ROLE_SCOPES.items() if scopes & DECIDING)


@dataclass(slots=True)
class Place:
    """An office where decisions count, with two administrators and a supervisor."""

    office: Office
    people: dict[str, tuple[Person, list[str]]]
    """Each with recovery codes, which sign in once each."""
    clock: Clock

    @property
    def bench(self) -> Workbench:
        return self.office.bench

    def signs_in(self, name: str, *, code: str | None = None, password: str = PASSWORD) -> SignIn:
        codes = self.people[name][1] if name in self.people else []
        proof = Proof(code=code if code is not None else codes.pop() if codes else "")
        return SignIn(name, password, "console", proof=proof)

    def both(self) -> Vouchers:
        return self.signs_in("root-a"), self.signs_in("root-b")


@pytest.fixture(scope="module")
def kept_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Kept, Place]:
    """Return a closed store in which these three have signed in, and their place."""
    kept = new_store(request, "sqlite", tmp_path_factory.mktemp("place"))
    for office in _strict_offices(kept.settings.store.parent):
        made = Place(office, {}, stop_clock(office))
        for name in ("root-a", "root-b"):
            _set_up(made, name, office.person(name, Role.ADMINISTRATOR))
        command = AddAccount(ROOT, "boss", PASSWORD, Role.SUPERVISOR, vouchers=made.both())
        boss = Person(browser(office.app), add_account(office.bench, command))
        sign_in(boss, "boss")
        _set_up(made, "boss", boss)
    return kept, made


def _strict_offices(directory: Path) -> Iterator[Office]:
    """Open the application over a store as it is where decisions count."""
    url = f"sqlite:///{directory / 'identlink.db'}"
    for office in open_office(url, shipped_model(), directory):
        policy = replace(office.bench.sign_in, is_trial=False)
        office.bench = replace(office.bench, sign_in=policy)
        office.app.state.workbench = office.bench
        yield office


def _set_up(place: Place, name: str, person: Person) -> None:
    place.people[name] = (person, set_up(person, place.clock)[1])


@pytest.fixture
def place(kept_place: tuple[Kept, Place], tmp_path: Path) -> Iterator[Place]:
    """Return a place over a copy of the store, which its people go on using."""
    kept, before = kept_place
    with kept.copied(tmp_path) as copy:
        for office in _strict_offices(copy.store.parent):
            clock = stop_clock(office)
            clock.now = before.clock.now
            people = {
                name: (person.moved_to(office.app), list(codes))
                for name, (person, codes) in before.people.items()
            }
            yield Place(office, people, clock)


ALONE: dict[str, Callable[[Place], Vouchers]] = {
    "nobody": lambda _: (),
    "one administrator": lambda place: (place.signs_in("root-a"),),
    "one administrator twice": lambda place: (place.signs_in("root-a"), place.signs_in("root-a")),
    "the same code twice": lambda place: (place.signs_in("root-a"),) * 2,
    "one and a wrong code": lambda place: (
        place.signs_in("root-a"),
        place.signs_in("root-b", code="aaaa-bbbb-cccc-dddd"),
    ),
    "one and no code": lambda place: (
        place.signs_in("root-a"),
        place.signs_in("root-b", code=""),
    ),
    "one and a wrong password": lambda place: (
        place.signs_in("root-a"),
        place.signs_in("root-b", password="a wrong pass phrase"),  # noqa: S106
    ),
    "one and a supervisor": lambda place: (place.signs_in("root-a"), place.signs_in("boss")),
    "one and somebody unknown": lambda place: (
        place.signs_in("root-a"),
        place.signs_in("nobody"),
    ),
    "three": lambda place: (*place.both(), place.signs_in("root-a")),
}

REFUSALS = (NotPermittedError, NotAuthenticatedError, SelfVerificationError)


def _subjects(bench: Workbench, user_id: UserId, kind: str) -> list[dict[str, str]]:
    with bench.services.units.read() as unit:
        events = unit.events.about(user_id)
    return [json.loads(event.body)["facts"] for event in events if event.event_type == kind]


@pytest.mark.promise("two people")
@pytest.mark.parametrize("way", ALONE)
def test_one_administrator_opens_no_account_that_decides(place: Place, way: str) -> None:
    boss = place.people["boss"][0].user_id
    changes: list[Callable[[Vouchers], object]] = [
        lambda by: add_account(
            place.bench, AddAccount(ROOT, "invented", PASSWORD, Role.EXAMINER, vouchers=by)
        ),
        lambda by: add_account(
            place.bench, AddAccount(ROOT, "root-c", PASSWORD, Role.ADMINISTRATOR, vouchers=by)
        ),
        lambda by: change_password(place.bench, ROOT, boss, "another password", vouchers=by),
        lambda by: reset_second_factor(place.bench, ROOT, boss, vouchers=by),
    ]

    for change in changes:
        with pytest.raises(REFUSALS):
            change(ALONE[way](place))

    with place.bench.services.units.read() as unit:
        assert unit.accounts.by_name("invented") is None
        assert unit.accounts.by_name("root-c") is None
        assert unit.second_factors.is_there(boss)
    assert _subjects(place.bench, boss, AccountChanged.event_type) == []


def test_whoever_decides_sets_a_second_factor_up_first(place: Place) -> None:
    command = AddAccount(ROOT, "chief", PASSWORD, Role.SUPERVISOR, vouchers=place.both())
    chief = Person(browser(place.office.app), add_account(place.bench, command))
    sign_in(chief, "chief")

    before = chief.get("queue").url.path
    set_up(chief, place.clock)

    assert before == "/workbench/second-factor"
    assert chief.get("queue").url.path != before


@pytest.mark.parametrize("role", DECIDES)
def test_every_role_that_decides_needs_two(place: Place, role: Role) -> None:
    force = ForceCode("01") if role in {Role.FORCE, Role.CASE_OFFICER, Role.RECONCILER} else None

    with pytest.raises(NotPermittedError, match="two administrators"):
        add_account(place.bench, AddAccount(ROOT, "invented", PASSWORD, role, force))


def test_two_administrators_open_an_account_and_are_on_record(place: Place) -> None:
    boss = place.people["boss"][0].user_id
    root_a, root_b = (str(place.people[name][0].user_id) for name in ("root-a", "root-b"))
    by = {"first_voucher": root_a, "second_voucher": root_b}

    change_password(place.bench, ROOT, boss, "another password", vouchers=place.both())
    reset_second_factor(place.bench, ROOT, boss, vouchers=place.both())

    with place.bench.services.units.read() as unit:
        assert not unit.second_factors.is_there(boss)
    for kind in (AccountAdded, AccountChanged, SecondFactorRemoved):
        (facts,) = _subjects(place.bench, boss, kind.event_type)
        assert by.items() <= facts.items()


def test_an_administrator_without_a_second_factor_vouches_for_nobody(place: Place) -> None:
    command = AddAccount(ROOT, "root-c", PASSWORD, Role.ADMINISTRATOR, vouchers=place.both())
    add_account(place.bench, command)
    by = (place.signs_in("root-a"), place.signs_in("root-c"))

    with pytest.raises(NotPermittedError, match="second factor"):
        add_account(
            place.bench, AddAccount(ROOT, "invented", PASSWORD, Role.EXAMINER, vouchers=by)
        )


def test_the_first_two_administrators_need_nobody_and_the_third_does(place: Place) -> None:
    third = AddAccount(ROOT, "root-c", PASSWORD, Role.ADMINISTRATOR)
    with pytest.raises(NotPermittedError):
        add_account(place.bench, third)

    disable_account(place.bench, ROOT, place.people["root-b"][0].user_id)

    assert add_account(place.bench, third)


def test_an_account_that_decides_nothing_needs_nobody(place: Place) -> None:
    user_id = add_account(place.bench, AddAccount(ROOT, "auditor-z", PASSWORD, Role.AUDITOR))

    change_password(place.bench, ROOT, user_id, "another password")

    (facts,) = _subjects(place.bench, user_id, AccountAdded.event_type)
    assert "first_voucher" not in facts


def test_the_command_asks_each_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def prompt(words: str, **how: bool) -> str:
        asked.append(words)
        assert how == {"hide_input": True}
        return f"told {len(asked)}"

    monkeypatch.setattr(commands.typer, "prompt", prompt)

    first, second = commands._vouchers(["root-a", "root-b"])

    assert asked == [
        *("Password of root-a", "One-time code of root-a"),
        *("Password of root-b", "One-time code of root-b"),
    ]
    assert (first.sign_in_name, first.password, first.proof.code) == ("root-a", "told 1", "told 2")
    assert (second.sign_in_name, second.proof.code) == ("root-b", "told 4")


def _typed(place: Place, **changed: str) -> dict[str, str]:
    """Return the form of a new examiner, as two administrators fill it in."""
    return {
        "sign_in_name": "nina",
        "password": PASSWORD,
        "role": Role.EXAMINER.value,
        "force": "",
        "own_password": PASSWORD,
        "own_code": place.people["root-a"][1].pop(),
        "other_name": "root-b",
        "other_password": PASSWORD,
        "other_code": place.people["root-b"][1].pop(),
    } | changed


@pytest.mark.promise("two people")
def test_two_administrators_make_an_account_on_a_page(place: Place) -> None:
    root = place.people["root-a"][0]

    answer = root.post("accounts", **_typed(place))

    assert answer.url.path == "/workbench/accounts"
    assert "The account has been added" in answer.text
    with place.bench.services.units.read() as unit:
        made = unit.accounts.by_name("nina")
    assert made is not None
    (facts,) = _subjects(place.bench, made.user_id, AccountAdded.event_type)
    names = (facts["first_voucher"], facts["second_voucher"])
    assert names == tuple(place.people[one][0].user_id for one in ("root-a", "root-b"))


NOT_ENOUGH = {
    "no name": ({"sign_in_name": ""}, "Enter the sign-in name of the new account."),
    "no first password": ({"password": ""}, "Enter the first password of the new account."),
    "no role": ({"role": ""}, "Choose the role."),
    "no force": ({"role": Role.FORCE.value}, "Choose the force or office."),
    "no own password": ({"own_password": ""}, "Enter your password."),
    "no own code": ({"own_code": ""}, "Enter your one-time code."),
    "nobody else": ({"other_name": ""}, "Enter the sign-in name of the second administrator."),
    "no other password": (
        {"other_password": ""},
        "Enter the second administrator&#39;s password.",
    ),
    "no other code": ({"other_code": ""}, "Enter the second administrator&#39;s one-time code."),
    "a wrong password": ({"other_password": "a wrong pass phrase"}, "There is a problem"),
    "a wrong code": ({"other_code": "aaaa-bbbb-cccc-dddd"}, "There is a problem"),
    "a supervisor": ({"other_name": "boss"}, "There is a problem"),
}


@pytest.mark.promise("two people")
@pytest.mark.parametrize("what", NOT_ENOUGH)
def test_the_page_says_what_is_missing_or_wrong_and_makes_nothing(place: Place, what: str) -> None:
    changed, words = NOT_ENOUGH[what]
    root = place.people["root-a"][0]

    answer = root.post("accounts", **_typed(place, **changed))

    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert root.get("accounts").status_code == 200, "the session that asked goes on"
    with place.bench.services.units.read() as unit:
        assert unit.accounts.by_name("nina") is None


@pytest.mark.promise("two people")
def test_the_page_takes_one_administrator_twice_for_one(place: Place) -> None:
    root, codes = place.people["root-a"]

    answer = root.post("accounts", **_typed(place, other_name="root-a", other_code=codes.pop()))

    assert "must be a different person" in answer.text
    with place.bench.services.units.read() as unit:
        assert unit.accounts.by_name("nina") is None
