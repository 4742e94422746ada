"""The permitted contents of the gallery."""

import numpy as np
import pytest

from domain.errors import InvalidInputError, InvalidQualityError, InvalidTemplateError
from tests.unit.indexing.building import people, with_columns

RNG = np.random.default_rng(1)
PEOPLE = people(RNG, 6)
BATCH = PEOPLE.batch(RNG, np.arange(5))
MARKS = PEOPLE.marks(RNG, np.arange(4), first_row=100)


def test_a_batch_knows_its_length() -> None:
    assert (len(BATCH), len(MARKS)) == (5, 4)


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"encounter_rows": np.arange(5, dtype=np.int32)}, InvalidInputError),
        ({"encounter_rows": np.zeros(5, dtype=np.int64)}, InvalidInputError),
        ({"encounter_rows": np.arange(-1, 4)}, InvalidInputError),
        ({"person_rows": np.arange(4)}, InvalidInputError),
        ({"person_rows": np.full(5, -1)}, InvalidInputError),
        ({"vectors": BATCH.captures.vectors.astype(np.float64)}, InvalidTemplateError),
        ({"vectors": BATCH.captures.vectors[:, :, :100]}, InvalidTemplateError),
        ({"vectors": BATCH.captures.vectors * np.float32(1.01)}, InvalidTemplateError),
        ({"vectors": BATCH.captures.vectors * np.float32(np.nan)}, InvalidTemplateError),
        ({"presence": ~BATCH.captures.presence}, InvalidTemplateError),
        ({"presence": BATCH.captures.presence.astype(np.uint8)}, InvalidInputError),
        ({"qualities": np.full((5, 10), 101, dtype=np.uint8)}, InvalidQualityError),
        ({"qualities": BATCH.captures.qualities[:, :9]}, InvalidInputError),
        ({"impression_codes": np.full((5, 10), 3, dtype=np.uint8)}, InvalidInputError),
        ({"galleries": np.ones(5, dtype=np.uint8)}, InvalidInputError),
        ({"forces": np.zeros(5, dtype=np.int32)}, InvalidInputError),
        ({"years_of_birth": np.zeros(4, dtype=np.int16)}, InvalidInputError),
    ],
)
def test_a_wrong_encounter_column_is_refused(
    columns: dict[str, np.ndarray], error: type[Exception]
) -> None:
    with pytest.raises(error):
        with_columns(BATCH, **columns)


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"vectors": MARKS.captures.vectors[:, :, :100]}, InvalidTemplateError),
        ({"vectors": MARKS.captures.vectors * np.float32(np.inf)}, InvalidTemplateError),
        ({"presence": np.ones((4, 11), dtype=np.bool_)}, InvalidInputError),
        ({"presence": np.ones((4, 1), dtype=np.bool_)}, InvalidInputError),
        ({"qualities": np.full((4, 1), 200, dtype=np.uint8)}, InvalidQualityError),
        ({"impression_codes": np.full((4, 1), 9, dtype=np.uint8)}, InvalidInputError),
        ({"galleries": np.zeros(4, dtype=np.uint8)}, InvalidInputError),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_wrong_mark_column_is_refused(
    columns: dict[str, np.ndarray], error: type[Exception]
) -> None:
    with pytest.raises(error):
        with_columns(MARKS, **columns)


def test_refusals_do_not_repeat_what_was_sent() -> None:
    with pytest.raises(InvalidInputError) as refusal:
        with_columns(BATCH, person_rows=np.full(5, -987654))
    assert "987654" not in str(refusal.value)
