"""Local, bounded ratios: the cases in which pooled ratios gave false certainty, and their like."""

from __future__ import annotations

import numpy as np
import pytest

from domain.people.people import Details, PartialDate, PersonName
from domain.prints.prints import FingerComparisons, FingerPosition, Impression, ImpressionType
from domain.searches.evidence import Band, EvidenceSource
from domain.searches.models import Counted, Experience, Kind
from domain.searches.searches import Probe
from domain.searches.strangers import Strangers
from matching.biometric import COSINES, FingerPairs
from matching.local_prints import LocalPrints, local_bits, moments_of
from matching.print_parameters import LEAST_COHORT, PROCESS_ERROR
from matching.scored import ScoredCandidates
from prints.registry import FORMATS
from prints.vectors.comparing import unit_vector
from tests.ahead import shipped_model

SCORER = shipped_model()
HOME = Strangers(512, (65,) * 10, (1102,) * 10)
SHIFTED = Strangers(512, (4300,) * 10, (1100,) * 10)
WIDE = Strangers(512, (65,) * 10, (1900,) * 10)
QUALITIES = [(60, 70), (30, 30), (80, 90), (20, 60)]


def model() -> LocalPrints:
    found = SCORER._model.biometric
    assert isinstance(found, LocalPrints)
    return found


def finger_bits(
    cosines: np.ndarray, qualities: tuple[int, int], strangers: Strangers | None = HOME
) -> np.ndarray:
    """Return the bits of a right index, plain against rolled, at each of these cosines."""
    n = len(cosines)
    table = np.full((n, 10), np.nan, dtype=np.float32)
    table[:, 1] = cosines

    def full(value: int) -> np.ndarray:
        return np.full((n, 10), value, dtype=np.uint8)

    pairs = FingerPairs(table, full(qualities[0]), full(1), full(qualities[1]), full(0))
    return local_bits(model(), pairs, strangers, fingers_tried=0).joint


def search(
    cosines: dict[int, float],
    strangers: Strangers | None = HOME,
    *,
    gallery_size: int = 12_000,
    kind: ImpressionType = ImpressionType.PLAIN,
    details: tuple[Details, Details | None] = (Details(), None),
    experience: Experience | None = None,
) -> ScoredCandidates:
    """Return the evidence on one candidate, by finger 1 to 10, qualities 60 and 70.

    `details`: what is said, and what is on record.
    """
    template = FORMATS.named(SCORER.template_format).template
    vector = unit_vector(np.ones(template.dimension), template)
    marks = kind is ImpressionType.LATENT
    positions = [0] if marks else list(cosines)
    impressions = tuple(
        Impression(FingerPosition(n), kind, 60, vector, template) for n in positions
    )
    table = np.full((1, 10), np.nan, dtype=np.float32)
    for finger, cosine in cosines.items():
        table[0, finger - 1] = cosine
    codes = np.zeros((1, 10), dtype=np.uint8)
    compared = FingerComparisons(table, np.full((1, 10), 70, dtype=np.uint8), codes)
    said, held = details
    probe = Probe(impressions, said, strangers, experience=experience)
    return SCORER.score_prints(probe, compared, [held], gallery_size=gallery_size)


def _named(forename: str, surname: str, year: int) -> Details:
    return Details(
        names=(PersonName(forename, surname),), dates_of_birth=(PartialDate(year, 5, 4),)
    )


@pytest.mark.parametrize("strangers", [HOME, SHIFTED, WIDE])
@pytest.mark.parametrize("fingers", [(2,), (2, 7), tuple(range(1, 11))])
def test_in_a_rehearsed_gallery_a_false_identity_changes_nobody_who_is_proposed(
    strangers: Strangers, fingers: tuple[int, ...]
) -> None:
    """Under whatever law, and with poor fingers: a proposal asks the rate of the prints only."""
    said = _named("Ann", "Kowalski", 1980)
    kind = {1: Kind.ONE, 2: Kind.FEW, 10: Kind.MANY}[len(fingers)]
    met = Experience(kind, Counted(2_995, 12_000, ((80, 2_995),)))
    bands = []
    for cosine in np.arange(0.02, 0.95, 0.03).tolist():
        prints = dict.fromkeys(fingers, cosine)
        found = {
            str(search(prints, strangers, details=(said, held), experience=met)[0].band)
            for held in (None, said, _named("Peter", "Okafor", 1961))
        }
        assert len({band == "proposed" for band in found}) == 1
        bands.append("proposed" in found)

    assert True in bands
    assert False in bands


@pytest.mark.parametrize("qualities", QUALITIES)
@pytest.mark.parametrize("strangers", [HOME, SHIFTED, WIDE, None])
def test_no_step_exceeds_three_bits_and_a_higher_cosine_is_never_worth_less(
    qualities: tuple[int, int], strangers: Strangers | None
) -> None:
    # Pooled ratios rose from 10.2 to 26.1 bits between .625 and .630.
    steps = np.diff(finger_bits(COSINES.astype(np.float32), qualities, strangers))
    assert steps.min() >= -1e-9
    assert steps.max() < 3.0


def test_a_cosine_that_is_neither_a_mates_nor_a_strangers_is_not_certain() -> None:
    # Pooled: 26 bits a finger from .63 on, and a posterior of 1.000000 for two at .65.
    (weak,), (strong,) = (
        finger_bits(np.array([0.63]), (60, 70)),
        finger_bits(np.array([0.9]), (60, 70)),
    )
    assert weak < strong - 5.0
    assert search({2: 0.65, 7: 0.65}).posteriors[0] < 0.9999


