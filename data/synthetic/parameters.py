"""Every constant of the generator, with its unit and source.

Template geometry. Templates are unit vectors in 192 dimensions whose spectrum has an effective
dimension (participation ratio) of about 80, so impostor cosines have a standard deviation of about
.11. Pattern prototypes give the impostor cosines a heavier tail than that of a normal
distribution: their quantiles at 1e-4 and 1e-6 lie 1.05 and 1.06 times as far out. At that
dimension the threshold for one finger at N = 1e5 and FPIR 1e-3, `z(1e-8) / sqrt(80)`, is .63, or
.64 as counted over 2e9 pairs. The reference figures of NIST FRIF TE E1N (single index finger, FNIR
.002-.005) therefore put the cosine of mates at about .90 for controlled prints. Marks follow NIST
ELFT: the rank-1 miss rate is between .037 and .37 at 1.6 million identities.

Measurements of candidate search made before this generator existed used mates at cosine .80
(rolled), .65 (plain) and .35 (latent). At effective dimension 80, about every second search with
such a single plain finger would miss. That is far from the reference figures, but it tests an
index hard. These values are kept as the capture profile STRESS. The profile CONTROLLED follows the
reference figures and is the default.

"By hand" marks a choice without a published source; the calibration check measures the result.
Courts, their codes and all sums are invented.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from domain.prints.templates import TemplateFormat

GENERATOR_VERSION = 2
"""Must be increased whenever the same seed would give different people or templates."""

DIMENSION = 192
"""The number of values in a template."""
TEMPLATE_FORMAT = TemplateFormat(f"identlink-synthetic-{DIMENSION}", 1, DIMENSION)
"""The format of the generator's templates."""

SPECTRUM_DECAY = 4.6
"""Eigenvalue j of the template covariance is exp(-SPECTRUM_DECAY j / 192). The participation ratio
of templates is then about 80 (measured by `check`), as in the index measurements."""

PATTERN_SHARES = (0.338, 0.317, 0.279, 0.037, 0.029)
"""Left loop, right loop, whorl, arch, tented arch (Wilson et al., NISTIR 4880 / PCASYS)."""

PATTERN_VARIANCE = 0.03
"""Share of a finger's variance explained by its pattern class. By hand: a small mean cosine."""

PROTOTYPES = 512
"""The number of finer kinds of ridge flow, all equally likely. Set by hand, together with
PROTOTYPE_VARIANCE, for the heavy tail."""

PROTOTYPE_VARIANCE = 0.30
"""Share of a finger's variance from its prototype. Two of one prototype: mean cosine .30."""


class CaptureProfile(StrEnum):
    """The difficulty of a capture. It changes only the noise, never the person."""

    CONTROLLED = "controlled"
    """A normal booking, for which the noise is calibrated."""
    POOR = "poor"
    """A dirty, dry or hurried capture: the noise ratio is about doubled."""
    STRESS = "stress"
    """Mates' median cosines: .80 rolled, .65 plain, .35 latent, as in the index measurements."""


