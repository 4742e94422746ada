"""Stepping down: the vectors of the synthetic rule set, and properties of any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnknownRuleError
from domain.people.convictions import (
    ConvictedOffence,
    Conviction,
    Court,
    InformationSource,
    Sanction,
    SentenceKind,
    Source,
)
from rules.step_down import RULE_SET, Stated, step_down, step_down_rules


def convicted(
    *sanctions: Sanction, on: date = date(2001, 3, 5), young: bool | None = False
) -> Conviction:
    return Conviction(
        Court("Leeds"),
        on,
        (ConvictedOffence("TH68010", "Theft"),),
        sanctions,
        was_under_18=young,
    )


FINE = Sanction(SentenceKind.FINE)


@pytest.mark.parametrize(
    ("sanction", "young", "last", "row"),
    [
        (Sanction(SentenceKind.CAUTION), False, "2006-03-04", "caution"),
        (Sanction(SentenceKind.CAUTION), True, "2003-03-04", "caution"),
        (FINE, False, "2011-03-04", "fine"),
        (Sanction(SentenceKind.COMMUNITY_ORDER, duration="P12M"), False, "2013-03-04", "order"),
        (Sanction(SentenceKind.CUSTODY, duration="P6M"), False, "2021-03-04", "custody"),
        (Sanction(SentenceKind.CUSTODY, duration="P7M"), False, "", "custody over 6 months"),
        (Sanction(SentenceKind.LIFE), False, "", "life"),
    ],
)
def test_a_matter_is_stated_to_its_last_day(
    sanction: Sanction, young: bool, last: str, row: str
) -> None:
    conviction = convicted(sanction, young=young)
    far = step_down(conviction, date(2099, 1, 1))

    assert far.rule == f"{RULE_SET}: {row}"
    assert str(far.last_day or "") == last
    if not last:
        assert far.stated is Stated.LIVE
        return
    end = date.fromisoformat(last)
    assert step_down(conviction, end).stated is Stated.LIVE
    assert step_down(conviction, end + timedelta(days=1)).stated is Stated.STEPPED_DOWN


@pytest.mark.parametrize(
    "conviction",
    [
        convicted(),
        convicted(Sanction(SentenceKind.UNSTRUCTURED, words="Bound over")),
        convicted(Sanction(SentenceKind.CUSTODY)),
        convicted(FINE, young=None),
        replace(convicted(FINE), source=Source(InformationSource.OTHER_STATE, "POL")),
    ],
    ids=["no sanction", "in words", "no length", "no age", "another State"],
)
def test_nothing_unknown_ever_steps_down(conviction: Conviction) -> None:
    assert step_down(conviction, date(2099, 1, 1)).stated is Stated.UNKNOWN


def test_the_rules_say_that_they_are_synthetic() -> None:
    rules = step_down_rules()
    assert rules.is_synthetic
    assert rules.citation.startswith("SYNTHETIC")
    with pytest.raises(UnknownRuleError):
        step_down_rules("clocks/1")


KINDS = [kind for kind in SentenceKind if kind is not SentenceKind.UNSTRUCTURED]
SANCTIONS = st.builds(
    Sanction, st.sampled_from(KINDS), duration=st.sampled_from(["P1M", "P6M", "P2Y"])
)


@given(
    st.lists(SANCTIONS, min_size=1, max_size=4), SANCTIONS, st.booleans(), st.integers(0, 9_000)
)
def test_a_further_sanction_never_steps_a_conviction_down_sooner(
    sanctions: list[Sanction], further: Sanction, young: bool, days: int
) -> None:
    on = date(2001, 3, 5) + timedelta(days=days)
    before = step_down(convicted(*sanctions, young=young), on)
    after = step_down(convicted(*sanctions, further, young=young), on)

    assert not (before.stated is Stated.LIVE and after.stated is Stated.STEPPED_DOWN)


@given(st.lists(SANCTIONS, min_size=1, max_size=4), st.booleans(), st.integers(0, 9_000))
def test_what_stepped_down_stays_down(sanctions: list[Sanction], young: bool, days: int) -> None:
    on = date(2001, 3, 5) + timedelta(days=days)
    conviction = convicted(*sanctions, young=young)

    if step_down(conviction, on).stated is Stated.STEPPED_DOWN:
        assert step_down(conviction, on + timedelta(days=400)).stated is Stated.STEPPED_DOWN
