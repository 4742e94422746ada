"""Every tuned number of `matching`, with its unit, its source and the day on which it was chosen.

H: weights that ministryofjustice/hmpps-person-match publishes for people in UK criminal justice.
P: expectation maximisation on the pseudopeople data. h: chosen by hand until trained. All were
chosen on 2026-11-24, for model version 1, unless stated otherwise.
"""

TRAIN_SEED = 730_451_001
"""Seed of the generated people used for fitting models. Never evaluated, shown or reported."""

CALIBRATION_SEED = 730_451_002
"""Seed of the generated people used for calibration and thresholds; kept separate likewise."""

MODEL_NAME = "identlink-evidence"
MODEL_VERSION = "3"

# Names ------------------------------------------------------------------------------------------

CLOSE_SIMILARITY = 0.88
"""Lowest Jaro-Winkler similarity of each part of a name. One slip in five letters passes."""

LOOSE_SIMILARITY = 0.7
"""Lowest Jaro-Winkler similarity of each part of a name. H uses the same value on both parts."""

MIDDLE_SIMILARITY = 0.85
"""Lowest Jaro-Winkler similarity of middle names. H."""

PLACE_SIMILARITY = 0.9
"""Lowest Jaro-Winkler similarity of places of birth. H."""

CLOSE_FREQUENCY_WEIGHT = 0.7
"""Share of the term-frequency adjustment that a near match gets. H."""

# Term frequencies -------------------------------------------------------------------------------

NAME_PART_FLOOR = 2e-5
"""Lowest frequency of a forename or surname: about one person in a training set."""

FULL_NAME_FLOOR = 1e-7
"""Lowest frequency of a whole name, so that no whole name gets more than 23 bits before m."""

PLACE_FLOOR = 1e-4
"""Lowest frequency of a place of birth. Places have many spellings, so rarity proves little."""

NATIONALITY_FLOOR = 1e-3
"""Lowest frequency of a nationality."""

POSTCODE_FLOOR = 1e-5
"""Lowest frequency of a postcode. H gives its highest level below this product."""

MINIMUM_COUNT = 3
"""A term that fewer people of the training set have is not in the table and gets the floor."""

# Dates of birth ---------------------------------------------------------------------------------

PLACEHOLDER_DATES = frozenset({19000101, 19700101, 19010101, 18500101, 20000101})
"""Dates that systems fill in by default, as YYYYMMDD. They are treated as missing."""

NEAR_YEARS_DAYS = (731, 1827)
"""Two and five years in days, including leap days. P and H."""

# Print-led fusion -------------------------------------------------------------------------------

FALSE_IDENTITY_RATE = 0.1
"""pi: share of people who give details that are not theirs; it limits the weight of disagreement.

Measured with 30 % of offenders giving false details. With a limit at pi = .1, and details that
only promote, the misses of these people stayed within half a percent of those by prints alone.
"""

BORROWED_IDENTITY_RATE = 0.05
"""rho: share of strangers to the gallery who have the details of a person in it.

These people borrow an identity, or their twin or father is on record. In a search led by prints it
limits the weight of agreement of details to at most log2(N / rho) bits.
"""

MATE_RATE = 0.5
"""p_mate: share of searches whose person is on record. The prior is log2(p_mate / N) bits."""

FINGERS_OF_A_PERSON = 10
"""Number of fingers that may have made a mark whose finger is unknown."""

# Biometric model --------------------------------------------------------------------------------

COSINE_STEP = 0.005
"""Width of a bin of the cosine grid."""

STATE_OFFSETS = (-2.3344, -1.1672, 0.0, 1.1672, 2.3344)
STATE_WEIGHTS = (0.0307, 0.2354, 0.4678, 0.2354, 0.0307)
"""Five states of a capture, from very poor to very good. `STATE_OFFSETS` are in standard
deviations of the state that the fingers of one comparison share; these are their probabilities
(equally spaced, normal, unit variance)."""

EXPECTED_KNOTS = 9
"""Number of tabulated values of expected closeness, evenly spaced over the range in training."""

TAIL_SUPPORT = 10
"""Comparisons of different people that a bin of the tail must have. Above the last such bin no
further evidence is claimed."""

DENSITY_FLOOR = 0.001
"""Share of mated fingers that may be anywhere on the scale, because any print can fail."""

LEAST_DISTANCE = 1e-3
"""The smallest 1 - cosine that is resolved. Half-precision templates resolve no smaller values."""

RESIDUAL_STEP = 0.02
"""Width of a bin of observed minus expected closeness."""

RESIDUAL_SMOOTHING = 0.06
"""Standard deviation of the kernel over observed minus expected closeness."""

RESIDUAL_FLOOR = 0.001
"""Share of the residual density spread evenly over its grid: about the resolution of training."""

RESIDUAL_ROUNDS = 15
"""Rounds of expectation maximisation of the residual density. It converges within ten."""

EXPECTED_QUANTILES = (0.005, 0.995)
"""The tabulated range of expected closeness, as quantiles of the range in training."""

# Policy -----------------------------------------------------------------------------------------

PROPOSED_FPIR = {"tenprint": 0.001, "mark": 0.01, "names": 0.01}
"""Target for each kind of leading evidence: the share of searches of people not on record that may
reach the band "proposed". NIST sets thresholds for tenprints at .001. Marks are ranked for
examiners. Details cannot distinguish a person from another on record under that person's identity.
Among generated people that is about one record in a hundred, so details cannot reach .001."""

POSSIBLE_FPIR = 0.05
"""The same target for the band "possible"."""

PROPOSED_LEAST_BITS = 6.6
"""Lowest total bits of the band "proposed", whatever the target: odds of a hundred to one."""

