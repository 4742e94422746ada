"""The state machine of requests."""

from __future__ import annotations

import pytest

from domain.errors import RequestStepError
from domain.requests.request_states import (
    ENDED,
    FIRST,
    TRANSITIONS,
    RequestState,
    Step,
    after,
    open_steps,
)
from tests.golden.requests_document import DOCUMENT, filled


def test_every_state_can_be_reached_and_left_unless_it_is_an_end() -> None:
    reached, found = {FIRST}, {FIRST}
    while found:
        found = {
            state for one in TRANSITIONS if one.before & reached for state in one.after
        } - reached
        reached |= found

    assert reached == set(RequestState)
    assert {state for state in RequestState if not open_steps(state)} < ENDED


def test_every_step_is_a_transition_and_has_one() -> None:
    assert {one.step for one in TRANSITIONS} == set(Step) - {Step.RECEIVE}
    assert len(TRANSITIONS) == len(Step) - 1


def test_a_step_that_is_not_open_is_refused_and_named() -> None:
    with pytest.raises(RequestStepError, match="does not allow the step “agree”"):
        after(Step.AGREE, RequestState.READY)
    with pytest.raises(RequestStepError, match="does not lead"):
        after(Step.DECIDE, RequestState.DECIDING, RequestState.CLOSED)
    with pytest.raises(RequestStepError, match="does not lead"):
        after(Step.DECIDE, RequestState.DECIDING)


def test_the_document_draws_the_machine_as_it_is() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert filled(text) == text
