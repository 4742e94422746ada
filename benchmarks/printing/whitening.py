"""Whitenings of vectors, fitted on prints that are made of those of real fingers.

Half of these prints are mirrored, because left hands are about the mirror image of right ones. No
finger is looked up by a whitening that was fitted on its own set.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.printing.distractors import real_like
from benchmarks.printing.extracting import Print
from prints.features.describing import Floats, describe
from prints.features.tools import feature_tools
from prints.features.vector_model import content_digest, to_file
from prints.features import whitening

_EACH = 1_000
"""Prints made of each set, mirrored, and as many that are not."""


def vectors_by_set(prints: Sequence[Print], seed: int) -> dict[str, Floats]:
    """Return the vectors of prints made of each set, float32 (n, v) for each name of a set."""
    vectors = feature_tools().vectors()
    made: dict[str, Floats] = {}
    for name in dict.fromkeys(one.data for one in prints):
        own = [one for one in prints if one.data == name]
        rng = np.random.default_rng([seed, 7])
        sets = [
            minutiae
            for is_mirrored in (True, False)
            for minutiae in real_like(own, _EACH, rng, is_mirrored=is_mirrored)
        ]
        made[name] = np.array([vectors.of_description(describe(one)) for one in sets])
    return made


def fitted_on(made: Mapping[str, Floats]) -> whitening.Whitening:
    """Return the whitening of the vectors of several sets together."""
    return whitening.fitted_whitening(np.concatenate(list(made.values())))


def left_out(prints: Sequence[Print], seed: int) -> dict[str, whitening.Whitening]:
    """Return the whitening for the prints of each set, fitted on all other sets. If there are no
    others, it is the one that comes with identlink.
    """
    names = dict.fromkeys(one.data for one in prints)
    if len(names) < 2:
        return dict.fromkeys(names, whitening.shipped_whitening())
    made = vectors_by_set(prints, seed)
    return {name: fitted_on({at: made[at] for at in made if at != name}) for name in names}


def write_fitted(path: Path | None, prints: Sequence[Print], seed: int) -> str:
    """Write the whitening fitted on all sets to a file, if one is named; return its digest."""
    arrays = whitening.to_arrays(fitted_on(vectors_by_set(prints, seed)))
    if path is not None:
        path.write_bytes(to_file(arrays))
    return content_digest(arrays)