@dataclass(frozen=True, slots=True)
class NoiseParameters:
    """The noise ratio of a capture: the length of its noise over that of the finger's own vector.

    Its natural logarithm is the sum of the terms below (all in natural log units) and of the
    normal effects with the given standard deviations. A capture with noise ratio r keeps cos =
    1/sqrt(1 + r^2).
    """

    rolled_log_ratio: float = -1.238
    """ln .29: mates, rolled with rolled, have a median cosine of .91. Calibrated, FRIF TE E1N."""
    plain_log_ratio: float = -1.124
    """ln .325: mates, plain with rolled, have a median cosine of .90. Calibrated, FRIF TE E1N."""
    latent_log_ratio: float = -0.416
    """ln .66: marks against rolled prints have a median cosine of .79. Calibrated, NIST ELFT."""
    person_sd: float = 0.155
    """Of all fingers of a person, always. Gives misses a tetrachoric correlation of .3 to .5."""
    booking_sd: float = 0.135
    """Affects all fingers of one capture. The same effect causes its transcription errors."""
    finger_sd: float = 0.14
    """Spread between fingers, the same in every capture. Set by hand."""
    impression_sd: float = 0.12
    """Spread between impressions of one finger. Set by hand."""
    latent_impression_sd: float = 0.37
    """Spread between marks of a finger, far more than of controlled prints. Calibrated, ELFT."""
    position_log_ratios: tuple[float, ...] = (-0.03, 0.0, 0.0, 0.03, 0.12) * 2
    """FGP 1-10: thumbs are larger, little fingers smaller. Set by hand, after NIST FpVTE 2012."""
    very_poor_share: float = 0.015
    """Share of impressions in the heavy lower tail, 1-2 %."""
    very_poor_log_ratio: float = 0.70
    """Added for these impressions: the noise ratio doubles."""
    ruined_booking_share: float = 0.0003
    """Share of wholly useless captures. Ten-print miss rates of NIST FRIF TE: .0001-.0019."""
    ruined_booking_log_ratio: float = 2.2
    """Added for these captures: the noise ratio is nine times as large."""
    ageing_log_ratio_per_year: float = 0.006
    """Ageing since the first booking. It is small, after Yoon and Jain, PNAS 2015."""
    poor_profile_log_ratio: float = 0.65
    """Added in the profile POOR. Set by hand."""
    stress_log_ratios: tuple[float, float, float] = (-0.422, 0.077, 0.934)
    """The profile STRESS for rolled, plain and latent: ln of .656, 1.08, 2.54."""


@dataclass(frozen=True, slots=True)
class QualityParameters:
    """Quality 0-100, as NFIQ 2. It falls with the same noise that lowers the cosine of mates."""

    controlled_mean: float = 64.0
    """Mean quality of a controlled print. Set by hand, after published NFIQ 2 histograms."""
    latent_mean: float = 32.0
    """Mean quality of an average mark. Set by hand."""
    points_per_log_ratio: float = 42.0
    """Points of quality lost when the log noise ratio rises by one. Set by hand."""
    noise_sd: float = 5.0
    """In points: quality predicts the cosine only partly."""


@dataclass(frozen=True, slots=True)
class PresenceParameters:
    """Fingers that are missing from a capture."""

    lost_finger_share: float = 0.002
    """Share of fingers permanently missing. Set by hand: the order of amputations."""
    unrecorded_finger_share: float = 0.006
    """Share of fingers missing in one capture (bandage, device). Set by hand."""
    partial_capture_share: float = 0.01
    """Share of captures in which only some fingers were taken. Set by hand."""
    partial_finger_share: float = 0.4
    """Share of fingers missing in a partial capture. Set by hand."""
    mark_position_weights: tuple[float, ...] = (20, 18, 14, 9, 5, 14, 9, 6, 3, 2)
    """Relative frequency of marks by FGP 1-10. By hand: right hand and thumbs most often."""


