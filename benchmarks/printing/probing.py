"""Pictures to search for, made of the prints of a set: slaps, turned prints and marks."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.printing.extracting import Costs
from benchmarks.printing.marks import DAMAGES, mark_of
from benchmarks.printing.slaps import Slap, cut_rightly, lies_right, slap_of, told
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.doubts import at_nominal
from service.adapters.extraction.slaps import fingers_of
from service.ports.print_reading import GreyImage

Image = tuple[tuple[str, int, int], GreyImage, float]
"""Set, finger and impression number; the image; pixels per inch."""


def pasted(images: Sequence[Image], seed: int, number: int, fingers: int = 4) -> Slap:
    """Return a slap of so many fingers of one set, of any of their impressions."""
    rng = np.random.default_rng([seed, 5, fingers, number])
    chosen = rng.choice(sorted({sample[1] for sample, _, _ in images}), fingers, replace=False)
    prints = []
    for finger in chosen.tolist():
        own = [one for one in images if one[0][1] == finger]
        _, grey, ppi = own[int(rng.integers(len(own)))]
        prints.append(at_nominal(grey, ppi).grey)
    return slap_of(prints, rng)


def slap_row(
    data: str, images: Sequence[Image], count: int, seed: int, costs: Costs
) -> dict[str, Any]:
    """Return how so many slaps of one set are cut, as they lie, turned, and with a different
    number of fingers than stated.
    """
    slaps = [pasted(images, seed, number) for number in range(count)]
    with costs.of("cut", len(slaps)):
        found = [cut_rightly(slap) for slap in slaps]
    few = [pasted(images, seed, number, fingers=3) for number in range(count)]
    many = sum(bool(fingers_of(slap.grey, NOMINAL_PPI, 3)) for slap in slaps)
    wrong = many + sum(bool(fingers_of(slap.grey, NOMINAL_PPI, 4)) for slap in few)
    lying = [lies_right(slap, 1 + number % 3) for number, slap in enumerate(slaps)]
    put = {"turned_upright": lying.count(True), "turned_wrong": lying.count(False)}
    return {"data": data, "extractor": "", **told(found, 4), "miscounted": wrong, **put}


def turned_probes(
    images: Sequence[Image], each: int, *, is_turned: bool
) -> Iterator[tuple[tuple[str, int, int], GreyImage]]:
    """Yield later impressions of each finger, turned by one to three quarters or not at all."""
    for sample, grey, ppi in _some_later(images, each):
        quarters = 1 + sample[1] % 3 if is_turned else 0
        yield sample, np.ascontiguousarray(np.rot90(at_nominal(grey, ppi).grey, quarters))


def _some_later(images: Sequence[Image], each: int) -> Iterator[Image]:
    """Yield so many of the later impressions of each finger: which ones, its number says."""
    for one in images:
        _, finger, impression = one[0]
        if impression != 1 and (impression - 2 - finger) % 7 < each:
            yield one


def made_marks(
    images: Sequence[Image], damage: str, each: int, seed: int
) -> Iterator[tuple[tuple[str, int, int], GreyImage]]:
    """Yield marks made from later impressions of each finger."""
    for sample, grey, ppi in _some_later(images, each):
        _, finger, impression = sample
        rng = np.random.default_rng([seed, 4, finger, impression])
        yield sample, mark_of(at_nominal(grey, ppi).grey, DAMAGES[damage], rng)


def digest_of(images: Sequence[Image]) -> str:
    """Return the digest of all images, with their names and resolutions."""
    total = hashlib.sha256()
    for sample, grey, ppi in images:
        total.update(f"{sample} {grey.shape} {ppi}".encode() + grey.tobytes())
    return total.hexdigest()
