"""Findings about candidates before they are put into words, and flags for examiners."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domain.arrays import Bools, Int64s
from domain.searches.evidence import EvidenceSource, Flag, RaisedFlag
from domain.searches.models import Experience
from matching.biometric import FingerPairs, PrintBits
from matching.comparators.pairs import Compared
from matching.experience import Rates
from matching.levels import Bits, Scale
from matching.policy import FlagThresholds, Policy


@dataclass(frozen=True, slots=True, eq=False)
class PrintFindings:
    """The findings about the prints of k candidates."""

    pairs: FingerPairs
    bits: PrintBits
    is_mark: bool
    alike: Bits | None = None
    """float64 (k,), see `experience.alikeness`. None until a gallery has met strangers."""
    experience: Experience | None = None
    """The strangers that the gallery had been compared with by the time of the search."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintsFirst:
    """The prints of k candidates, weighed before details, and those whom the prints exclude.

    `passed_over`: bool (k,), the candidates whose details are on record but stay unweighed,
    because their prints are so different that no details could make them worth an examination.
    """

    prints: PrintFindings
    passed_over: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """What counts support for the evidence on k candidates of a search led by prints.

    `bits`: float64 (k,), the correction to prints and details together. `half_widths`: float64
    (k,), bits: half a 95 % interval of the total. `comparisons`: how many independent comparisons
    of different people the model counted. `rate`: how often a search has a stranger as similar,
    one number or float64 (k,); it limits the bits. `by_prints`: bool (k,), proposed by prints
    only; None if no model policy defines this. `rates`: what the gallery itself has counted; None
    in searches made before it was counted.
    """

    bits: Bits
    half_widths: Bits
    comparisons: int
    rate: Bits | float
    by_prints: Bools | None = None
    rates: Rates | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DetailFindings:
    """The findings about the details of some candidates.

    `places`: int64 (k,), the index of each candidate among those with details, -1 if without.
    `compared`: one for each comparator, over the candidates with details. `bound`: float64 (k,),
    the correction to the plain sum that the limit of a search led by prints adds; None in a names
    enquiry.
    """

    places: Int64s
    compared: tuple[Compared, ...]
    summed: Bits
    bound: Bits | None
    scales: tuple[Scale, ...]

    def spread(self, mask: Bools) -> Bools:
        """Return bool (k,): a mask over candidates with details, False for those without."""
        result = np.zeros(len(self.places), dtype=np.bool_)
        result[self.places >= 0] = mask
        return result


REASONS = {
    Flag.POSSIBLE_ALIAS: "The prints agree and the name differs.",
    Flag.POSSIBLE_TWIN: "Surname and date of birth are the same, and the forename is different.",
    Flag.POSSIBLE_RECORD_MIX_UP: "Name and date of birth agree and the prints disagree.",
    Flag.POSSIBLE_FINGER_SWAP: (
        "Most fingers agree and at least two of good quality disagree: "
        "fingers may have changed places at one of the captures."
    ),
}
RAISED = {flag: RaisedFlag(flag, reason) for flag, reason in REASONS.items()}
_IDENTIFIERS = (EvidenceSource.PNC_ID, EvidenceSource.CRO_NUMBER)


@dataclass(frozen=True, slots=True, eq=False)
class FlagMasks:
    """The candidates on whom each flag is raised: bool (k,) for each flag."""

    masks: dict[Flag, Bools]

    def raised(self, candidates: Int64s) -> list[tuple[RaisedFlag, ...]]:
        """Return the flags of these candidates, int64 (n,), in the order given."""
        result: list[tuple[RaisedFlag, ...]] = [()] * len(candidates)
        for flag, mask in self.masks.items():
            for place in np.flatnonzero(mask[candidates]).tolist():
                result[place] = (*result[place], RAISED[flag])
        return result


def _at(found: DetailFindings, source: EvidenceSource, keys: tuple[str, ...]) -> Bools:
    """Return bool (k,): whether each candidate reached one of these levels of this source.

    Levels that are not on the scale are ignored.
    """
    sources = [scale.source for scale in found.scales]
    number = sources.index(source)
    return np.asarray(_wanted(found.scales[number], keys)[found.compared[number].codes])


@lru_cache(maxsize=64)
def _wanted(scale: Scale, keys: tuple[str, ...]) -> Bools:
    """Return bool (levels + 1,): whether the key of each level of a scale is in `keys`."""
    wanted = np.array([False, *(level.key in keys for level in scale.levels)])
    wanted.flags.writeable = False
    return wanted


def details_flags(found: DetailFindings) -> dict[Flag, Bools]:
    """Return the flags that details alone raise."""
    twin = _at(found, EvidenceSource.NAME, ("surname only",)) & _at(
        found, EvidenceSource.DATE_OF_BIRTH, ("same", "swapped")
    )
    return {Flag.POSSIBLE_TWIN: twin}


def print_flags(
    joint_bits: Bits, found: DetailFindings, thresholds: FlagThresholds
) -> dict[Flag, Bools]:
    """Return the flags that prints and details together raise.

    `joint_bits`: float64 (k,), the prints of the compared candidates.
    """
    agree = joint_bits >= thresholds.agreeing_prints_bits
    disagree = joint_bits <= thresholds.disagreeing_prints_bits
    name_differs = _at(found, EvidenceSource.NAME, ("different",))
    name_agrees = _at(
        found, EvidenceSource.NAME, ("same", "swapped", "short form", "close", "alike")
    )
    date_agrees = _at(found, EvidenceSource.DATE_OF_BIRTH, ("same", "swapped"))
    return {
        Flag.POSSIBLE_ALIAS: agree & name_differs,
        Flag.POSSIBLE_RECORD_MIX_UP: disagree & name_agrees & date_agrees,
    }


def swap_flag(
    prints: PrintBits, pairs: FingerPairs, thresholds: FlagThresholds
) -> dict[Flag, Bools]:
    """Return the flag for fingers that may have been exchanged, over k candidates."""
    if np.count_nonzero((~np.isnan(prints.fingers)).any(axis=0)) < 5:
        # Two disagreeing fingers and more agreeing ones make at least five.
        return {}
    lesser_quality = np.minimum(pairs.probe_qualities, pairs.held_qualities)
    with np.errstate(invalid="ignore"):
        agreeing = (prints.fingers >= thresholds.agreeing_finger_bits).sum(axis=1)
        unlike = prints.fingers <= thresholds.disagreeing_finger_bits
    disagreeing = (unlike & (lesser_quality >= thresholds.quality_needed)).sum(axis=1)
    return {Flag.POSSIBLE_FINGER_SWAP: (disagreeing >= 2) & (agreeing > disagreeing)}


def may_be_proposed_on_details(found: DetailFindings, policy: Policy) -> Bools:
    """Return bool (k,): whether a candidate may be proposed on details only.

    Relatives share surname, address and place of birth; twins also share a date of birth.
    Therefore the whole name and the date, or an identifier, must agree, and the sex must not
    differ.
    """
    whole = _at(found, EvidenceSource.NAME, policy.sufficient_name_levels) & _at(
        found, EvidenceSource.DATE_OF_BIRTH, policy.sufficient_date_levels
    )
    identifiers = np.logical_or.reduce([_at(found, source, ("same",)) for source in _IDENTIFIERS])
    return np.asarray((whole | identifiers) & ~_at(found, EvidenceSource.SEX, ("different",)))
