from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import EmptyProbeError, InvalidInputError, InvalidTemplateError
from domain.people.people import Details, Nationality, Sex
from domain.prints.prints import (
    FingerComparisons,
    FingerPosition,
    Impression,
    ImpressionType,
)
from domain.searches.evidence import Band, EvidenceSource, Flag
from domain.searches.searches import Probe
from matching.policy import Mode, Thresholds
from matching.scored import ScoredCandidates
from matching.scorer import Scorer
from prints.vectors.comparing import unit_vector
from tests.ahead import shipped_model
from tests.formats import FORMAT
from tests.unit.matching.builders import make_details, random_details

SCORER = shipped_model()
VECTOR = unit_vector(np.ones(192), FORMAT.template)
SIZE = 100_000
NOTHING = Details()


def impression(position: int, kind: ImpressionType = ImpressionType.PLAIN) -> Impression:
    return Impression(FingerPosition(position), kind, 60, VECTOR, FORMAT.template)


def probe(details: Details = NOTHING, fingers: tuple[int, ...] = (2, 7)) -> Probe:
    return Probe(tuple(impression(finger) for finger in fingers), details)


def comparisons(*rows: dict[int, float], kind: int = 0, quality: int = 70) -> FingerComparisons:
    """Each row gives the cosine of some finger positions."""
    cosines = np.full((len(rows), 10), np.nan, dtype=np.float32)
    for number, row in enumerate(rows):
        for position, cosine in row.items():
            cosines[number, position - 1] = cosine
    seen = ~np.isnan(cosines)
    return FingerComparisons(
        cosines,
        np.where(seen, quality, 0).astype(np.uint8),
        np.where(seen, kind, 0).astype(np.uint8),
    )


def score(
    said: Details, held: Details | None, row: dict[int, float], fingers: tuple[int, ...] = (2, 7)
) -> ScoredCandidates:
    return SCORER.score_prints(probe(said, fingers), comparisons(row), [held], gallery_size=SIZE)


