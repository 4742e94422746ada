"""Fits the model of vectors on drawn fingers: `python -m benchmarks vectors --out FILE`.

Drawn fingers are bent, mirrored and thinned into new ones, and each is read several times with the
faults of extractors. No real print is used. The same options give the same file on the same
machine.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from benchmarks.machine import one_thread_each
from benchmarks.runner import parsed
from data.synthetic.extractions.faults import FINE, ROUGH
from data.synthetic.extractions.fingers import Skin, bent, simulated_extraction, skin_of
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.streams import FingerIdentity
from domain.prints.prints import FINGERS
from prints.features.describing import Description, describe
from prints.features.fitting import fitted_model
from prints.features.vector_model import to_arrays, to_file

_LEAST_MINUTIAE = 8


@dataclass(frozen=True, kw_only=True)
class VectorsOptions:
    """The options of `python -m benchmarks vectors`."""

    out: Annotated[Path, "file for the model", {"required": True}]
    drawn: Annotated[int, "fingers drawn"] = 1_200
    fingers: Annotated[int, "fingers made of them"] = 3_000
    views: Annotated[int, "readings of each"] = 3
    seed: Annotated[int, "seed of the fingers"] = 3100


def main(arguments: Sequence[str]) -> int:
    """Draw, simulate, fit and write the model; print the digest that the code must state."""
    options = parsed(VectorsOptions, "vectors", __doc__, arguments)
    began = time.process_time()
    with one_thread_each():
        skins = drawn_skins(options.drawn, options.seed)
        print(f"{len(skins)} fingers drawn, {time.process_time() - began:.0f} s")
        rng = np.random.default_rng([options.seed, 1])
        fingers = [seen_fingers(skins, options.views, rng) for _ in range(options.fingers)]
        print(f"{len(fingers)} fingers read, {time.process_time() - began:.0f} s")
        model = fitted_model(fingers, rng)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(to_file(to_arrays(model)))
    print(f"{options.out.stat().st_size:,} bytes, {time.process_time() - began:.0f} s")
    print(f"digest {model.digest}")
    return 0


def drawn_skins(count: int, seed: int) -> list[Skin]:
    """Return drawn fingers, ten for each person."""
    return [
        skin_of(master_print(FingerIdentity(seed, number // 10, FINGERS[number % 10])))
        for number in range(count)
    ]


def seen_fingers(skins: Sequence[Skin], views: int, rng: np.random.Generator) -> list[Description]:
    """Return descriptions of a new finger, all read by the same kind of extractor."""
    finger = bent(skins[int(rng.integers(len(skins)))], rng)
    extractor = (ROUGH, FINE)[int(rng.integers(2))]
    seen: list[Description] = []
    while len(seen) < views:
        minutiae = simulated_extraction(finger, extractor, rng)
        if len(minutiae) >= _LEAST_MINUTIAE:
            seen.append(describe(minutiae))
    return seen
