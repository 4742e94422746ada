"""Which fingers have bits: those that the extractor of the model read on both sides."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from domain.ids import EncounterId
from domain.prints.prints import FingerPosition, PrintTool
from domain.searches.searches import Search, SearchType
from matching.match_bits import MatchModel
from service.storage.unit_of_work import UnitOfWork
from service.usecases.searches import correspondence as module
from service.usecases.searches.correspondence import FingerCorrespondence, PrintBits, print_bits
from service.usecases.services import Services

READER = PrintTool("leader", "1", "e" * 64)
MATCHER = PrintTool("matcher", "1", "m" * 64)
MODEL = MatchModel(
    "trial",
    READER.label,
    READER.digest,
    MATCHER.digest,
    np.array([-2.0, 1.0, 0.0, 0.0]),
    {"fitted_on": "nothing"},
    "d" * 64,
)
FOUND = FingerCorrespondence(
    FingerPosition.RIGHT_INDEX,
    FingerPosition.RIGHT_INDEX,
    pairs=(),
    rotation_deg=0,
    overlap=(20, 22),
    match_score=float(np.expm1(5.0)),
    read_by=(READER.label, READER.label),
)


def told(
    *found: FingerCorrespondence, kind: SearchType = SearchType.TP_TP, **changed: Any
) -> PrintBits | None:
    model = replace(MODEL, **changed)
    services = SimpleNamespace(
        match_models=(model,),
        prints=SimpleNamespace(finder=SimpleNamespace(tools=(READER, READER))),
        print_format=SimpleNamespace(features=SimpleNamespace(matcher=MATCHER)),
    )
    search = SimpleNamespace(search_type=kind, basis=SimpleNamespace(gallery_size=1_000))
    return print_bits(
        cast("Services", services),
        cast("UnitOfWork", None),
        cast("Search", search),
        EncounterId("one"),
        found or (FOUND,),
    )


@pytest.fixture(autouse=True)
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_met", lambda *_: (10_000, 0.0004))


def test_a_finger_has_bits_and_several_a_sum_that_counts_support() -> None:
    two = told(FOUND, replace(FOUND, match_score=float(np.expm1(4.0))))

    assert two is not None
    assert [one.bits for one in two.fingers] == pytest.approx([3.0, 2.0])
    assert two.together == pytest.approx(5.0, abs=0.05)
    assert (two.rehearsed, two.fitted_on, two.model) == (10_000, "nothing", "trial dddddddddddd")


def test_no_sum_is_told_before_the_gallery_has_rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_met", lambda *_: (12, None))

    found = told()

    assert found is not None
    assert (found.together, found.rehearsed) == (None, 12)


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, read_by=(READER.label, "nbis-mindtct/0.1.3")),
        replace(FOUND, read_by=("", READER.label)),
        replace(FOUND, has_marked=True),
    ],
    ids=["two extractors", "unknown extractor", "people marked"],
)
def test_a_finger_that_the_model_does_not_cover_has_none(other: FingerCorrespondence) -> None:
    mixed = told(FOUND, other)

    assert told(other) is None
    assert mixed is not None
    assert [one.bits for one in mixed.fingers] == pytest.approx([3.0, None])
    assert mixed.together == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("bound", ["extractor_digest", "matcher_digest"])
def test_a_model_of_other_tools_weighs_nothing(bound: str) -> None:
    assert told(**{bound: "another"}) is None


@pytest.mark.parametrize("kind", [SearchType.LT_TP, SearchType.TP_LT, SearchType.LT_LT])
def test_marks_have_no_bits(kind: SearchType) -> None:
    assert told(kind=kind) is None