STRONG, WEAK = {2: 0.85, 7: 0.85}, {2: 0.05, 7: -0.05}


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 10**7))
def test_rows_sum_to_the_total_whatever_is_compared(seed: int, count: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    said = random_details(rng)
    held = [random_details(rng) if rng.random() < 0.8 else None for _ in range(count)]
    rows = [
        {int(f): float(rng.uniform(-0.3, 1)) for f in rng.choice(10, rng.integers(0, 11)) + 1}
        for _ in range(count)
    ]
    scored = SCORER.score_prints(
        probe(said, tuple(range(1, 11))), comparisons(*rows), held, gallery_size=size
    )
    assert [scored[number] for number in range(count)] == list(scored)
    for number, evidence in enumerate(scored):
        parts = evidence.prior_bits + evidence.biometric_bits + evidence.demographic_bits
        assert abs(evidence.total_bits - scored.total_bits[number]) < 1e-9
        assert abs(parts - evidence.total_bits) < 1e-9
        assert evidence.demographic_bits >= -1e-9
        assert 0.0 <= evidence.posterior <= 1.0


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_rows_of_a_names_enquiry_sum_to_the_total(seed: int) -> None:
    rng = np.random.default_rng(seed)
    held = [random_details(rng) for _ in range(8)]
    scored = SCORER.score_details(make_details(), held, gallery_size=SIZE)
    for number, evidence in enumerate(scored):
        assert abs(evidence.total_bits - scored.total_bits[number]) < 1e-9
        assert evidence.biometric_bits == 0.0
        assert EvidenceSource.DETAILS_BOUND not in {row.source for row in evidence.rows}


def test_details_that_disagree_never_push_a_candidate_below_its_prints() -> None:
    alone = score(Details(), make_details(), STRONG)
    stranger = make_details(
        "Peter",
        "Okafor",
        "1961-11-30",
        addresses=(),
        place_of_birth="Lagos",
        nationalities=(Nationality("NGA"),),
    )
    against = score(stranger, make_details(), STRONG)
    assert against.total_bits[0] == alone.total_bits[0]


def test_details_that_agree_promote() -> None:
    alone = score(Details(), make_details(), {2: 0.45, 7: 0.45})
    helped = score(make_details(), make_details(), {2: 0.45, 7: 0.45})
    assert helped.total_bits[0] > alone.total_bits[0] + 10


def test_details_cannot_carry_a_candidate_whose_prints_disagree() -> None:
    (evidence,) = score(make_details(), make_details(), WEAK)
    assert evidence.band is Band.UNLIKELY


def test_missing_details_add_exactly_nothing() -> None:
    with_empty = score(make_details(), Details(), STRONG)
    without = score(make_details(), None, STRONG)
    assert with_empty.total_bits[0] == without.total_bits[0]
    assert without[0].demographic_bits == 0.0


def test_agreeing_prints_under_another_name_raise_possible_alias() -> None:
    (evidence,) = score(make_details("Peter", "Okafor", "1961-11-30"), make_details(), STRONG)
    assert [raised.flag for raised in evidence.flags] == [Flag.POSSIBLE_ALIAS]
    assert evidence.flags[0].reason


def test_agreeing_details_over_other_prints_raise_possible_mix_up() -> None:
    fingers = tuple(range(1, 11))
    row = dict.fromkeys(fingers, 0.0)
    (evidence,) = score(make_details(), make_details(), row, fingers)
    assert Flag.POSSIBLE_RECORD_MIX_UP in {raised.flag for raised in evidence.flags}


def test_another_forename_on_the_same_birthday_raises_possible_twin() -> None:
    twin = make_details("Peter", "Smith")
    (evidence,) = SCORER.score_details(make_details(), [twin], gallery_size=SIZE)
    assert Flag.POSSIBLE_TWIN in {raised.flag for raised in evidence.flags}


def test_two_good_fingers_that_disagree_among_many_raise_possible_swap() -> None:
    fingers = tuple(range(1, 11))
    row = {finger: 0.0 if finger in (2, 3) else 0.9 for finger in fingers}
    (evidence,) = score(Details(), None, row, fingers)
    assert [raised.flag for raised in evidence.flags] == [Flag.POSSIBLE_FINGER_SWAP]


def relatives() -> dict[str, tuple[Details, Details]]:
    me = make_details("John", "Smith", "1980-02-03")
    return {
        "twin": (me, make_details("James", "Smith", "1980-02-03")),
        "twin of close name": (me, make_details("Johan", "Smith", "1980-02-03")),
        "sibling": (me, make_details("James", "Smith", "1981-02-03")),
        "father of one name": (me, make_details("John", "Smith", "1955-08-21")),
        "twin sister": (me, make_details("Joan", "Smith", "1980-02-03", sex=Sex.FEMALE)),
    }


@pytest.mark.parametrize("kind", list(relatives()))
@pytest.mark.parametrize("size", [100, 1_000_000])
def test_relatives_are_never_proposed_on_details_alone(kind: str, size: int) -> None:
    said, held = relatives()[kind]
    (evidence,) = SCORER.score_details(said, [held], gallery_size=size)
    assert evidence.band is not Band.PROPOSED


def test_the_same_person_can_be_proposed_on_details_alone() -> None:
    (evidence,) = SCORER.score_details(make_details(), [make_details()], gallery_size=SIZE)
    assert evidence.band is Band.PROPOSED


def test_evidence_of_several_records_of_one_person_is_not_counted_twice() -> None:
    once = SCORER.score_details(make_details(), [make_details()], gallery_size=SIZE)
    twice = SCORER.score_details(make_details(), [[make_details()] * 2], gallery_size=SIZE)
    assert once.total_bits.tolist() == twice.total_bits.tolist()


def test_prepared_details_score_as_details_do() -> None:
    held = [make_details(), make_details("Jane")]
    plain = SCORER.score_details(make_details(), held, gallery_size=SIZE)
    ready = SCORER.score_details(
        make_details(), [SCORER.prepare(one) for one in held], gallery_size=SIZE
    )
    assert plain.total_bits.tolist() == ready.total_bits.tolist()


def test_a_mark_pays_for_the_fingers_it_was_tried_against() -> None:
    mark = Probe((impression(0, ImpressionType.LATENT),), Details())
    (evidence,) = SCORER.score_prints(mark, comparisons({4: 0.8}), [None], gallery_size=SIZE)
    (row,) = [r for r in evidence.rows if r.source is EvidenceSource.PRINT_DEPENDENCE]
    assert row.bits < -2.0
    assert "each finger tried" in row.note


def test_a_tenprint_against_unsolved_marks_is_a_mark_search() -> None:
    scored = SCORER.score_prints(
        probe(fingers=(1, 2, 3)), comparisons({2: 0.8}, kind=2), [None], gallery_size=SIZE
    )
    assert scored.prints is not None
    assert scored.prints.is_mark


def test_a_probe_without_impressions_is_refused() -> None:
    with pytest.raises(EmptyProbeError):
        SCORER.score_prints(Probe((), make_details()), comparisons({}), [None], gallery_size=1)


def test_an_enquiry_that_says_nothing_is_refused() -> None:
    with pytest.raises(EmptyProbeError):
        SCORER.score_details(Details(), [make_details()], gallery_size=1)


@pytest.mark.parametrize("cosine", [np.inf, -np.inf, 1.5])
def test_similarities_that_cannot_be_are_refused(cosine: float) -> None:
    with pytest.raises(InvalidTemplateError):
        score(Details(), None, {2: cosine})


def test_one_entry_of_details_is_needed_for_each_candidate() -> None:
    with pytest.raises(InvalidInputError):
        SCORER.score_prints(probe(), comparisons({}, {}), [None], gallery_size=1)


def test_no_candidates_give_no_evidence() -> None:
    none = np.empty((0, 10))
    empty = FingerComparisons(
        none.astype(np.float32), none.astype(np.uint8), none.astype(np.uint8)
    )
    assert list(SCORER.score_prints(probe(make_details()), empty, [], gallery_size=SIZE)) == []
    assert list(SCORER.score_details(make_details(), [], gallery_size=SIZE)) == []


def test_ranking_puts_the_strongest_first_and_keeps_ties_in_order() -> None:
    held = [make_details("Ann", "Okafor"), make_details(), make_details("Ann", "Okafor")]
    scored = SCORER.score_details(make_details(), held, gallery_size=SIZE)
    assert scored.ranking().tolist() == [1, 0, 2]


def test_evidence_can_be_picked_sliced_and_iterated() -> None:
    held = [make_details(), make_details("Jane"), make_details("Peter", "Okafor")]
    scored = SCORER.score_details(make_details(), held, gallery_size=SIZE)
    assert len(scored) == 3
    assert scored[1:] == tuple(scored)[1:]
    assert scored[-1] == list(scored)[2]
    with pytest.raises(IndexError):
        scored[3]


def test_notes_hold_no_personal_value() -> None:
    said = make_details("Zebedee", "Quirk")
    (evidence,) = SCORER.score_details(said, [said], gallery_size=SIZE)
    notes = " ".join(row.note for row in evidence.rows).upper()
    for value in ("ZEBEDEE", "QUIRK", "1980", "LEEDS", "LS1"):
        assert value not in notes


def test_each_finger_is_told_with_its_own_similarity_and_qualities() -> None:
    rows = comparisons({2: 0.845, 7: -0.004}, {}, {7: 0.125, 9: 0.31}, quality=64)

    scored = SCORER.score_prints(probe(fingers=(2, 7, 9)), rows, [None] * 3, gallery_size=SIZE)

    told = [[row.note for row in one.rows if row.source is EvidenceSource.PRINT] for one in scored]
    types, qualities = "plain against rolled", "quality 60 against 64."
    assert told == [
        [
            f"Right index, {types}: similarity 0.85, {qualities}",
            f"Left index, {types}: similarity 0.00, {qualities}",
        ],
        [],
        [
            f"Left index, {types}: similarity 0.12, {qualities}",
            f"Left ring, {types}: similarity 0.31, {qualities}",
        ],
    ]


def test_several_pairs_are_told_in_the_note() -> None:
    held = replace(make_details(), names=(*make_details("Ann").names, *make_details().names))
    (evidence,) = SCORER.score_details(make_details(), [held], gallery_size=SIZE)
    (row,) = [r for r in evidence.rows if r.source is EvidenceSource.NAME]
    assert "Best of 2 pairs; 1.0 bits are deducted" in row.note


def test_other_thresholds_change_the_band_and_the_configuration_alone() -> None:
    policy = replace(
        SCORER.policy, thresholds=dict.fromkeys(Mode, Thresholds(1000.0, 999.0)), version="2"
    )
    strict = Scorer(replace(SCORER._model, policy=policy))
    said = make_details()
    before, after = (s.score_details(said, [said], gallery_size=9)[0] for s in (SCORER, strict))
    assert (before.rows, after.band) == (after.rows, Band.UNLIKELY)
    assert strict.digest == SCORER.digest
    assert strict.configuration_digest != SCORER.configuration_digest


def test_the_model_names_itself() -> None:
    assert (SCORER.name, SCORER.version) == ("identlink-evidence", "3")
    assert len(SCORER.digest) == len(SCORER.configuration_digest) == 64
    assert isinstance(SCORER, Scorer)