@dataclass(frozen=True, slots=True)
class PopulationParameters:
    """The composition of the population. Shares are of people or of households, as stated."""

    reference_date: date = date(2025, 1, 1)
    """The day on which the enrolled file is complete."""
    booking_years: float = 15.0
    """First bookings lie up to this many years before the reference date."""
    repeat_booking_shares: tuple[float, float] = (0.15, 0.03)
    """Shares of people with a second and with a third enrolled booking. Set by hand."""
    record_share: float = 0.97
    """Share of enrolled people with a criminal record; others were only captured. By hand."""
    pnc_share: float = 0.94
    """Share of people with a PNC ID. Set by hand: some people have none."""
    cro_share: float = 0.62
    """Share of people with a CRO number. Set by hand."""
    sf_cro_share: float = 0.05
    """Share of CRO numbers in the SF form. Set by hand."""
    male_share: float = 0.83
    """Share of males among people who live alone or with a sibling. Of those prosecuted in England
    and Wales, 4 in 5 are male."""
    middle_name_shares: tuple[float, float] = (0.60, 0.12)
    """Shares of people with one and with two middle names. Set by hand."""
    known_as_share: float = 0.12
    """Share of people who use a name other than the recorded one. Set by hand."""
    false_identity_discovered_share: float = 0.5
    """Share of people first booked under a false identity whose own name was found since."""
    second_alias_date_share: float = 0.02
    """Share of people with a second date of birth on record. Set by hand."""
    married_surname_share: float = 0.72
    """Share of wives with the husband's surname; the maiden name stays an alias. By hand."""
    double_surname_share: float = 0.03
    """Share of households with a hyphenated surname. By hand: ONS suggests a few per cent."""
    former_address_share: float = 0.35
    """Share of people with a former address on record. Set by hand."""
    no_address_share: float = 0.03
    """Share of people of no fixed abode. Set by hand."""
    more_arrests_share: float = 0.45
    """Probability of each further arrest report, up to a maximum of six. Set by hand."""
    more_offences_share: float = 0.30
    """Probability of each further offence in a report, up to a maximum of three. Set by hand."""
    first_booking_ages: tuple[tuple[int, float], ...] = (
        (12, 0.0),
        (15, 0.05),
        (18, 0.17),
        (22, 0.36),
        (27, 0.53),
        (35, 0.72),
        (45, 0.86),
        (60, 0.965),
        (80, 1.0),
    )
    """Age in years, and the share of people first booked before it. Set by hand, after the age
    curve of arrests in England and Wales."""


@dataclass(frozen=True, slots=True)
class HouseholdParameters:
    """The composition of households, as shares of them. All others are people living alone."""

    couple_share: float = 0.05
    siblings_share: float = 0.08
    twins_share: float = 0.012
    """About 1.5 % of births in England and Wales are twins (ONS)."""
    father_and_son_share: float = 0.05
    family_share: float = 0.03
    """Father, mother and two children."""
    identical_twin_share: float = 0.6
    """Share of twin pairs that are identical, and so of one sex; the sex of other twins is drawn
    for each. Set by hand."""
    same_name_share: float = 0.25
    """Share of sons in a father-and-son household who have the father's forename. Set by hand."""
    mixed_origin_share: float = 0.12
    """Share of couples whose partners have different origins. Set by hand."""


@dataclass(frozen=True, slots=True)
class MistakeParameters:
    """Mistakes in the statement or its transcription at an average booking, as shares of bookings.

    A booking with effect b (standard normal; the same effect also causes the print noise)
    multiplies every transcription share by `exp(carelessness b - carelessness^2 / 2)`. All were
    set by hand, in the range that linkage studies of administrative data report, except where
    noted.
    """

    carelessness: float = 0.6
    false_identity_share: float = 0.02
    """Share of enrolled bookings at which a false identity is given."""
    borrowed_share: float = 0.65
    """Share of false identities that belong to another real person; others are invented."""
    nickname_share: float = 0.05
    variant_share: float = 0.06
    """Another spelling or transliteration of forename or surname, if the name has one."""
    surname_typo_share: float = 0.030
    forename_typo_share: float = 0.025
    order_swapped_share: float = 0.010
    surname_changed_share: float = 0.015
    """A hyphenated surname, half of a hyphenated surname, or another married or maiden name."""
    initial_only_share: float = 0.008
    forename_missing_share: float = 0.004
    middle_name_missing_share: float = 0.35
    date_swapped_share: float = 0.010
    date_digit_share: float = 0.020
    date_year_share: float = 0.012
    date_partial_share: float = 0.008
    date_placeholder_share: float = 0.006
    date_missing_share: float = 0.010
    sex_missing_share: float = 0.010
    sex_wrong_share: float = 0.002
    place_missing_share: float = 0.10
    place_typo_share: float = 0.03
    nationality_missing_share: float = 0.06
    address_missing_share: float = 0.05
    moved_share: float = 0.30
    """Share of later bookings with another address than the one on record."""
    postcode_typo_share: float = 0.02
    pnc_known_share: float = 0.30
    """Share of bookings at which an existing PNC ID is written down."""
    pnc_wrong_share: float = 0.02
    """Share of PNC IDs written down with a wrong digit, which their check letter does not fit."""
    cro_known_share: float = 0.08


