"""The 56 vectors of the record: computed row by row, or named with the test that shows them."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.exchange.codes import StateCode
from domain.exchange.duties import Held, changes
from domain.people.convictions import (
    ConvictedOffence,
    Conviction,
    ConvictionVersion,
    Court,
    InformationSource,
    Source,
)
from domain.people.items import ItemId
from domain.people.people import Nationality
from domain.requests.releasing import Destination, HeldBack, HeldConviction, release
from domain.requests.requests import Party, PartyKind
from domain.restrictions import Restrictions, UsePurpose
from rules.clocks import clock_rule, due_day
from rules.code_tables import MEMBER_STATES, Standing, code_table
from rules.retention import extension_asked_from
from tests.unit.rules.test_law_table import _rows

_TREE = Path(__file__).parents[3]
_GBR = StateCode("GBR")
_TABLES = (
    *("law_prints.txt", "law_spent.txt", "law_days.txt", "law_exchange.txt", "law_uses.txt"),
    *("law_told.txt", "record_vectors.txt"),
)


def _told_by(kind: InformationSource) -> Source:
    return Source(kind, "FRA" if kind.is_told else "")


def _conviction(text: str) -> Conviction:
    stated = dict(word.split("=") for word in text.split())
    kind = InformationSource(stated.get("source", "court").replace("-", " "))
    return Conviction(
        Court(stated.get("court", "Leeds")),
        date(2026, 2, 1),
        (ConvictedOffence("TH68001", "Theft"),),
        source=_told_by(kind),
        reference=stated.get("reference", ""),
        recorded_on=date.fromisoformat(stated["recorded"]),
    )


def _held(text: str, country: str) -> Held:
    found = {} if text == "-" else {"conviction-1": _conviction(text)}
    return Held(found, (Nationality(country),))


def _duties(before: Held, after: Held) -> str:
    """Return the duties to member States, each with its last day."""
    members, rule = code_table(MEMBER_STATES), clock_rule("exchange-notification")
    found = [
        f"{one.state} {due_day(rule, one.began_on)}"
        for one in changes(before, after, _GBR, None)
        if members.standing(one.state, one.began_on) is Standing.IN_FORCE
    ]
    return "; ".join(found) or "none"


@pytest.mark.parametrize("row", _rows("law_exchange.txt"), ids=lambda row: row[0])
def test_what_other_states_are_told(row: list[str]) -> None:
    _, before, after, country, duties = row
    assert _duties(_held(before, country), _held(after, country)) == duties


@pytest.mark.parametrize("kind", list(InformationSource))
def test_only_what_no_other_country_told_is_a_duty(kind: InformationSource) -> None:
    ours = replace(_conviction("recorded=2026-05-04"), source=_told_by(kind))
    after = Held({"conviction-1": ours}, (Nationality("POL"),))
    told = {InformationSource.OTHER_STATE, InformationSource.INTERPOL}
    assert (_duties(_held("-", "POL"), after) == "none") is (kind in told)


@pytest.mark.parametrize("row", _rows("law_uses.txt"), ids=lambda row: row[0])
def test_who_is_told_what_another_country_told(row: list[str]) -> None:
    _, source, limit, purpose, by, answer = row
    limits = Restrictions(purposes=frozenset({UsePurpose(limit)} if limit != "-" else ()))
    conviction = replace(
        _conviction("recorded=2026-05-04"),
        source=_told_by(InformationSource(source)),
        restrictions=limits,
    )
    recipient = Party(PartyKind.PERSON) if by == "person" else Party(PartyKind.STATE, by)
    held = HeldConviction(ConvictionVersion("record", ItemId("conviction-1"), 1), conviction)  # type: ignore[arg-type]

    found = release(held, Destination(recipient, UsePurpose(purpose), date(2026, 11, 29)))

    asked = f"ask {found.ask_state}" if isinstance(found, HeldBack) and found.ask_state else ""
    assert (asked or ("not told" if isinstance(found, HeldBack) else "told")) == answer


@pytest.mark.parametrize("row", _rows("law_days.txt"), ids=lambda row: row[0])
def test_the_last_days_of_clocks(row: list[str]) -> None:
    _, rule, start, end = row
    day = date.fromisoformat(start)
    found = extension_asked_from(day) if rule == "extension" else due_day(clock_rule(rule), day)
    assert str(found) == end


def test_each_vector_stands_in_a_table_of_this_repository() -> None:
    numbers = {row[0][:3] for name in _TABLES for row in _rows(name) if row[0][1:3].isdigit()}
    assert len(numbers) == 56
    assert Counter(one[0] for one in numbers) == {"R": 27, "H": 13, "E": 11, "M": 3, "D": 2}


@pytest.mark.parametrize("row", _rows("record_vectors.txt"), ids=lambda row: row[0])
def test_a_vector_of_the_whole_service_names_a_test_there_is(row: list[str]) -> None:
    path, _, name = row[3].partition("::")
    tree = ast.parse((_TREE / path).read_text("utf-8"))
    functions = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]
    assert name.startswith("test_")
    assert name in functions
