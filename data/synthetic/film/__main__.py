"""`python -m data.synthetic.film --frames N --out DIR --truth FILE`: write a roll of film."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from data.synthetic.film.drawing import Roll, write_roll


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures of a roll, and its truth to a separate file. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.synthetic.film", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="seed of the roll (default 7)")
    parser.add_argument("--frames", type=int, default=20, help="how many frames (default 20)")
    parser.add_argument("--fingers", type=int, default=10, help="prints on each form (10)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--truth", type=Path, required=True, help="file of the truth")
    options = parser.parse_args(arguments)
    if options.frames < 1 or not 0 <= options.fingers <= 10 or options.seed < 0:
        parser.error("the frames are 1 or more, the fingers 0 to 10, the seed 0 or more")
    roll = Roll(options.seed, options.frames, fingers=tuple(range(1, options.fingers + 1)))
    write_roll(roll, options.out, options.truth)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