@dataclass(frozen=True, slots=True)
class Parameters:
    """All constants. `digest` identifies the set of constants in manifests."""

    noise: NoiseParameters = field(default_factory=NoiseParameters)
    quality: QualityParameters = field(default_factory=QualityParameters)
    presence: PresenceParameters = field(default_factory=PresenceParameters)
    population: PopulationParameters = field(default_factory=PopulationParameters)
    households: HouseholdParameters = field(default_factory=HouseholdParameters)
    mistakes: MistakeParameters = field(default_factory=MistakeParameters)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of all constants that determine the population."""
        constants = {
            "generator_version": GENERATOR_VERSION,
            "spectrum_decay": SPECTRUM_DECAY,
            "pattern_shares": PATTERN_SHARES,
            "pattern_variance": PATTERN_VARIANCE,
            "prototypes": PROTOTYPES,
            "prototype_variance": PROTOTYPE_VARIANCE,
            "parameters": _plain(asdict(self)),
        }
        return hashlib.sha256(json.dumps(constants, sort_keys=True).encode()).hexdigest()


def _plain(tree: object) -> object:
    """Return the tree with dates as text, so that it can be written as JSON."""
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_plain(value) for value in tree]
    return tree.isoformat() if isinstance(tree, date) else tree


DUAL_NATIONAL_SHARE = 0.03
"""Share of people with a record who hold another nationality besides the one they stated. Set by
hand: one third of the yearly volume for which the exchange of convictions is designed."""

SECOND_NATIONALITIES = ("POL", "IRL", "ROU", "PRT", "ITA", "DEU", "FRA", "LTU", "ESP", "NLD")
"""Second nationalities of dual nationals who stated the home country: member States, all equally
likely. Set by hand."""

LOST_NATIONALITY_SHARE = 0.1
"""Share of second nationalities that are no longer held. Set by hand."""

PARENTS_SHARE = 0.4
"""Share of records that name the mother. The father is named with the same share. Set by hand."""

PASSPORT_SHARE = 0.25
"""Share of records with the number of a passport. Set by hand."""

UNSTRUCTURED_SHARE = 0.06
"""Share of convictions whose sentence is known only in words, as in old records. By hand."""

COMPENSATION_SHARE = 0.08
"""Share of convictions with compensation in addition to the sentence. Set by hand."""

CHANGED_SHARE = 0.015
"""Share of convictions that a later decision changes. Set by hand: about the share of appeals."""

QUASHED_SHARE = 0.3
"""Share of later decisions that delete the conviction. Set by hand."""

FOREIGN_SHARE = 0.12
"""Share of people of foreign or second nationality with a conviction in that State. By hand."""

PROCEEDINGS_ONLY_SHARE = 0.2
"""Share of foreign convictions that may only be used in criminal proceedings. Set by hand."""

NOT_KNOWN_TRANSMITTABLE_SHARE = 0.05
"""Share of foreign convictions whose State did not say if they may be passed on. By hand."""

COURTS = (
    ("Leeds Magistrates' Court", "X001"),
    ("Birmingham Magistrates' Court", "X002"),
    ("Westminster Magistrates' Court", "X003"),
    ("Manchester and Salford Magistrates' Court", "X004"),
    ("Crown Court at Leeds", "X101"),
    ("Crown Court at Southwark", "X102"),
)
"""Names like those of real courts; the codes are invented."""
