from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.synthetic.ridges.__main__ import (
    QUALITIES,
    first_of_class,
    main,
    shrunk,
)
from data.synthetic.ridges.parameters import FRAME_PX, PatternClass
from data.synthetic.ridges.patterns import pattern_class
from domain.prints.prints import ImpressionType


@pytest.mark.parametrize("pattern", PatternClass)
def test_an_example_of_every_class_is_found(pattern: PatternClass) -> None:
    assert pattern_class(first_of_class(11, pattern)) is pattern


def test_shrinking_averages_squares() -> None:
    picture = np.array([[0, 4, 9], [8, 8, 9], [9, 9, 9]], dtype=np.uint8)

    assert shrunk(picture, 2).tolist() == [[5]]


@pytest.mark.parametrize("arguments", [["--seed", "-1"], ["--shrink", "0"]])
def test_the_command_refuses_what_makes_no_sense(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "--out", str(tmp_path)])

    assert caught.value.code == 2
    assert not any(tmp_path.iterdir())


@pytest.mark.dear("draws fingers")
def test_the_command_writes_both_sheets(tmp_path: Path) -> None:
    code = main(["--seed", "11", "--shrink", "2", "--out", str(tmp_path / "sheets")])

    sizes = {}
    for path in (tmp_path / "sheets").iterdir():
        with Image.open(path) as picture:
            sizes[path.name] = picture.size
    side = FRAME_PX // 2
    assert code == 0
    assert sizes == {
        "patterns.png": (side * len(PatternClass), side),
        "impressions.png": (side * len(QUALITIES), side * len(ImpressionType)),
    }
