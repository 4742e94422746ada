"""`python -m data.synthetic.ridges --out DIR`: write contact sheets of synthetic prints."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from data.synthetic.ridges.impressions import png_bytes, render_impression
from data.synthetic.ridges.parameters import PatternClass
from data.synthetic.ridges.patterns import pattern_class
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.arrays import UInt8s
from domain.prints.prints import FINGERS, ImpressionType

Picture = UInt8s

QUALITIES = (90, 60, 30)
"""The qualities in the columns of the sheet of impressions, for each impression type."""

_PATTERN_QUALITY = 85


def pattern_sheet(seed: int) -> Picture:
    """Return uint8 (h, w): one rolled print of each class, in the order of PatternClass."""
    appearance = Appearance(ImpressionType.ROLLED, _PATTERN_QUALITY, 0)
    examples = [first_of_class(seed, pattern) for pattern in PatternClass]
    return np.hstack([render_impression(finger, appearance).image for finger in examples])


def impression_sheet(finger: FingerIdentity) -> Picture:
    """Return uint8 (h, w): one finger, a row for each impression type, a column a quality."""
    rows = []
    for impression_type in ImpressionType:
        looks = [Appearance(impression_type, quality, quality) for quality in QUALITIES]
        rows.append(np.hstack([render_impression(finger, look).image for look in looks]))
    return np.vstack(rows)


def shrunk(picture: Picture, factor: int) -> Picture:
    """Return `picture` with every square of `factor` x `factor` pixels averaged into one pixel."""
    height, width = (side - side % factor for side in picture.shape)
    squares = picture[:height, :width].reshape(height // factor, factor, width // factor, factor)
    return np.asarray(np.rint(squares.mean(axis=(1, 3))), dtype=np.uint8)


def first_of_class(seed: int, pattern: PatternClass) -> FingerIdentity:
    """Return the first finger of this class, in the order of persons and positions."""
    return next(finger for finger in _fingers(seed) if pattern_class(finger) is pattern)


def _fingers(seed: int) -> Iterator[FingerIdentity]:
    number = 0
    while True:
        yield from (FingerIdentity(seed, number, position) for position in FINGERS)
        number += 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Write `patterns.png` and `impressions.png` to a directory. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.synthetic.ridges", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="seed of the population (default 7)")
    parser.add_argument("--out", type=Path, required=True, help="directory, made if missing")
    parser.add_argument("--shrink", type=int, default=1, help="divide each side by this (1)")
    options = parser.parse_args(arguments)
    if not (0 <= options.seed < 2**63 and 1 <= options.shrink <= 8):
        parser.error("the seed is 0 to 2**63 - 1, the shrinking 1 to 8")
    finger = first_of_class(options.seed, PatternClass.ULNAR_LOOP)
    options.out.mkdir(parents=True, exist_ok=True)
    patterns = shrunk(pattern_sheet(options.seed), options.shrink)
    impressions = shrunk(impression_sheet(finger), options.shrink)
    (options.out / "patterns.png").write_bytes(png_bytes(patterns))
    (options.out / "impressions.png").write_bytes(png_bytes(impressions))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
