"""People of a bureau's own: one use each, whatever the order, and no label that contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ModelError
from domain.people.people import Details, PersonName
from matching.own.own_data import (
    LEAST_DETAIL_PEOPLE,
    LabelledPair,
    OwnData,
    Share,
    Side,
    columns_of,
    own_data,
    share_of,
)
from matching.own.own_fit import OwnInputs, OwnPlan, train_own
from matching.scorer import MODELS


def _side(person: str) -> Side:
    return Side(person, Details(names=(PersonName("Ann", person),)))


def _pair(first: str, second: str, *, is_mated: bool) -> LabelledPair:
    return LabelledPair(is_mated, "2025-03", "A", "file", _side(first), _side(second))


def test_each_person_serves_one_purpose_in_every_run() -> None:
    names = [f"p{number}" for number in range(400)]
    pairs = [_pair(name, name, is_mated=True) for name in names]
    one, other = own_data(pairs), own_data(reversed(pairs))
    assert [p.person for p in one.people] == [p.person for p in other.people]
    shares = {share: {p.person for p in one.of(share)} for share in Share}
    assert sum(map(len, shares.values())) == len(names)
    assert len(shares[Share.FIT]) == pytest.approx(240, abs=30)
    assert all(share_of(name) is share for share, kept in shares.items() for name in kept)


@pytest.mark.parametrize(("second", "is_mated"), [("b", True), ("a", False)])
def test_a_label_that_contradicts_the_pseudonyms_is_refused(second: str, is_mated: bool) -> None:
    with pytest.raises(ModelError, match="contradicts"):
        own_data([_pair("a", second, is_mated=is_mated)])


def test_a_mated_pair_is_kept_together_whatever_came_before() -> None:
    pairs = [_pair("a", "b", is_mated=False), _pair("a", "a", is_mated=True)]
    (person,) = (one for one in own_data(pairs).people if one.person == "a")
    assert person.asked is not None
    assert person.held is pairs[1].second


def _inputs(data: OwnData) -> OwnInputs:
    nothing = columns_of([], 192)
    return OwnInputs(data, nothing, nothing, None, calibration=(), test=())


def test_few_people_are_refused_with_every_number_that_is_lacking(tmp_path: Path) -> None:
    data = own_data([_pair(f"p{n}", f"p{n}", is_mated=True) for n in range(50)])
    with pytest.raises(ModelError) as refused:
        train_own(_inputs(data), OwnPlan("few", MODELS), tmp_path / "model")
    told = str(refused.value)
    assert f"{LEAST_DETAIL_PEOPLE} are needed" in told
    assert "Prints: 0 people" in told
    assert "Prints: the templates are none" in told
    assert not (tmp_path / "model").exists()


def test_a_model_of_nothing_is_no_model(tmp_path: Path) -> None:
    plan = OwnPlan("none", MODELS, frozenset({"prints", "details"}))
    with pytest.raises(ModelError, match="Nothing is left to fit"):
        train_own(_inputs(own_data([])), plan, tmp_path / "model")
