"""Thresholds as data, and the bands that candidates reach."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from domain.arrays import Bools, Int8s
from domain.errors import ModelError
from domain.searches.evidence import Band
from matching.levels import Bits

BANDS = (Band.UNLIKELY, Band.POSSIBLE, Band.PROPOSED, Band.NONE)
"""In the order of the band codes in arrays."""


class Mode(StrEnum):
    """The leading evidence of a search; each mode has its own thresholds."""

    TENPRINT = "tenprint"
    MARK = "mark"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Total bits from which a candidate is in a band."""

    proposed_bits: float
    possible_bits: float
    prints_bits: float | None = None
    """Bits of the prints, with the prior, that also propose a candidate, whatever the details.
    None in models that have only one threshold."""


@dataclass(frozen=True, slots=True)
class FlagThresholds:
    """The strength of evidence, in bits, from which a pattern is flagged."""

    agreeing_prints_bits: float
    disagreeing_prints_bits: float
    agreeing_finger_bits: float
    disagreeing_finger_bits: float
    quality_needed: int


@dataclass(frozen=True, slots=True)
class Policy:
    """All thresholds in force. A candidate that meets no rule is `unlikely`, so a fault proposes
    nobody.
    """

    version: str
    thresholds: Mapping[Mode, Thresholds]
    sufficient_name_levels: tuple[str, ...]
    """Details without prints propose a candidate only with one of these levels of name, ..."""
    sufficient_date_levels: tuple[str, ...]
    """... one of these levels of date of birth, and no conflict of sex."""
    flags: FlagThresholds

    @property
    def digest(self) -> str:
        """SHA-256 of the policy in canonical JSON."""
        text = json.dumps(policy_to_data(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def band_codes(
        self,
        mode: Mode,
        total_bits: Bits,
        may_be_proposed: Bools | None = None,
        *,
        by_prints: Bools | None = None,
    ) -> Int8s:
        """Return int8 (k,), indices into `BANDS`; NaN is `unlikely`.

        `may_be_proposed`: bool (k,), None if only bits decide. `by_prints`: bool (k,), proposed by
        prints only (`prints_bits`), None if prints alone do not propose.
        """
        thresholds = self.thresholds[mode]
        codes = (total_bits >= thresholds.possible_bits).astype(np.int8)
        proposed = total_bits >= thresholds.proposed_bits
        if by_prints is not None:
            proposed = proposed | by_prints
        codes[proposed if may_be_proposed is None else proposed & may_be_proposed] = 2
        return codes


def policy_to_data(policy: Policy) -> dict[str, Any]:
    """Return the policy as plain data for JSON."""
    return {
        "version": policy.version,
        "thresholds": {
            str(mode): {
                "proposed_bits": t.proposed_bits,
                "possible_bits": t.possible_bits,
                # Left out for models without it, so that their digests do not change.
                **({} if t.prints_bits is None else {"prints_bits": t.prints_bits}),
            }
            for mode, t in policy.thresholds.items()
        },
        "sufficient_name_levels": list(policy.sufficient_name_levels),
        "sufficient_date_levels": list(policy.sufficient_date_levels),
        "flags": {name: getattr(policy.flags, name) for name in FlagThresholds.__slots__},
    }


def policy_from_data(data: Mapping[str, Any]) -> Policy:
    """Return the policy that plain data describes. Raises ModelError if anything is missing."""
    try:
        thresholds = {mode: Thresholds(**data["thresholds"][mode]) for mode in Mode}
        policy = Policy(
            version=str(data["version"]),
            thresholds=thresholds,
            sufficient_name_levels=tuple(data["sufficient_name_levels"]),
            sufficient_date_levels=tuple(data["sufficient_date_levels"]),
            flags=FlagThresholds(**data["flags"]),
        )
    except (KeyError, TypeError) as error:
        raise ModelError(
            "A threshold of the policy is missing or unknown: train the model again."
        ) from error
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    for thresholds in policy.thresholds.values():
        pair = (thresholds.proposed_bits, thresholds.possible_bits)
        by_prints = pair[0] if thresholds.prints_bits is None else thresholds.prints_bits
        if not np.isfinite((*pair, by_prints)).all() or min(pair[0], by_prints) < pair[1]:
            raise ModelError(
                "The thresholds of the policy must be numbers in ascending order: "
                "train the model again."
            )
