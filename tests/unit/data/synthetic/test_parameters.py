"""The digest that names a set of parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.synthetic.parameters import (
    PATTERN_SHARES,
    MistakeParameters,
    NoiseParameters,
    Parameters,
    PopulationParameters,
    PresenceParameters,
)


def test_equal_parameters_have_one_digest() -> None:
    assert Parameters().digest == Parameters().digest
    assert len(Parameters().digest) == 64


@pytest.mark.parametrize(
    "other",
    [
        replace(Parameters(), noise=NoiseParameters(person_sd=0.2)),
        replace(Parameters(), mistakes=MistakeParameters(carelessness=0.5)),
        replace(Parameters(), population=PopulationParameters(pnc_share=0.5)),
    ],
)
def test_any_other_constant_has_another_digest(other: Parameters) -> None:
    assert other.digest != Parameters().digest


def test_shares_are_shares() -> None:
    mistakes = MistakeParameters()
    name_shares = [
        getattr(mistakes, name) for name in mistakes.__dataclass_fields__ if name.endswith("share")
    ]

    assert all(0.0 <= share <= 1.0 for share in name_shares)
    assert sum(PATTERN_SHARES) == pytest.approx(1.0)
    assert len(PresenceParameters().mark_position_weights) == 10
