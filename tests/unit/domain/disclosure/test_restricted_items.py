"""Items taken out of a record and put back: all of it as it was, in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ConflictError, NotFoundError
from domain.ids import ForceCode
from domain.people.items import Item, ItemId, Items, numbered_items
from domain.people.people import (
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Nationality,
    Offence,
    PersonName,
    Sex,
)
from domain.retention.disclosure import brought_back, with_entry, with_parts, without


def _report(day: int, offences: int) -> ArrestReport:
    ends = tuple(
        Disposal(kind, date(2024, 6, 1), "")
        for kind in (DisposalType.CHARGED, DisposalType.CAUTIONED)
    )
    told = tuple(
        Offence(f"TH6800{n}", f"Theft {n}", True, date(2024, 1, day), ends)
        for n in range(offences)
    )
    return ArrestReport(f"ASN-{day}", ForceCode("01"), date(2024, 1, day), told)


HELD = numbered_items(
    Details(
        names=(PersonName("Ada", "Muster"), PersonName("Ada", "Miller")),
        sex=Sex.FEMALE,
        nationalities=(Nationality("GBR"), Nationality("POL"), Nationality("ROU")),
    ),
    (_report(1, 2), _report(2, 1), _report(3, 3)),
)


@given(st.sampled_from(HELD.held))
def test_an_item_goes_with_its_parts_and_comes_back_where_it_was(item: Item) -> None:
    kept = without(HELD, item.item_id)

    gone = {one.item_id for one in HELD.held} - {one.item_id for one in kept.held}
    assert gone == {one.item_id for one in with_parts(HELD, item.item_id)}
    assert kept.last == HELD.last
    assert brought_back(kept, HELD, item.item_id) == HELD


@given(st.permutations([0, 2, 3, 5, 7]), st.permutations([0, 2, 3, 5, 7]))
def test_several_items_come_back_in_any_order(out: list[int], back: list[int]) -> None:
    tops = [one.item_id for one in HELD.held if one.parent is None]
    now, before = HELD, {}
    for at in out:
        before[at], now = now, without(now, tops[at])
    for at in back:
        now = brought_back(now, before[at], tops[at])

    assert {one.item_id for one in now.held} == {one.item_id for one in HELD.held}
    assert [one.kind for one in now.held] == [one.kind for one in HELD.held]


def test_a_part_is_read_behind_its_entry() -> None:
    found = with_entry(HELD, "disposal-4")

    assert [one.item_id for one in found] == ["arrest-report-1", "offence-2", "disposal-4"]


def test_a_part_whose_entry_was_withdrawn_does_not_come_back_alone() -> None:
    kept = without(HELD, "disposal-1")
    withdrawn = without(kept, "arrest-report-1")

    assert brought_back(withdrawn, HELD, "disposal-1") == withdrawn


def test_an_only_name_and_a_second_sex_are_refused() -> None:
    one_name = without(HELD, "name-1")
    kept = without(HELD, "sex-1")
    again = Item(ItemId("sex-2"), with_parts(HELD, "sex-1")[0].kind, Sex.MALE)

    with pytest.raises(ConflictError):
        without(one_name, "name-2")
    with pytest.raises(ConflictError):
        brought_back(replace(kept, held=(*kept.held, again)), HELD, "sex-1")
    with pytest.raises(NotFoundError):
        without(Items((), ()), "name-1")
