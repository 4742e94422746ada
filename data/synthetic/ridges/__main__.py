"""`python -m data.synthetic.ridges --out DIR`: write contact sheets of synthetic prints."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from data.synthetic.ridges.parameters import PatternClass
from data.synthetic.ridges.png import png_bytes
from data.synthetic.ridges.sheet import (
    first_of_class,
    impression_sheet,
    pattern_sheet,
    shrunk,
)


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
