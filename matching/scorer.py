"""The scorer: it weighs the candidates for a probe and states every piece of evidence in bits."""

from collections.abc import Sequence
from dataclasses import replace
from math import floor, log2
from pathlib import Path
from typing import Final

import numpy as np

from domain.arrays import Bools
from domain.errors import EmptyProbeError, InvalidInputError
from domain.people.people import Details
from domain.prints.prints import FingerComparisons
from domain.searches.evidence import Band, Flag
from domain.searches.searches import NOTHING_COUNTED, CountedWords, Probe
from domain.searches.strangers import Standing, Strangers
from matching.biometric import mark_bits, print_bits
from matching.comparators.pairs import Compared, nothing_compared
from matching.demographics import APART, BY_WORDS, compare_details
from matching.experience import alikeness, rates
from matching.explanation import MOVED_LAW
from matching.findings import (
    DetailFindings,
    FlagMasks,
    PrintFindings,
    PrintsFirst,
    Support,
    details_flags,
    may_be_proposed_on_details,
    print_flags,
    swap_flag,
)
from matching.fusion import posterior, prior_bits, promotion, rate_of_none, supported
from matching.levels import Bits
from matching.local_prints import LocalPrints, local_bits, moments_of
from matching.model_files import Model, read_model
from matching.parameters import BORROWED_IDENTITY_RATE
from matching.policy import BANDS, Mode
from matching.prepared import (
    EVERYTHING,
    NOTHING_SAID,
    PreparedDetails,
    Wanted,
    forms_of,
    merged,
    prepare,
    prepare_forms,
    wanted_by,
)
from matching.probe_fingers import finger_pairs, fingers_tried, is_mark
from matching.scored import ScoredCandidates
from matching.word_model import WordModel

MODELS = Path(__file__).parent / "models"
"""The directory of the model that ships with identlink."""

Held = Details | PreparedDetails | Sequence[Details] | None
"""A candidate's details on record: one `Details`, several to merge, prepared, or none."""