POSSIBLE_LEAST_BITS = -3.3
"""Lowest total bits of the band "possible": odds of one in ten, the lowest worth examining."""

SUFFICIENT_NAME_LEVELS = ("same", "swapped", "short form")
SUFFICIENT_DATE_LEVELS = ("same", "swapped")
"""Levels of name and of date that a names enquiry must reach before details may propose a
candidate. Set by hand: relatives share a surname and a home, and twins also a date of birth, but
not the whole name."""

FLAG_BITS = {
    "agreeing_prints_bits": 15.0,
    "disagreeing_prints_bits": -10.0,
    "agreeing_finger_bits": 8.0,
    "disagreeing_finger_bits": -4.0,
}
"""Bits from which prints, or one finger, agree or disagree for a flag. Set by hand."""

FLAG_QUALITY = 40
"""Lowest quality, 0-100, of a finger whose disagreement counts towards a flag. Set by hand."""

# Starting levels of the details ------------------------------------------------------------------

STARTING_LEVELS: dict[str, dict[str, tuple[float, float]]] = {
    "name": {
        "same": (0.62, 17.1),  # H
        "swapped": (0.01, 14.0),  # H
        "short form": (0.08, 10.0),  # h
        "shared part": (0.03, 8.0),  # h
        "close": (0.12, 7.3),  # H
        "sounds alike": (0.02, 6.0),  # H
        "surname alone": (0.01, 5.0),  # h
        "loosely alike": (0.04, 3.3),  # H
        "forename alone": (0.01, 2.0),  # h
        "surname only": (0.02, 2.8),  # H
        "forename only": (0.02, 0.0),  # H
        "part differs": (0.005, -4.0),  # h
        "different": (0.015, -7.9),  # H
    },
    "middle name": {
        "same": (0.8, 6.2),  # H
        "close": (0.15, 3.6),  # H
        "different": (0.05, -4.6),  # H
    },
    "date of birth": {
        "same": (0.88, 13.9),  # H
        "swapped": (0.02, 10.3),  # P
        "known parts agree": (0.01, 8.0),  # h
        "anniversary": (0.02, 5.0),  # h
        "one slip": (0.04, 3.9),  # P
        "year agrees": (0.01, 3.9),  # h
        "within two years": (0.006, -4.1),  # P
        "within five years": (0.004, -4.4),  # H
        "different": (0.01, -8.6),  # H
    },
    "sex": {
        "same": (0.98, 1.0),  # P
        "different": (0.02, -4.7),  # P
    },
    "place of birth": {
        "same": (0.8, 5.0),  # h
        "close": (0.08, 4.0),  # h
        "country only": (0.05, 0.3),  # h
        "place differs": (0.05, -3.5),  # h
        "different": (0.02, -4.5),  # h
    },
    "postcode": {
        "same": (0.6, 12.0),  # H
        "same area": (0.1, 5.3),  # H
        "different": (0.3, -2.3),  # H
    },
    "PNC ID": {
        "same": (0.98, 21.6),  # H
        "different": (0.0009, -10.0),  # H
    },
    "CRO number": {
        "same": (0.98, 21.8),  # H
        "different": (0.0009, -10.0),  # H
    },
}
"""For each field and level: the share of mated pairs at that level, and its bits until trained."""

# Training of the details -------------------------------------------------------------------------

RANDOM_PAIRS = 2e7
"""Number of pairs of people drawn at random to estimate u."""

EM_BLOCKS = (("full_name", "postcode"), ("dob", "place"), ("dob", "surname"))
"""Columns that must agree in the pairs of each round of expectation maximisation.

Chosen so that few relatives are in one block. Relatives agree on surname, home and place of birth,
and the method would take them for one person.
"""

LEAST_PROBABILITY = 2e-7
"""Lowest u of a level. RANDOM_PAIRS cannot distinguish a lower value from zero."""

LEAST_M = 0.005
"""Lowest m of a level: what is rare among generated people proves little of real ones. P and H."""

LEVELS_BY_HAND = frozenset({"PNC ID", "CRO number"})
"""Fields that are rarely stated at a booking, so training learns nothing of them; H is kept."""

# Calibration -------------------------------------------------------------------------------------

CALIBRATION_HINGES = (-20.0, -10.0, 0.0, 10.0, 20.0, 30.0, 40.0)
"""Bits at which a calibration line may bend."""

CALIBRATION_REACH = 60.0
"""Bits by which the outer pieces extend beyond the outer hinges."""

SLOPE_SPREAD = 0.2
"""Standard deviation of the normal prior on the slope of a piece, centred on 1."""

OFFSET_SPREAD = 1.0
"""Standard deviation of the normal prior on the height at the first hinge, in bits."""

SLOPE_RANGE = (0.02, 1.5)
"""Lowest and highest slope of a piece: evidence may shrink but never vanishes."""

CALIBRATION_ROUNDS = 100
"""Rounds of Newton's method. It converges within thirty."""

LONGEST_STEP = 0.5
"""Largest change of a slope or height in one round."""

# Evaluation --------------------------------------------------------------------------------------

EVALUATION_ROUNDS = 200
"""Number of bootstrap samples for the interval of an error rate."""

RATIO_ROUNDS = 20
"""Number of bootstrap samples for the interval of Cllr. Each sample needs an isotonic fit."""

# Explanation -------------------------------------------------------------------------------------

FEW_ROWS = 40
"""The most candidates for whom rows of evidence are built one by one instead of level by level.

Measured on generated people: building one by one takes a quarter less time for 20 candidates, a
tenth less for 40, and a tenth more for 64. 2026-11-25.
"""
