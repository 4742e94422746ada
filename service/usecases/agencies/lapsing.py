"""Questions that an agency did not answer in time: its request lapses, and can be reopened."""

from __future__ import annotations

from collections.abc import Callable

from domain.access import Actor, Caller, Purpose, Role
from domain.ids import UserId
from domain.request_states import WAITING, Step
from service.usecases.agencies.asking import ASKED_BY_AGENCIES, question_due_on
from service.usecases.requests.stepping import AtWork, enter, next_entry
from service.usecases.services import Services

CLOSER = Caller(
    Actor(UserId("request-closer"), Role.ADMINISTRATOR, None, frozenset()),
    Purpose.AGENCY_SERVICE,
)
"""The actor that lets requests lapse: the service itself, without a token."""

_AT_ONCE = 100
_WORDS = "No answer came within 10 working days."


def lapse_unanswered(services: Services, is_stopping: Callable[[], bool]) -> int:
    """Let requests of agencies lapse whose question was not answered in time; return how many."""
    today = services.surroundings.clock().date()
    lapsed = 0
    for kind in ASKED_BY_AGENCIES:
        if is_stopping():
            break
        with services.units.write() as unit:
            for file in unit.requests.listed(WAITING, kind=kind, limit=_AT_ONCE):
                due_on = question_due_on(file)
                if due_on is None or today <= due_on:
                    continue
                entry = next_entry(services, CLOSER, file, Step.LAPSE, words=_WORDS)
                enter(AtWork(services, unit, CLOSER, file.request.request_id), entry)
                lapsed += 1
            unit.commit()
    return lapsed