class Scorer:
    """Weighs the prints and details of candidates. Immutable and thread-safe."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.name: Final = model.name
        """The name of the fitted model."""
        self.version: Final = model.version
        """The version of the fitted model."""
        self.digest: Final = model.digest
        """SHA-256 over the files of the fitted model."""
        self.template_format: Final = model.template_format
        """Label of the template format whose prints the model can weigh."""
        self.policy: Final = model.policy
        """The thresholds in force."""
        self.configuration_digest: Final = model.policy.digest
        """SHA-256 of the thresholds in force."""

    @property
    def counts_strangers(self) -> bool:
        """Whether evidence of prints comes from counts of strangers. False in version 1."""
        return isinstance(self._model.biometric, LocalPrints)

    def prepare(
        self, details: Details | Sequence[Details], wanted: Wanted = EVERYTHING
    ) -> PreparedDetails:
        """Return details ready for comparison. They can be stored with a record and passed in
        place of it.

        If not everything is `wanted`, use the result only in comparisons that need no more.
        """
        held = details if isinstance(details, Details) else merged(details)
        return prepare(held, wanted)

    def mated_share(self, source: str, level: str) -> float | None:
        """Return the share of pairs of one person at a level, or None if it is unknown."""
        pair = self._model.demographic.levels.get(source, {}).get(level)
        return None if pair is None else pair.m

    def score_prints(
        self,
        probe: Probe,
        comparisons: FingerComparisons,
        details: Sequence[Held],
        *,
        gallery_size: int,
        first: PrintsFirst | None = None,
    ) -> ScoredCandidates:
        """Return the evidence on k candidates of a search led by prints, in input order.

        `details`: one entry for each candidate. Details can raise a candidate but never lower one.
        `gallery_size`: the number of people searched. `first`: the prints, if they were weighed
        before, and the candidates whose details stay unweighed. Prints have no bits if the model
        was not fitted on their format, or if their distribution no longer follows the model: see
        `ScoredCandidates.withheld`. Raises EmptyProbeError, InvalidInputError if the number of
        details is not k, and InvalidTemplateError for cosines outside [-1, 1].
        """
        if not probe.impressions:
            raise EmptyProbeError("The probe has no impression: add one, or make a names enquiry.")
        if len(details) != len(comparisons.cosines):
            raise InvalidInputError("Give one set of details for each candidate.")
        always = self._model.demographic.always
        found = self._detail_findings(probe.details, details, always)
        added = promotion(found.summed, gallery_size)
        found = replace(found, bound=added - found.summed)
        withheld = self._withheld(probe)
        if withheld:
            return self._unweighed(withheld, gallery_size, found)
        prints = first.prints if first else self.prints_alone(probe, comparisons)
        mode = Mode.MARK if prints.is_mark else Mode.TENPRINT
        scored = self._scored(mode, gallery_size, prints=prints, details=found)
        return replace(scored, passed_over=first.passed_over) if first else scored

    def details_from_millibits(self, probe: Probe, gallery_size: int) -> int | None:
        """Return the bits of tenprints below which no details can make a candidate "possible".

        The result is in thousandths of a bit, rounded down. Details add at most log2(N / rho) (see
        `promotion`), and limits by counts only lower a sum above 0. Returns None if this does not
        hold, in a gallery of few people, and for prints without bits.
        """
        needed = self.policy.thresholds[Mode.TENPRINT].possible_bits - prior_bits(gallery_size)
        if needed <= 0.0 or self._withheld(probe):
            return None
        return floor(1_000 * (needed + log2(BORROWED_IDENTITY_RATE / max(gallery_size, 1))))

    def _withheld(self, probe: Probe) -> str:
        """Return why the prints of a probe have no bits, as in `ScoredCandidates.withheld`."""
        if probe.strangers is not None and probe.strangers.standing is Standing.WITHHELD:
            return MOVED_LAW
        label = probe.impressions[0].fmt.label
        return "" if label == self._model.template_format else label

    def _unweighed(
        self, label: str, gallery_size: int, details: DetailFindings
    ) -> ScoredCandidates:
        """Return evidence without bits of prints, posteriors or bands; candidates only have an
        order.
        """
        prior, bound = prior_bits(gallery_size), details.bound
        added = details.summed if bound is None else details.summed + bound
        return ScoredCandidates(
            gallery_size=gallery_size,
            prior=prior,
            prints=None,
            details=details,
            total_bits=prior + added,
            calibrated_bits=added,
            posteriors=np.full(len(added), np.nan),
            band_codes=np.full(len(added), BANDS.index(Band.NONE), dtype=np.int8),
            flags=self._flags(None, details),
            withheld=label,
        )

    def score_details(
        self,
        said: Details,
        candidates: Sequence[Held],
        *,
        gallery_size: int,
        words: CountedWords = NOTHING_COUNTED,
    ) -> ScoredCandidates:
        """Return the evidence on k candidates of a names enquiry, with the full bits, not limited.

        `words`: how common the stated words are in the gallery. Raises EmptyProbeError if nothing
        was stated.
        """
        if said.is_empty:
            raise EmptyProbeError("The enquiry has no details: give at least one.")
        weights = self._model.demographic.counted(words)
        found = self._detail_findings(said, candidates, weights)
        return self._scored(Mode.NAMES, gallery_size, prints=None, details=found)

    def prints_alone(self, probe: Probe, comparisons: FingerComparisons) -> PrintFindings:
        """Return the findings about prints of k candidates, for use as the prints weighed first.

        Raises InvalidTemplateError for cosines outside [-1, 1].
        """
        pairs = finger_pairs(probe, comparisons)
        mark = is_mark(probe, comparisons)
        tried = fingers_tried(probe) if mark else 0
        model = self._model.biometric
        if isinstance(model, LocalPrints):
            bits = local_bits(model, pairs, probe.strangers, fingers_tried=tried)
        elif mark:
            bits = mark_bits(model, pairs, fingers_tried=tried)
        else:
            bits = print_bits(model, pairs)
        met, alike = probe.experience, None
        if met is not None and met.searches:
            alike = self.alikeness(probe.strangers, comparisons, is_mark=mark)
        return PrintFindings(pairs, bits, mark, alike, met)

    def alikeness(
        self, strangers: Strangers | None, comparisons: FingerComparisons, *, is_mark: bool = False
    ) -> Bits | None:
        """Return how similar k captures are to a probe, float64 (k,); see `experience.alikeness`.

        Returns None for a model that does not measure strangers.
        """
        model = self._model.biometric
        if not isinstance(model, LocalPrints):
            return None
        own = moments_of(strangers, model.laws[is_mark].moments)
        return alikeness(comparisons.cosines, own)

    def _detail_findings(
        self, said: Details, held: Sequence[Held], words: WordModel | None
    ) -> DetailFindings:
        has = np.array([one is not None for one in held], dtype=np.bool_)
        compared = self._compared(said, [one for one in held if one is not None], words)
        summed = np.zeros(len(held))
        summed[has] = np.sum([one.bits for one in compared], axis=0)
        places = np.where(has, np.cumsum(has) - 1, -1)
        return DetailFindings(
            places=places,
            compared=compared,
            summed=summed,
            bound=None,
            scales=APART if words is None else BY_WORDS,
        )

    def _compared(
        self,
        said: Details,
        held: Sequence[Details | PreparedDetails | Sequence[Details]],
        words: WordModel | None,
    ) -> tuple[Compared, ...]:
        """Return the findings about details. Unprepared ones are parsed only as far as needed."""
        forms = forms_of(said)
        if forms == NOTHING_SAID or not held:
            return (nothing_compared(len(held)),) * len(APART if words is None else BY_WORDS)
        own, wanted = prepare_forms(forms), wanted_by(forms)
        prepared = [
            one if isinstance(one, PreparedDetails) else self.prepare(one, wanted) for one in held
        ]
        return compare_details(self._model.demographic, own, prepared, words)

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
        support, may_be_proposed = None, None
        if prints is not None:
            ratio = ratio + prints.bits.joint
            support = self._support(mode, gallery_size, prints, ratio)
        if support is not None:
            ratio = ratio + support.bits
        # Bits limited by counts are not mapped: a map would claim more beyond its last knot.
        calibrated = ratio if support is not None else self._model.posterior[mode](ratio)
        if mode is Mode.NAMES:
            may_be_proposed = details.spread(may_be_proposed_on_details(details, self.policy))
        by_prints = None if support is None else support.by_prints
        if support is not None and support.rates is not None:
            may_be_proposed = by_prints = support.rates.proposes
        return ScoredCandidates(
            gallery_size=gallery_size,
            prior=prior,
            prints=prints,
            details=details,
            total_bits=prior + ratio,
            calibrated_bits=calibrated,
            posteriors=posterior(prior + calibrated),
            band_codes=self.policy.band_codes(
                mode, prior + ratio, may_be_proposed, by_prints=by_prints
            ),
            flags=self._flags(prints, details),
            support=support,
        )

    def _support(
        self, mode: Mode, gallery_size: int, prints: PrintFindings, ratio: Bits
    ) -> Support | None:
        """Return the support of counts: the gallery's own once there are enough, else the model's.

        Returns None for models that do not count strangers.
        """
        model = self._model.biometric
        if not isinstance(model, LocalPrints):
            return None
        fingers = (~np.isnan(prints.bits.fingers)).sum(axis=1)
        widths = model.finger_interval_bits * np.maximum(fingers, 1)
        comparisons = model.laws[prints.is_mark].comparisons
        rate: Bits | float = rate_of_none(gallery_size, comparisons)
        if prints.experience is not None:
            alike = np.zeros(len(ratio)) if prints.alike is None else prints.alike
            met = rates(prints.experience, alike, gallery_size)
            if met.is_enough:
                rate = met.shares
            held = supported(ratio, gallery_size, rate)
            return Support(held - ratio, widths, comparisons, rate, rates=met)
        held, by_prints = supported(ratio, gallery_size, rate), None
        least = self.policy.thresholds[mode].prints_bits
        if least is not None:
            alone = supported(prints.bits.joint, gallery_size, rate)
            by_prints = prior_bits(gallery_size) + alone >= least
        return Support(held - ratio, widths, comparisons, rate, by_prints)

    def _flags(self, prints: PrintFindings | None, details: DetailFindings) -> FlagMasks:
        thresholds = self.policy.flags
        masks: dict[Flag, Bools] = {}
        if prints is not None:
            joint = prints.bits.joint[details.places >= 0]
            masks |= print_flags(joint, details, thresholds)
        masks |= details_flags(details)
        masks = {flag: details.spread(mask) for flag, mask in masks.items()}
        if prints is not None and not prints.is_mark:
            masks |= swap_flag(prints.bits, prints.pairs, thresholds)
        return FlagMasks(masks)


def load_scorer(directory: Path | None = None) -> Scorer:
    """Return the scorer of a fitted model, by default of the model that ships with identlink.

    Raises ModelError if a file is missing, differs by a byte, or has another version.
    """
    return Scorer(read_model(MODELS if directory is None else directory))
