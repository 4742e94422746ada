"""The order of a list, and which of its rows are wanted, as its reader asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.cases import Activity, CaseState, Priority


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The column that a list is sorted by, and the direction."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class OpenWanted:
    """Which open cases are wanted; as it stands, all of them."""

    activity: Activity | None = None
    priority: Priority | None = None
    state: CaseState | None = None
    is_overdue: bool = False
    """Only those past their target."""
    is_held: bool | None = None
