"""The searches from which a card's figures are computed, stored with the card: only numbers, no
person.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from matching.evaluation import Mask, Observations
from matching.levels import Bits

Parts = dict[str, Any]

_BITS = ("mate_bits", "top_bits")
"""-inf where nobody was proposed; null in JSON, which knows no infinity."""
_FLOATS = (*_BITS, "ratios", "other_ratios", "other_weights", "lead_odds")
_WHOLE = ("is_mated", "mate_ranks", "lead_is_mate")
_DECIMALS = 4
"""Bits are kept so exactly, and the figures are computed from what is kept."""


def kept(observed: Observations, strata: Mapping[str, Mask], gallery: int) -> Parts:
    """Return the searches of one kind as plain data for JSON, without the numbers of people.

    `strata`: bool (n,) by search. `gallery`: the number of people searched.
    """
    columns = {name: _plain(getattr(observed, name)) for name in _FLOATS}
    columns |= {name: getattr(observed, name).tolist() for name in _WHOLE}
    members = {name: np.flatnonzero(mask).tolist() for name, mask in strata.items()}
    named = {"search": observed.search, "evidence": observed.evidence, "gallery": gallery}
    return {**named, "strata": members, **columns}


def _plain(column: Bits) -> list[Any]:
    rounded: list[Any] = np.round(column, _DECIMALS).tolist()
    is_row = column.ndim > 1
    return rounded if is_row else [one if math.isfinite(one) else None for one in rounded]


def opened(part: Parts) -> tuple[Observations, dict[str, Mask]]:
    """Return the searches of one kind, numbered in order, and their strata, bool (n,) each.

    Raises KeyError, TypeError or ValueError if the data is malformed.
    """
    size = len(part["is_mated"])
    floats = {name: np.array(part[name], dtype=np.float64) for name in _FLOATS}
    floats |= {name: np.nan_to_num(floats[name], nan=-np.inf) for name in _BITS}
    columns: dict[str, Any] = {
        **floats,
        "is_mated": np.array(part["is_mated"], dtype=np.bool_),
        "mate_ranks": np.array(part["mate_ranks"], dtype=np.int64),
        "lead_is_mate": np.array(part["lead_is_mate"], dtype=np.bool_),
    }
    if any(len(column) != size for column in columns.values()):
        raise ValueError("The columns of the model card's sample differ in length.")
    observed = Observations(part["search"], part["evidence"], np.arange(size), **columns)
    return observed, {
        name: np.isin(np.arange(size), members) for name, members in part["strata"].items()
    }