@pytest.mark.parametrize("gallery_size", [12_000, 1_000_000])
@pytest.mark.parametrize("strangers", [HOME, SHIFTED, WIDE, None])
def test_two_strangers_fingers_at_55_hundredths_are_not_proposed(
    strangers: Strangers | None, gallery_size: int
) -> None:
    (evidence,) = search({2: 0.55, 7: 0.55}, strangers, gallery_size=gallery_size)
    assert evidence.band is not Band.PROPOSED


def test_strangers_all_alike_are_no_evidence() -> None:
    # Everybody is near .43 under this law: pooled ratios gave 26 bits to a cosine of .65.
    assert finger_bits(np.array([0.65]), (60, 70), SHIFTED)[0] < 0.0
    assert search({2: 0.65, 7: 0.65}, SHIFTED).posteriors[0] < 1e-4


def test_a_wide_law_needs_a_higher_cosine() -> None:
    cosines = np.array([0.7, 0.8])
    assert (finger_bits(cosines, (60, 70), WIDE) < finger_bits(cosines, (60, 70)) - 5.0).all()


@pytest.mark.parametrize("gallery_size", [100, 12_000, 1_000_000])
def test_ten_fingers_are_worth_no_more_than_was_counted(gallery_size: int) -> None:
    # Pooled: 270.9 bits.
    found = search(dict.fromkeys(range(1, 11), 0.9), gallery_size=gallery_size)
    rate = max(PROCESS_ERROR, 3 * gallery_size / model().laws[0].comparisons)
    assert found.posteriors[0] <= 1.0 - rate
    (evidence,) = found
    row = next(one for one in evidence.rows if one.source is EvidenceSource.COUNTS_BOUND)
    assert row.level == "at least this"
    assert row.note.startswith("At least this: ")
    assert "1.000" not in row.note


def test_one_honest_finger_is_proposed_among_a_million() -> None:
    (evidence,) = search({2: 0.93}, gallery_size=1_000_000)
    assert str(evidence.band) == "proposed"


def test_an_ordinary_agreement_is_within_the_counts_and_has_an_interval() -> None:
    (evidence,) = search({2: 0.55, 7: 0.3})
    row = next(one for one in evidence.rows if one.source is EvidenceSource.COUNTS_BOUND)
    assert row.level == "within the counts"
    assert "(95 % interval)" in row.note


@pytest.mark.parametrize("cosines", [{2: 0.9}, {2: 0.1, 7: 0.9}, {2: 0.02, 3: 0.02}])
def test_rows_sum_to_the_total(cosines: dict[int, float]) -> None:
    found = search(cosines)
    assert abs(found[0].total_bits - found.total_bits[0]) < 1e-9


def test_ten_fingers_that_disagree_speak_against_within_what_a_failed_capture_allows() -> None:
    assert search(dict.fromkeys(range(1, 11), 0.02)).print_bits[0] < -50
    total = search(dict.fromkeys(range(1, 11), 0.02))
    assert total.total_bits[0] - total.prior == pytest.approx(np.log2(0.001), abs=0.01)


def test_a_mark_pays_for_the_fingers_tried() -> None:
    (alone,) = search({2: 0.6}, kind=ImpressionType.LATENT).print_bits
    mark = search({2: 0.6}, kind=ImpressionType.LATENT).prints
    assert mark is not None
    assert mark.is_mark
    assert alone == pytest.approx(np.nanmax(mark.bits.fingers) - np.log2(10), abs=0.1)


def test_a_small_cohort_is_filled_up_with_the_models_strangers() -> None:
    own = np.array([0.0, 0.1])
    few = Strangers(LEAST_COHORT // 4, (4000,) * 10, (1000,) * 10)
    assert np.allclose(moments_of(few, own)[:, 0], 0.1)
    assert np.allclose(moments_of(None, own), own)
    assert np.allclose(moments_of(SHIFTED, own), (0.43, 0.11))


@pytest.mark.parametrize("qualities", QUALITIES)
def test_bits_are_the_same_beside_candidates_that_agree_more(qualities: tuple[int, int]) -> None:
    cosines = np.linspace(-0.3, 0.4, 15)

    alone = finger_bits(cosines, qualities, WIDE)
    beside = finger_bits(np.append(cosines, [0.97, 1.0]), qualities, WIDE)

    assert np.array_equal(alone, beside[:15])


@pytest.mark.parametrize(
    ("rehearsed", "persons", "band", "said"),
    [
        (Counted(10_000, 12_000, ((90, 10_000),)), 12_000, Band.PROPOSED, "as similar."),
        (Counted(10_000, 12_000, ((90, 10_000),)), 120_000, Band.POSSIBLE, "has grown, or"),
        (Counted(2_000, 12_000, ((90, 2_000),)), 12_000, Band.POSSIBLE, "until there are 2,995"),
    ],
)
def test_a_row_says_why_nobody_is_proposed(
    rehearsed: Counted, persons: int, band: Band, said: str
) -> None:
    met = Experience(Kind.FEW, rehearsed)
    (found,) = search({2: 0.95, 7: 0.95}, gallery_size=persons, experience=met)
    (row,) = (one for one in found.rows if one.source is EvidenceSource.COUNTS_BOUND)
    assert found.band is band
    assert said in row.note.split(" Probability")[0]
