"""Outcomes of certificates: No Trace is the last thing that anything leads to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.requests.certificates import CertificateOutcome, outcome_of
from domain.requests.releasing import HoldBack
from domain.requests.requests import ReplyOutcome

BACK = st.lists(st.sampled_from(HoldBack), max_size=5)
_O = CertificateOutcome


@pytest.mark.parametrize(
    ("reply", "held_back", "outcome"),
    [
        (ReplyOutcome.NO_RECORD, (), _O.NO_TRACE),
        (ReplyOutcome.NO_RECORD, (HoldBack.DELETED,), _O.NO_TRACE),
        (ReplyOutcome.NO_RECORD, (HoldBack.STEPPED_DOWN,), _O.CANNOT_BE_CERTIFIED),
        (ReplyOutcome.NOTHING_TO_GIVE, (HoldBack.STEPPED_DOWN,), _O.NO_LIVE_TRACE),
        (ReplyOutcome.INFORMATION, (), _O.TRACE),
        (ReplyOutcome.INFORMATION, (HoldBack.DELETED,), _O.TRACE),
        (ReplyOutcome.INFORMATION, (HoldBack.STEPPED_DOWN,), _O.TRACE_STEPPED_DOWN),
        (ReplyOutcome.NOT_IDENTIFIED, (), _O.CANNOT_BE_CERTIFIED),
        (ReplyOutcome.SEVERAL_PEOPLE, (), _O.CANNOT_BE_CERTIFIED),
    ],
)
def test_an_answer_has_its_outcome(
    reply: ReplyOutcome, held_back: Sequence[HoldBack], outcome: CertificateOutcome
) -> None:
    assert outcome_of(reply, held_back) is outcome


@given(st.sampled_from(ReplyOutcome), BACK, st.booleans())
def test_no_trace_needs_no_record_and_nothing_held_back(
    reply: ReplyOutcome, held_back: list[HoldBack], is_more_held: bool
) -> None:
    outcome = outcome_of(reply, held_back, is_more_held=is_more_held)

    if outcome is CertificateOutcome.NO_TRACE:
        assert reply is ReplyOutcome.NO_RECORD
        assert set(held_back) <= {HoldBack.DELETED}
        assert not is_more_held


@given(st.sampled_from(ReplyOutcome), BACK)
def test_how_often_something_is_held_back_changes_nothing(
    reply: ReplyOutcome, held_back: list[HoldBack]
) -> None:
    assert outcome_of(reply, held_back) is outcome_of(reply, held_back * 3)
