"""Relations between people. People come in blocks of 64, and a household lies within its block."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.parameters import HouseholdParameters
from domain.arrays import Int64s

BLOCK = 64
"""The number of people in a block: all must be drawn to know the relations of one."""


class Role(IntEnum):
    """The role of a person in the household. The first member is the head of the household."""

    ALONE = 0
    HUSBAND = 1
    WIFE = 2
    SIBLING = 3
    TWIN = 4
    FATHER = 5
    SON = 6
    MOTHER = 7
    CHILD = 8


_COMPOSITIONS: tuple[tuple[Role, ...], ...] = (
    (Role.HUSBAND, Role.WIFE),
    (Role.SIBLING, Role.SIBLING),
    (Role.TWIN, Role.TWIN),
    (Role.FATHER, Role.SON),
    (Role.FATHER, Role.MOTHER, Role.CHILD, Role.CHILD),
    (Role.ALONE,),
)
"""The kinds of household, in the order of the shares in `HouseholdParameters`."""

PARENTS = frozenset({Role.FATHER, Role.MOTHER})
CHILDREN = frozenset({Role.SON, Role.CHILD})
PARTNERS = frozenset({Role.HUSBAND, Role.WIFE, Role.FATHER, Role.MOTHER})


@dataclass(frozen=True, slots=True)
class Relations:
    """The relatives of a person, by person number. All are in the same household."""

    members: tuple[int, ...]
    """The whole household, including the person. The first member is its head."""
    twin_of: int | None = None
    sibling_of: tuple[int, ...] = ()
    """Brothers and sisters, including a twin."""
    partner_of: int | None = None
    parent_of: tuple[int, ...] = ()
    child_of: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class HouseholdColumns:
    """The households of whole blocks. Row i is person `start + i`.

    `heads`: int64 (n,), rows of the heads of households. `roles`: int64 (n,), values of `Role`.
    """

    start: int
    heads: Int64s
    roles: Int64s

    def relations(self, row: int) -> Relations:
        """Return the relations of the person in this row."""
        head = int(self.heads[row])
        members = self._member_rows(head)
        roles = {member: Role(self.roles[member]) for member in members}
        others = [member for member in members if member != row]
        return _relations(row, roles, others, self.start)

    def _member_rows(self, head: int) -> tuple[int, ...]:
        longest = max(len(composition) for composition in _COMPOSITIONS)
        near = self.heads[head : head + longest]
        return tuple(head + int(offset) for offset in np.flatnonzero(near == head))


def _relations(row: int, roles: dict[int, Role], others: list[int], start: int) -> Relations:
    own = roles[row]

    def numbers(wanted: frozenset[Role]) -> tuple[int, ...]:
        return tuple(start + other for other in others if roles[other] in wanted)

    brothers_of = {Role.SIBLING: {Role.SIBLING}, Role.TWIN: {Role.TWIN}, Role.CHILD: {Role.CHILD}}
    twins = numbers(frozenset({Role.TWIN}))
    partners = numbers(PARTNERS) if own in PARTNERS else ()
    return Relations(
        members=tuple(start + member for member in roles),
        twin_of=twins[0] if own is Role.TWIN and twins else None,
        sibling_of=numbers(frozenset(brothers_of.get(own, set()))),
        partner_of=partners[0] if partners else None,
        parent_of=numbers(CHILDREN) if own in PARENTS else (),
        child_of=numbers(PARENTS) if own in CHILDREN else (),
    )


def household_columns(
    seed: int, first_block: int, last_block: int, households: HouseholdParameters
) -> HouseholdColumns:
    """Return the households of all people in blocks `first_block` to `last_block - 1`."""
    draws = uniforms(Stream(seed, Purpose.HOUSEHOLDS, BLOCK).words(first_block, last_block))
    edges = np.cumsum(
        [
            households.couple_share,
            households.siblings_share,
            households.twins_share,
            households.father_and_son_share,
            households.family_share,
        ]
    )
    kinds = np.searchsorted(edges, draws, side="right").tolist()
    heads: list[int] = []
    roles: list[int] = []
    for block_kinds in kinds:
        _fill_block(block_kinds, heads, roles)
    return HouseholdColumns(first_block * BLOCK, np.array(heads), np.array(roles))


def _fill_block(kinds: list[int], heads: list[int], roles: list[int]) -> None:
    """Append a block of households; one that would not fit becomes one person living alone."""
    end = len(heads) + BLOCK
    for kind in kinds:
        composition = _COMPOSITIONS[kind]
        if len(heads) + len(composition) > end:
            composition = _COMPOSITIONS[-1]
        if len(heads) < end:
            heads.extend([len(heads)] * len(composition))
            roles.extend(composition)
