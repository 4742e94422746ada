"""Marks made of impressions, searched for among minutiae made up for it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.printing.extracting import Costs, as_print
from benchmarks.printing.marks import (
    DAMAGES,
    NOWHERE,
    gallery_of,
    mark_of,
    mark_ranks,
    ranks_told,
    shares_within,
    vector_places,
)
from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import PrintTool
from prints.features.tools import feature_tools
from prints.features.whitening import shipped_whitening
from prints.formats.minutiae_192 import FORMAT
from service.ports.print_reading import GreyImage
from tests.print_files import drawn
from tests.unit.prints.features.builders import moved, random_set, seen_again

WHITENINGS = {"one": shipped_whitening()}


class Known:
    """An extractor that knows the minutiae of a picture by its first pixel."""

    tool = PrintTool("known", "1", "00" * 32)

    def __init__(self, sets: list[MinutiaeSet]) -> None:
        self._sets = sets

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        if grey[0, 0] >= len(self._sets):
            raise UnreadablePrintError("No minutia was found.")
        return self._sets[grey[0, 0]]


def test_marks_are_ranked_by_their_finger() -> None:
    assert FORMAT.features is not None
    vectors, rng = FORMAT.features.vectors(), np.random.default_rng(6)
    masters = [random_set(rng) for _ in range(6)]
    prints = [as_print(("one", at, 1), one, vectors, Costs()) for at, one in enumerate(masters)]
    extractor = Known([seen_again(one, rng) for one in masters[:2]])
    marks = [(("one", at, 2), np.full((64, 64), at, dtype=np.uint8)) for at in (0, 1, 2)]

    ranks = mark_ranks(marks, extractor, gallery_of(prints, WHITENINGS), vectors, Costs())
    told = ranks_told(ranks)

    assert list(ranks.values()) == [1, 1, NOWHERE]
    assert (told["marks"], told["first"], told["rank20"]) == (3, 2, pytest.approx(2 / 3))
    assert told["first_by_set"] == {"one": [2, 3]}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_mark_keeps_its_size_and_is_made_again_the_same(damage: str) -> None:
    grey = drawn()[100:356, 100:356]

    first, again = (mark_of(grey, DAMAGES[damage], np.random.default_rng(1)) for _ in range(2))

    assert first.shape == grey.shape
    assert np.array_equal(first, again)
    assert not np.array_equal(first, grey)


def test_turns_bring_a_turned_print_to_the_front_of_the_list() -> None:
    rng = np.random.default_rng(5)
    sets = [random_set(rng) for _ in range(30)]
    vectors = feature_tools().vectors()
    prints = [as_print(("one", at, 1), each, vectors, Costs()) for at, each in enumerate(sets)]
    turned = [(("one", at, 2), moved(sets[at], np.pi / 2, (0.0, 0.0))) for at in range(5)]

    upright = vector_places(turned, gallery_of(prints, WHITENINGS), vectors, (0.0,))
    any_way = vector_places(turned, gallery_of(prints, WHITENINGS), vectors, (0.0, -np.pi / 2))

    assert shares_within(any_way) == {"first_20": 1.0, "first_100": 1.0, "worst": 1}
    assert upright.max() > 1
