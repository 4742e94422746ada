from __future__ import annotations

import pytest

from matching.scorer import load_scorer
from matching.waterfall import waterfall
from tests.unit.matching.builders import make_details


@pytest.fixture(scope="module")
def evidence():
    scorer = load_scorer()
    return scorer.score_details(make_details(), [make_details("Jon")], gallery_size=1000)[0]


def test_a_png_is_a_png(evidence) -> None:
    assert waterfall(evidence, image_format="png").startswith(b"\x89PNG")


def test_an_svg_names_every_row_that_says_anything(evidence) -> None:
    picture = waterfall(evidence, image_format="svg").decode()
    assert picture.startswith("<?xml")
    for row in evidence.rows:
        assert (f"<!-- {row.source}: {row.level} -->" in picture) == bool(row.bits)
    assert "<!-- total -->" in picture


@pytest.mark.parametrize("image_format", ["png", "svg"])
def test_the_same_evidence_gives_the_same_bytes(evidence, image_format) -> None:
    first, second = (waterfall(evidence, image_format=image_format) for _ in range(2))
    assert first == second
