"""The scorer: a probe against candidates, every piece of evidence in bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.errors import EmptyProbeError, InvalidInputError
from domain.people import Details
from matching.biometric import mark_bits, print_bits
from matching.demographics import compare_details, sum_bits
from matching.flags import (
    FlagMasks,
    details_flags,
    may_be_proposed_on_details,
    print_flags,
    swap_flag,
)
from matching.fusion import prior_bits, promotion
from matching.model_files import read_model
from matching.policy import Mode
from matching.prepared import EVERYTHING, PreparedDetails, Wanted, merged, prepare, wanted_by
from matching.probe_fingers import finger_pairs, fingers_tried, is_mark
from matching.scored import DetailFindings, PrintFindings, ScoredCandidates

if TYPE_CHECKING:
    from domain.evidence import Flag
    from domain.prints import FingerComparisons
    from domain.searches import Probe
    from matching.levels import Bits
    from matching.model_files import Model
    from matching.policy import Policy

MODELS = Path(__file__).parent / "models"
"""The directory of the model that ships with identlink."""

Held = Details | PreparedDetails | Sequence[Details] | None
"""A candidate's held details: one Details, several to be merged, prepared ones, or none."""


class Scorer:
    """Weighs prints and details of candidates; immutable, and safe to share between threads."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._configuration_digest = model.policy.digest

    @property
    def name(self) -> str:
        """The name of the fitted model."""
        return self._model.name

    @property
    def version(self) -> str:
        """The version of the fitted model."""
        return self._model.version

    @property
    def digest(self) -> str:
        """SHA-256 over the files of the fitted model."""
        return self._model.digest

    @property
    def policy(self) -> Policy:
        """The thresholds in force."""
        return self._model.policy

    @property
    def configuration_digest(self) -> str:
        """SHA-256 of the thresholds in force."""
        return self._configuration_digest

    def prepare(self, details: Details | Sequence[Details]) -> PreparedDetails:
        """Return details ready for comparison, to store with a record and pass in instead."""
        return self._prepare(details, EVERYTHING)

    def _prepare(self, details: Details | Sequence[Details], wanted: Wanted) -> PreparedDetails:
        held = details if isinstance(details, Details) else merged(details)
        return prepare(held, self._model.demographic.frequencies, wanted)

    def score_prints(
        self,
        probe: Probe,
        comparisons: FingerComparisons,
        details: Sequence[Held],
        *,
        gallery_size: int,
    ) -> ScoredCandidates:
        """Return the evidence on k candidates of a print-led search, in input order.

        `details`: one entry per candidate. Details promote and never demote. `gallery_size`: the
        number of people searched. Raises EmptyProbeError, InvalidInputError if the number of
        details is not k, InvalidTemplateError for cosines outside [-1, 1].
        """
        if not probe.impressions:
            raise EmptyProbeError("The probe has no impression; add one, or make a names enquiry.")
        if len(details) != len(comparisons.cosines):
            raise InvalidInputError("The number of details differs from the number of candidates.")
        prints = self._print_findings(probe, comparisons)
        found = self._detail_findings(probe.details, details)
        added = promotion(found.summed, gallery_size)
        found = replace(found, bound=added - found.summed)
        mode = Mode.MARK if prints.is_mark else Mode.TENPRINT
        return self._scored(mode, gallery_size, prints=prints, details=found)

    def score_details(
        self, said: Details, candidates: Sequence[Held], *, gallery_size: int
    ) -> ScoredCandidates:
        """Return the evidence on k candidates of a names enquiry: the full, unbounded bits.

        Raises EmptyProbeError if nothing was stated.
        """
        if said.is_empty:
            raise EmptyProbeError("The enquiry has no details; give at least one.")
        found = self._detail_findings(said, candidates)
        return self._scored(Mode.NAMES, gallery_size, prints=None, details=found)

    def _print_findings(self, probe: Probe, comparisons: FingerComparisons) -> PrintFindings:
        pairs = finger_pairs(probe, comparisons)
        mark = is_mark(probe, comparisons)
        if mark:
            tried = fingers_tried(probe)
            bits = mark_bits(self._model.biometric, pairs, fingers_tried=tried)
        else:
            bits = print_bits(self._model.biometric, pairs)
        return PrintFindings(pairs=pairs, bits=bits, is_mark=mark)

    def _detail_findings(self, said: Details, held: Sequence[Held]) -> DetailFindings:
        own = self.prepare(said)
        prepared, has = self._prepared(held, wanted_by(own.forms))
        compared = compare_details(self._model.demographic, own, prepared)
        summed = np.zeros(len(held))
        summed[has] = sum_bits(compared)
        places = np.where(has, np.cumsum(has) - 1, -1)
        return DetailFindings(places=places, compared=compared, summed=summed, bound=None)

    def _prepared(
        self, held: Sequence[Held], wanted: Wanted
    ) -> tuple[Sequence[PreparedDetails], npt.NDArray[np.bool_]]:
        """Return the existing details, prepared, and a mask of the candidates that have any.

        Unprepared details are parsed only as far as `wanted`.
        """
        ready = [one for one in held if isinstance(one, PreparedDetails)]
        if len(ready) == len(held):
            return ready, np.ones(len(held), dtype=np.bool_)
        prepared = [
            one if isinstance(one, PreparedDetails) else self._prepare(one, wanted)
            for one in held
            if one is not None
        ]
        return prepared, np.array([one is not None for one in held], dtype=np.bool_)

    def _scored(
        self,
        mode: Mode,
        gallery_size: int,
        *,
        prints: PrintFindings | None,
        details: DetailFindings,
    ) -> ScoredCandidates:
        prior = prior_bits(gallery_size)
        ratio = details.summed + (0.0 if details.bound is None else details.bound)
        if prints is not None:
            ratio = ratio + prints.bits.joint
        calibrated = self._model.posterior[mode](ratio)
        return ScoredCandidates(
            gallery_size=gallery_size,
            prior=prior,
            prints=prints,
            details=details,
            total_bits=prior + ratio,
            calibrated_bits=calibrated,
            posteriors=posterior(prior + calibrated),
            band_codes=self._bands(mode, prior + ratio, details),
            flags=self._flags(prints, details),
        )

    def _bands(
        self, mode: Mode, total_bits: Bits, details: DetailFindings
    ) -> npt.NDArray[np.int8]:
        allowed = np.ones(len(total_bits), dtype=np.bool_)
        if mode is Mode.NAMES:
            sufficient = may_be_proposed_on_details(details.compared, self.policy)
            allowed = details.spread(sufficient)
        return self.policy.band_codes(mode, total_bits, allowed)

    def _flags(self, prints: PrintFindings | None, details: DetailFindings) -> FlagMasks:
        compared, thresholds = details.compared, self.policy.flags
        masks: dict[Flag, npt.NDArray[np.bool_]] = {}
        if prints is not None:
            joint = prints.bits.joint[details.places >= 0]
            masks |= print_flags(joint, compared, thresholds)
        masks |= details_flags(compared)
        masks = {flag: details.spread(mask) for flag, mask in masks.items()}
        if prints is not None and not prints.is_mark:
            masks |= swap_flag(prints.bits, prints.pairs, thresholds)
        return FlagMasks(masks)


def posterior(log2_odds: Bits) -> Bits:
    """Return probabilities, float64 of the same shape, from log2 odds."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(log2_odds, -500.0, 500.0))))


def load_scorer(directory: Path | None = None) -> Scorer:
    """Return the scorer of a fitted model, by default the one that ships with identlink.

    Raises ModelError if a file is missing, differs by a byte, or is of another version.
    """
    return Scorer(read_model(MODELS if directory is None else directory))
