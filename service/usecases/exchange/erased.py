"""Deletions told to every State that was told of a person erased since.

DPA 2018 s48(8) and (9): an erasing controller tells the recipients, and they must do the same. The
message carries the number of the conviction and nothing about the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.exchange.codes import DeletionReason, MessageKind
from domain.exchange.messages import Deletion
from rules.clocks import clock_rule, due_day
from rules.code_tables import Standing
from service.storage.exchange.surveys import ErasedConviction
from service.usecases.exchange.asking import Draft, put_in_queue
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.duties import CLOCK
from service.usecases.services import StoreServices


def tell_erased(services: StoreServices, desk: ExchangeDesk) -> int:
    """Queue the deletions that erasures make due, up to a limit; return how many.

    The rows hold the duties, so that no way of erasing can forget it, and none is told twice.
    """
    today = services.surroundings.clock().date()
    with services.units.read() as unit:
        if not _due(desk, unit.erased_duties.waiting(), today):
            return 0
    with services.units.write() as unit:
        due = _due(desk, unit.erased_duties.waiting(), today)[: desk.at_once]
        put_in_queue(services, unit, desk, EXCHANGER, [_draft(one, today) for one in due])
        unit.commit()
    return len(due)


def _due(
    desk: ExchangeDesk, waiting: Sequence[ErasedConviction], today: date
) -> list[ErasedConviction]:
    """Leave out States that were no members on the day of the erasure: they are told nothing."""
    return [
        one
        for one in waiting
        if desk.members.standing(one.key.state, _began(one, today)) is Standing.IN_FORCE
    ]


def _began(erased: ErasedConviction, today: date) -> date:
    return erased.erased_at.date() if erased.erased_at else today


def _draft(erased: ErasedConviction, today: date) -> Draft:
    key = erased.key
    content = Deletion(f"{key.record_id}.{key.item_id}", key.version, DeletionReason.ERASED)
    due_on = due_day(clock_rule(CLOCK), _began(erased, today))
    return Draft(MessageKind.DELETION, (key.state,), content, deadline=due_on, duty=key)
