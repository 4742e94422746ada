"""Households and relations."""

from __future__ import annotations

from collections import Counter

import pytest

from data.synthetic.households import (
    BLOCK,
    HouseholdColumns,
    Role,
    household_columns,
)
from data.synthetic.parameters import HouseholdParameters

SEED = 2


@pytest.fixture(scope="module")
def columns() -> HouseholdColumns:
    return household_columns(SEED, 0, 40, HouseholdParameters())


def test_households_stay_in_their_block(columns: HouseholdColumns) -> None:
    for row, head in enumerate(columns.heads.tolist()):
        assert head // BLOCK == row // BLOCK
        assert 0 <= row - head < 4


def test_blocks_are_the_same_alone_and_together(columns: HouseholdColumns) -> None:
    alone = household_columns(SEED, 7, 8, HouseholdParameters())

    part = slice(7 * BLOCK, 8 * BLOCK)
    assert (columns.roles[part] == alone.roles).all()
    assert (columns.heads[part] - 7 * BLOCK == alone.heads).all()
    assert alone.start == 7 * BLOCK


def test_relations_are_mutual(columns: HouseholdColumns) -> None:
    relations = [columns.relations(row) for row in range(len(columns.heads))]

    for number, own in enumerate(relations):
        assert number in own.members
        if own.twin_of is not None:
            assert relations[own.twin_of].twin_of == number
            assert own.twin_of in own.sibling_of
        if own.partner_of is not None:
            assert relations[own.partner_of].partner_of == number
        for sibling in own.sibling_of:
            assert number in relations[sibling].sibling_of
        for child in own.parent_of:
            assert number in relations[child].child_of


def test_numbers_of_relations_count_from_the_start_of_the_columns() -> None:
    late = household_columns(SEED, 30, 31, HouseholdParameters())

    assert late.relations(0).members[0] == 30 * BLOCK


def test_shares_of_households_are_those_asked_for(columns: HouseholdColumns) -> None:
    heads = [row for row, head in enumerate(columns.heads.tolist()) if row == head]
    kinds = Counter(Role(columns.roles[head]) for head in heads)

    assert kinds[Role.ALONE] / len(heads) == pytest.approx(0.78, abs=0.04)
    assert kinds[Role.TWIN] / len(heads) == pytest.approx(0.012, abs=0.008)


def test_only_twins_when_all_households_are_twins() -> None:
    twins = HouseholdParameters(
        couple_share=0.0,
        siblings_share=0.0,
        twins_share=1.0,
        father_and_son_share=0.0,
        family_share=0.0,
    )

    columns = household_columns(SEED, 0, 1, twins)

    assert set(columns.roles.tolist()) == {Role.TWIN}
    assert columns.relations(5).twin_of == 4


def test_family_has_parents_and_children() -> None:
    families = HouseholdParameters(0.0, 0.0, 0.0, 0.0, 1.0)

    father, mother, elder, _ = (
        household_columns(SEED, 0, 1, families).relations(row) for row in range(4)
    )

    assert (father.partner_of, mother.partner_of) == (1, 0)
    assert father.parent_of == mother.parent_of == (2, 3)
    assert elder.child_of == (0, 1)
    assert elder.sibling_of == (3,)
    assert elder.partner_of is None
