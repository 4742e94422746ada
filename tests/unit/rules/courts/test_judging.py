"""The charge that each offence of a court is, and what nobody but a person can decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.courts.reading import read_court_result
from domain.courts.results import Doubt
from domain.people.items import ItemId
from rules.courts.judging import Change, Judged, judged, says_nothing, tasks_of
from rules.courts.pairing import Charge
from rules.courts.tables import court_tables
from tests.court_messages import Line, Said, Told

TABLES = court_tables()
FINE = Line(amount="120.00")


def charge(number: int = 1, case: str = "arrest-report-1", **other: object) -> Charge:
    made = Charge(
        ItemId(f"offence-{number}"), ItemId(case), "TH68010", date(2026, 1, 10), is_penalty=False
    )
    return replace(made, **other)


def laid(
    *offences: Said, on: tuple[Charge, ...] = (charge(),), heard: str = "2026-06-01"
) -> Judged:
    result, doubts = read_court_result(Told(offences=offences, heard=heard).delivered())
    assert not doubts
    return judged(TABLES, result, on)


def said(number: int = 1, **other: object) -> Said:
    return replace(Said(sequence=f"{number:03}"), **other)


def pairs(found: Judged) -> list[tuple[int, str]]:
    return [(place, charge.item_id) for place, charge in found.pairs]


def doubts(found: Judged) -> set[Doubt]:
    return {one.doubt for one in found.doubts}


def test_a_day_within_the_period_on_record_is_the_charge() -> None:
    period = charge(began_on=date(2026, 1, 5), ended_on=date(2026, 1, 15))
    assert pairs(laid(said(), on=(period,))) == [(0, "offence-1")]
    assert doubts(laid(said(date_code="2"), on=(period,))) == {Doubt.OFFENCES_DIFFER}


def test_exact_days_come_before_periods() -> None:
    period = charge(2, began_on=date(2026, 1, 5), ended_on=date(2026, 1, 15))
    found = laid(said(began="2026-01-07"), said(2), on=(period, charge()))
    assert pairs(found) == [(1, "offence-1"), (0, "offence-2")]


def test_equal_results_change_places_and_different_ones_never() -> None:
    two = (charge(), charge(2))
    assert pairs(laid(said(), said(2), on=two)) == [(0, "offence-1"), (1, "offence-2")]
    other = said(2, lines=(Line(amount="90.00"),))
    assert doubts(laid(said(), other, on=two)) == {Doubt.WHICH_CHARGE}


def test_words_tell_two_orders_apart_only_where_they_say_what_the_order_is() -> None:
    two = (charge(), charge(2))
    fines = (said(), said(2, lines=(replace(FINE, text="Fined, by instalments."),)))
    assert not laid(*fines, on=two).doubts
    bans = tuple(said(n, lines=(Line("3041", f"Excluded from house {n}."),)) for n in (1, 2))
    assert doubts(laid(*bans, on=two)) == {Doubt.WHICH_CHARGE}


def test_a_charge_without_a_result_is_missed() -> None:
    found = laid(said(), on=(charge(), charge(2, code="TH68006")))
    assert doubts(found) == {Doubt.OFFENCES_DIFFER}


def test_an_offence_that_no_charge_is_was_added_by_the_court() -> None:
    found = laid(said(), said(2, code="TH68006"))
    assert (pairs(found), found.added, found.doubts) == ([(0, "offence-1")], (1,), ())


def test_two_cases_that_fit_are_for_a_person() -> None:
    two = (charge(), charge(2, "arrest-report-2"))
    assert doubts(laid(said(), on=two)) == {Doubt.WHICH_CASE}
    judged_before = charge(2, "arrest-report-2", judged_on=date(2026, 3, 1))
    assert pairs(laid(said(), on=(judged_before, charge()))) == [(0, "offence-1")]


def test_a_charge_that_only_one_offence_fits_is_that_one() -> None:
    narrow = charge(began_on=date(2026, 1, 10), ended_on=date(2026, 1, 12))
    wide = charge(2, began_on=date(2026, 1, 1), ended_on=date(2026, 1, 31))
    early = said(began="2026-01-05", lines=(Line(amount="90.00"),))
    found = laid(early, said(2, began="2026-01-11"), on=(wide, narrow))
    assert sorted(pairs(found)) == [(0, "offence-2"), (1, "offence-1")]


def test_a_hundred_equal_offences_take_no_longer_than_a_moment() -> None:
    offences = tuple(said(n) for n in range(1, 101))
    assert len(laid(*offences, on=tuple(charge(n) for n in range(100))).pairs) == 100
    cases = tuple(charge(n, f"arrest-report-{n}") for n in range(100))
    assert doubts(laid(*offences, on=cases)) == {Doubt.WHICH_CASE}


def test_a_penalty_notice_takes_no_added_offences() -> None:
    notice = charge(is_penalty=True)
    assert Doubt.ADDED_TO_PENALTY in doubts(laid(said(), said(2, code="TH68006"), on=(notice,)))
    court = charge(2, "arrest-report-2")
    assert doubts(laid(said(), on=(notice, court))) == {Doubt.PENALTY_OR_COURT}


def test_a_breach_is_known_by_its_code_alone() -> None:
    breach = charge(code="CJ03510", began_on=date(2020, 1, 1))
    assert pairs(laid(said(code="CJ03510"), on=(breach,))) == [(0, "offence-1")]


@pytest.mark.parametrize(
    ("offence", "on", "changes", "doubt"),
    [
        (said(), charge(), {Change.JUDGED}, None),
        (
            said(lines=(Line("4027", "Bail.", adjourned_to="2026-07-01"),)),
            charge(),
            {Change.JUDGED, Change.REMANDED},
            None,
        ),
        (
            said(
                finding="",
                convicted="",
                lines=(Line("4027", "Bail.", adjourned_to="2026-07-01"),),
            ),
            charge(),
            {Change.REMANDED},
            None,
        ),
        (
            said(convicted="2026-05-01"),
            charge(judged_on=date(2026, 5, 1)),
            {Change.SENTENCED},
            None,
        ),
        (said(), charge(judged_on=date(2026, 5, 1)), None, Doubt.JUDGED_ALREADY),
        (
            said(finding="", convicted="", lines=(Line("2063", "Withdrawn."),)),
            charge(judged_on=date(2026, 5, 1), is_sine_die=True),
            {Change.VARIED},
            None,
        ),
        (
            said(
                convicted="2026-05-01",
                lines=(FINE, Line("4027", "Bail.", adjourned_to="2026-07-01")),
            ),
            charge(judged_on=date(2026, 5, 1)),
            None,
            Doubt.REMAND_AND_SENTENCE,
        ),
        (said(lines=(Line("3501", "Dealt with."),)), charge(), None, Doubt.NOTHING_ENTERED),
    ],
)
def test_a_result_is_one_step_of_a_matters_life(
    offence: Said, on: Charge, changes: set[Change] | None, doubt: Doubt | None
) -> None:
    found = laid(offence, on=(on,))
    assert doubts(found) == ({doubt} if doubt else set())
    if changes is not None:
        assert {change for _, change in found.changes} == changes


def test_a_removed_hearing_and_a_confirmed_one_belong_on_no_record() -> None:
    removed = Told(offences=(said(lines=(Line("4583", "Removed."),)),))
    confirmed = Told(
        offences=(
            said(finding="", convicted="", lines=(Line("", "Hearing on 1/7/2026 confirmed."),)),
        )
    )
    for told in (removed, confirmed, Told(offences=())):
        assert says_nothing(TABLES, read_court_result(told.delivered())[0])
    assert not says_nothing(TABLES, read_court_result(Told().delivered())[0])


def test_tasks_are_raised_beside_the_record() -> None:
    told = Told(offences=(said(lines=(Line("1002", "Custody."), Line("3071", "Banned."))),))
    assert tasks_of(TABLES, read_court_result(told.delivered())[0]) == (
        "driving-ban",
        "imprisoned",
    )
