"""The orders of a force's list of searches, by the state that the force is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_

from domain.cases import CLOSED_STATES
from domain.events.links import Linked
from domain.list_pages import ListOrder
from domain.searches import SearchType
from service.storage.engine.sorted_pages import rank_among
from service.storage.tables.cases import cases
from service.storage.tables.links import link_revocations, links
from service.storage.tables.log import event_subjects, events
from service.storage.tables.searches import searches


@dataclass(frozen=True, slots=True)
class SearchOrder:
    """The order wanted, and how many events of the log the force may be told; None for all."""

    by: ListOrder | None = None
    told: int | None = None

    def columns(self) -> Mapping[str, ColumnElement[Any]]:
        """Return what each column sorts by, in the alphabet of the words that it shows."""
        # A link that may not be told yet leaves its search open: no place in a list tells more.
        is_open = or_(cases.c.state.not_in(CLOSED_STATES), self._is_hidden())
        is_linked = and_(links.c.link_id.is_not(None), link_revocations.c.revoked_at.is_(None))
        is_names = searches.c.search_type == SearchType.NAMES
        return {
            "type": rank_among(searches.c.search_type, sorted(SearchType)),
            "submitted": searches.c.search_row,
            "state": case((is_open, 1), else_=0),
            "outcome": case((or_(is_open, is_names), 2), (is_linked, 0), else_=1),
        }

    def _is_hidden(self) -> ColumnElement[bool]:
        if self.told is None:
            return cases.c.state.in_(())
        told = (
            exists()
            .where(event_subjects.c.subject_ref == links.c.link_id)
            .where(events.c.seq == event_subjects.c.seq)
            .where(events.c.event_type == Linked.event_type, events.c.seq < self.told)
        )
        return and_(links.c.link_id.is_not(None), ~told)
