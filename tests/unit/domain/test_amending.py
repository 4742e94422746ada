"""Amendments: changes applied to items, and found again from two versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConflictError, InvalidInputError, LinkingError
from domain.ids import ForceCode
from domain.people.amending import amended
from domain.people.amendments import Add, Change, ChangeKind, Correct, Withdraw, changes_between
from domain.people.items import (
    Item,
    ItemId,
    ItemKind,
    Items,
    details_of,
    in_order,
    numbered_items,
    reports_of,
)
from domain.people.people import (
    Address,
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Nationality,
    Offence,
    PartialDate,
    PersonName,
    Sex,
)

TODAY = date(2025, 3, 14)
CHARGED = Disposal(DisposalType.CHARGED, date(2020, 1, 5))
FINED = Disposal(DisposalType.CONVICTED, date(2020, 5, 6), "fine")
THEFT = Offence("TH68001", "Theft", True, date(2020, 1, 2), (CHARGED, FINED))
ASSAULT = Offence("CJ88116", "Assault", True, date(2020, 1, 3))
LATER = replace(FINED, on=TODAY + timedelta(days=1))
REPORT = ArrestReport("2001AB0000000000001X", ForceCode("01"), date(2020, 1, 3), (THEFT, ASSAULT))
DETAILS = Details(
    names=(PersonName("Ann", "Lee"), PersonName("Anna", "Leigh")),
    dates_of_birth=(PartialDate(1984, 7, 3),),
    sex=Sex.FEMALE,
    addresses=(Address("1 High Street", "Leeds"),),
    pnc_ids=("2001/0000001Q",),
)
BEFORE = numbered_items(DETAILS, (REPORT,))

names = st.builds(PersonName, st.sampled_from("ABCD"), st.sampled_from("KLMN"))
days = st.dates(date(1990, 1, 1), TODAY)
disposals = st.builds(Disposal, st.sampled_from(DisposalType), days)
offences = st.builds(
    Offence, st.just("TH68001"), st.just("Theft"), st.booleans(), days,
    st.lists(disposals, max_size=2).map(tuple),
)  # fmt: skip
reports = st.builds(
    ArrestReport, st.just("X"), st.just(ForceCode("01")), days,
    st.lists(offences, max_size=2).map(tuple),
)  # fmt: skip
values: dict[ItemKind, st.SearchStrategy[Any]] = {
    ItemKind.NAME: names,
    ItemKind.NATIONALITY: st.builds(Nationality, st.sampled_from(("GBR", "POL", "IRL"))),
    ItemKind.ARREST_REPORT: reports,
    ItemKind.OFFENCE: offences,
    ItemKind.DISPOSAL: disposals,
}
records = st.builds(
    numbered_items,
    st.builds(
        Details,
        names=st.lists(names, max_size=3, unique=True).map(tuple),
        nationalities=st.sampled_from(((), (Nationality("GBR"),))),
    ),
    st.lists(reports, max_size=2),
)


def amend(before: Items, *changes: Change) -> Items:
    return amended(before, changes, today=TODAY)


def value_of(items: Items, item_id: str) -> Any:
    found = items.get(item_id)
    assert found is not None
    return found.value


def whole(items: Items) -> tuple[Details, tuple[ArrestReport, ...]]:
    return details_of(items.held), reports_of(items.held)


@given(records)
def test_items_make_the_record_again_and_their_ids_are_distinct(items: Items) -> None:
    details, held = whole(items)

    assert numbered_items(details, held) == items
    assert len({item.item_id for item in items.held}) == len(items.held)
    assert in_order(items.held) == items.held


@st.composite
def changes(draw: st.DrawFn, before: Items) -> tuple[Change, ...]:
    """Draw changes that may or may not be right."""
    known = [item for item in before.held if item.kind in values]
    drawn: list[Change] = []
    for item in draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else ():
        value = replace_parts(draw(values[item.kind]))
        correct: Change = Correct(item.item_id, item.kind, value)
        drawn.append(draw(st.sampled_from((correct, Withdraw(item.item_id)))))
    for kind in draw(st.lists(st.sampled_from(list(values)), max_size=3)):
        parents = [i.item_id for i in known if i.kind is PARENT.get(kind)]
        parent = draw(st.sampled_from(parents)) if parents else None
        drawn.append(Add(kind, draw(values[kind]), parent))
    return tuple(draw(st.permutations(drawn)))


PARENT = {ItemKind.OFFENCE: ItemKind.ARREST_REPORT, ItemKind.DISPOSAL: ItemKind.OFFENCE}


def replace_parts(value: Any) -> Any:
    for field in ("offences", "disposals"):
        if hasattr(value, field):
            value = replace(value, **{field: ()})
    return value


@given(data=st.data())
def test_what_changed_is_found_from_the_two_versions(data: st.DataObject) -> None:
    before = data.draw(records)
    wanted = data.draw(changes(before))
    try:
        after = amend(before, *wanted)
    except LinkingError:
        return  # not every drawing is an amendment; what is refused has its own tests

    told = {change.item.item_id: change for change in changes_between(before, after)}

    for change in wanted:
        match change:
            case Correct(item_id, _, value) if after.get(item_id) is not None:
                assert told[item_id].change is ChangeKind.CORRECTED
                assert value_of(after, item_id) == value
            case Withdraw(item_id):
                assert told[item_id].change is ChangeKind.WITHDRAWN
                assert after.get(item_id) is None
            case _:
                pass
    old = {item.item_id: item for item in before.held}
    untouched = {i: item for i, item in old.items() if i not in told}
    assert {item.item_id: item for item in after.held if item.item_id in untouched} == untouched
    fresh = {i for i, change in told.items() if change.change is ChangeKind.ADDED}
    assert not fresh & set(old)
    assert after.held == in_order(after.held)


@given(records, names)
def test_what_is_added_and_withdrawn_again_leaves_the_record_as_it_was(
    before: Items, name: PersonName
) -> None:
    if name in details_of(before.held).names:
        return
    after = amend(before, Add(ItemKind.NAME, name))
    (added,) = changes_between(before, after)

    again = amend(after, Withdraw(added.item.item_id))

    assert again.held == before.held
    assert dict(again.last)[ItemKind.NAME] == dict(before.last).get(ItemKind.NAME, 0) + 1


def test_a_correction_is_undone_by_a_correction() -> None:
    wrong = Correct(ItemId("offence-1"), ItemKind.OFFENCE, replace(ASSAULT, title="Other"))
    right = Correct(ItemId("offence-1"), ItemKind.OFFENCE, replace(THEFT, disposals=()))

    assert amend(amend(BEFORE, wrong), right) == BEFORE


def test_the_version_before_stays_as_it_was() -> None:
    kept = Items(tuple(BEFORE.held), tuple(BEFORE.last))

    amend(BEFORE, Withdraw(ItemId("name-1")), Add(ItemKind.NAME, PersonName("Zoe", "Lee")))

    assert kept == BEFORE


def test_an_id_is_never_given_again() -> None:
    once = amend(BEFORE, Withdraw(ItemId("name-2")))

    again = amend(once, Add(ItemKind.NAME, PersonName("Zoe", "Lee")))

    assert [i.item_id for i in again.held if i.kind is ItemKind.NAME] == ["name-1", "name-3"]


def test_a_first_name_goes_in_front_of_the_others() -> None:
    married = PersonName("Ann", "Moore")

    after = amend(BEFORE, Add(ItemKind.NAME, married, is_first=True))

    assert details_of(after.held).names == (married, *DETAILS.names)


def test_a_report_is_withdrawn_with_its_offences_and_disposals() -> None:
    after = amend(BEFORE, Withdraw(ItemId("arrest-report-1")))

    assert whole(after) == (DETAILS, ())


def test_a_disposal_is_added_to_its_offence() -> None:
    appealed = Disposal(DisposalType.ACQUITTED, date(2021, 2, 3), "conviction quashed")

    after = amend(BEFORE, Add(ItemKind.DISPOSAL, appealed, ItemId("offence-2")))

    (report,) = reports_of(after.held)
    assert [o.disposals for o in report.offences] == [(CHARGED, FINED), (appealed,)]


def test_a_report_is_added_with_its_parts() -> None:
    after = amend(BEFORE, Add(ItemKind.ARREST_REPORT, replace(REPORT, asn="Y")))

    assert reports_of(after.held) == (REPORT, replace(REPORT, asn="Y"))
    assert after.held[-1].item_id == "offence-4"


CASES: dict[str, tuple[tuple[Change, ...], type[LinkingError], str, str]] = {
    "nothing": ((), InvalidInputError, "at least one", "/changes"),
    "an unknown item": (
        (Withdraw(ItemId("name-9")),), InvalidInputError, "no such", "/changes/0/item_id",
    ),
    "an id of no kind": (
        (Withdraw(ItemId("name-01")),), InvalidInputError, "no such", "/changes/0/item_id",
    ),
    "an item twice": (
        (Withdraw(ItemId("offence-2")), Withdraw(ItemId("offence-2"))),
        ConflictError, "already withdrawn", "/changes/1/item_id",
    ),
    "an item corrected twice": (
        (
            Correct(ItemId("name-1"), ItemKind.NAME, PersonName("A", "B")),
            Correct(ItemId("name-1"), ItemKind.NAME, PersonName("C", "D")),
        ),
        InvalidInputError, "once", "/changes/1/item_id",
    ),
    "a part of what is withdrawn": (
        (Withdraw(ItemId("offence-1")), Withdraw(ItemId("disposal-1"))),
        ConflictError, "already withdrawn", "/changes/1/item_id",
    ),
    "the same value": (
        (Correct(ItemId("name-1"), ItemKind.NAME, PersonName("Ann", "Lee")),),
        InvalidInputError, "already", "/changes/0/item",
    ),
    "a value that is held": (
        (Add(ItemKind.PNC_ID, "2001/0000001Q"),), InvalidInputError, "already", "/changes/0",
    ),
    "an empty name": (
        (Add(ItemKind.NAME, PersonName()),), InvalidInputError, "no value", "/changes/0/item",
    ),
    "a second sex": (
        (Add(ItemKind.SEX, Sex.MALE),), InvalidInputError, "correct that item", "/changes/0",
    ),
    "another kind": (
        (Correct(ItemId("name-1"), ItemKind.SEX, Sex.MALE),),
        InvalidInputError, "another kind", "/changes/0/item/kind",
    ),
    "a value of another type": (
        (Add(ItemKind.PLACE_OF_BIRTH, Sex.MALE),),
        InvalidInputError, "that this kind has", "/changes/0/item",
    ),
    "parts in a correction": (
        (Correct(ItemId("offence-2"), ItemKind.OFFENCE, THEFT),),
        InvalidInputError, "separately", "/changes/0/item",
    ),
    "an offence of nothing": (
        (Add(ItemKind.OFFENCE, THEFT),), InvalidInputError, "parent", "/changes/0/parent_id",
    ),
    "a name of a report": (
        (Add(ItemKind.NAME, PersonName("A", "B"), ItemId("arrest-report-1")),),
        InvalidInputError, "parent", "/changes/0/parent_id",
    ),
    "a disposal of a report": (
        (Add(ItemKind.DISPOSAL, FINED, ItemId("arrest-report-1")),),
        InvalidInputError, "a disposal to an offence", "/changes/0/parent_id",
    ),
    "an offence of an unknown report": (
        (Add(ItemKind.OFFENCE, THEFT, ItemId("arrest-report-7")),),
        InvalidInputError, "no such", "/changes/0/parent_id",
    ),
    "a day before birth": (
        (Add(ItemKind.ARREST_REPORT, replace(REPORT, on=date(1984, 7, 2))),),
        InvalidInputError, "before the person was born", "/changes/0",
    ),
    "a birth after an offence": (
        (Correct(ItemId("date-of-birth-1"), ItemKind.DATE_OF_BIRTH, PartialDate(2020, 1, 3)),),
        InvalidInputError, "before the person was born", "/changes/0",
    ),
    "a day in the future": (
        (Add(ItemKind.DISPOSAL, LATER, ItemId("offence-2")),),
        InvalidInputError, "future", "/changes/0",
    ),
    "a birth in the future": (
        (Add(ItemKind.DATE_OF_BIRTH, PartialDate(2030)),),
        InvalidInputError, "future", "/changes/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_amendment_is_refused(case: str) -> None:
    wanted, kind, said, pointer = CASES[case]

    with pytest.raises(LinkingError, match=said) as refused:
        amend(BEFORE, *wanted)

    assert type(refused.value) is kind
    assert refused.value.pointer == pointer


def test_a_withdrawn_item_is_not_corrected_later() -> None:
    once = amend(BEFORE, Withdraw(ItemId("name-2")))

    with pytest.raises(ConflictError, match="already withdrawn"):
        amend(once, Correct(ItemId("name-2"), ItemKind.NAME, PersonName("A", "B")))


def test_old_days_that_do_not_change_are_left_alone() -> None:
    early = numbered_items(replace(DETAILS, dates_of_birth=(PartialDate(2021),)), (REPORT,))

    after = amend(early, Add(ItemKind.NAME, PersonName("Zoe", "Lee")))

    assert len(after.held) == len(early.held) + 1


def test_a_birth_without_a_year_bounds_nothing() -> None:
    early = numbered_items(replace(DETAILS, dates_of_birth=(PartialDate(month=2),)), ())

    after = amend(early, Add(ItemKind.ARREST_REPORT, replace(REPORT, on=date(1901, 1, 1))))

    assert after.get("arrest-report-1") is not None


@pytest.mark.parametrize(
    ("kind", "value", "most"),
    [(ItemKind.PNC_ID, "{}", 50), (ItemKind.ARREST_REPORT, REPORT, 200)],
)
def test_a_record_holds_so_many_items_of_a_kind(kind: ItemKind, value: Any, most: int) -> None:
    def fresh(number: int) -> Any:
        return value.format(number) if isinstance(value, str) else value

    full = amend(Items((), ()), *(Add(kind, fresh(number)) for number in range(most)))

    with pytest.raises(InvalidInputError, match="too many items"):
        amend(full, Add(kind, fresh(most)))


def test_an_item_is_known_by_its_id() -> None:
    assert BEFORE.get("sex-1") == Item(ItemId("sex-1"), ItemKind.SEX, Sex.FEMALE)
    assert BEFORE.get("sex-2") is None
