"""Columns agree with the single reader for any mixture in one batch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, UnknownTemplateFormatError, VaultDamagedError
from domain.prints.captures import CaptureColumns, possible_fingers
from domain.prints.prints import IMPRESSION_TYPES, Impression
from domain.prints.templates import TemplateFormat
from prints.vectors.blobs import GALLERY_BYTES, HEADER, Capture, decode, encode
from prints.vectors.codec import VectorCodec
from tests.contract.builders import NOON, impression, mark, tenprint
from tests.formats import FORMAT
from tests.unit.service.storage.strategies import impressions

TEMPLATE = FORMAT.template
CODEC = VectorCodec(TEMPLATE)
LABEL = TEMPLATE.label


def _blob(prints: tuple[Impression, ...], year: int = 1980) -> bytes:
    fmt = prints[0].fmt if prints else TEMPLATE
    return encode(prints, Capture(NOON, year), fmt, value_bytes=GALLERY_BYTES)


def _known(prints: tuple[Impression, ...]) -> tuple[Impression, ...]:
    """Return the prints a tenprint column can hold: the last of each known finger."""
    return tuple({i.position: i for i in prints if i.position}.values())


@given(st.lists(impressions.map(_known), max_size=6))
def test_columns_hold_what_the_single_reader_returns(
    captures: list[tuple[Impression, ...]],
) -> None:
    blobs = [_blob(prints, 1900 + i) for i, prints in enumerate(captures)]

    columns, years = CODEC.decode_tenprints(blobs)

    assert years.tolist() == [1900 + i if prints else 0 for i, prints in enumerate(captures)]
    for row, blob in enumerate(blobs):
        _assert_row(columns, row, decode(blob, TEMPLATE)[0])


def _assert_row(columns: CaptureColumns, row: int, prints: tuple[Impression, ...]) -> None:
    fingers = [i.position - 1 for i in prints]
    assert sorted(fingers) == np.flatnonzero(columns.presence[row]).tolist()
    assert not columns.vectors[row][~columns.presence[row]].any()
    for finger, print_ in zip(fingers, prints, strict=True):
        assert columns.qualities[row, finger] == print_.quality
        code = columns.impression_codes[row, finger]
        assert IMPRESSION_TYPES[code] is print_.impression_type
        np.testing.assert_allclose(columns.vectors[row, finger], print_.vector, atol=1e-7)


def test_impressions_without_a_finger_are_left_out_of_tenprints() -> None:
    columns, _ = CODEC.decode_tenprints([_blob((mark(), impression(4)))])

    assert np.flatnonzero(columns.presence[0]).tolist() == [3]


def test_more_captures_than_one_block_are_read() -> None:
    columns, _ = CODEC.decode_tenprints([_blob((impression(1),))] * 2_050)

    assert columns.presence[:, 0].all()
    assert np.unique(columns.vectors[:, 0], axis=0).shape == (1, 192)


def test_marks_keep_their_position_if_it_is_known() -> None:
    columns = CODEC.decode_marks([_blob((mark(),)), _blob((impression(7, quality=55),))])

    assert np.array_equal(columns.presence, possible_fingers(np.array([0, 7])))
    assert columns.qualities.tolist() == [[30], [55]]
    np.testing.assert_allclose(columns.vectors[1, 0], impression(7).vector, atol=2e-3)


def test_nothing_reads_as_empty_columns() -> None:
    assert CODEC.decode_tenprints([])[0].vectors.shape == (0, 10, 192)
    assert CODEC.decode_marks([]).vectors.shape == (0, 1, 192)


@pytest.mark.parametrize("length", [0, 7, 12, -1])
def test_a_damaged_blob_among_good_ones_is_found(length: int) -> None:
    with pytest.raises(VaultDamagedError):
        CODEC.decode_tenprints([_blob(tenprint()), _blob(tenprint())[:length]])


def test_a_foreign_label_among_good_ones_is_found() -> None:
    good = _blob(tenprint())
    foreign = good.replace(LABEL.encode(), LABEL.replace("/1", "/2").encode())

    with pytest.raises(UnknownTemplateFormatError):
        CODEC.decode_tenprints([good, foreign])


def test_a_foreign_format_is_refused() -> None:
    foreign = impression(3, fmt=TemplateFormat("other", 1, 192))

    with pytest.raises(UnknownTemplateFormatError):
        CODEC.decode_tenprints([_blob((foreign,))])


@given(st.integers(0, 2**32), st.integers(0, 5), st.sampled_from([np.float16, np.float32]))
def test_columns_written_in_bulk_read_back(seed: int, n: int, dtype: type[np.floating]) -> None:
    rng = np.random.default_rng(seed)
    presence = rng.random((n, 10)) > 0.4
    vectors = rng.standard_normal((n, 10, 192))
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    written = CaptureColumns(
        vectors=vectors.astype(dtype),
        presence=presence,
        qualities=rng.integers(0, 101, (n, 10)).astype(np.uint8),
        impression_codes=rng.integers(0, 3, (n, 10)).astype(np.uint8),
    )
    taken = [Capture(NOON, int(year)) for year in rng.integers(1900, 2020, n)]

    blobs = CODEC.encode_tenprints(written, taken)
    read, years = CODEC.decode_tenprints(blobs)

    assert np.array_equal(read.presence, presence)
    assert np.array_equal(read.qualities, written.qualities * presence)
    assert np.array_equal(read.impression_codes, written.impression_codes * presence)
    said = np.array([one.year_of_birth for one in taken], dtype=np.int16)
    assert np.array_equal(years, np.where(presence.any(axis=1), said, 0))
    np.testing.assert_allclose(read.vectors, vectors * presence[:, :, None], atol=2e-3)


@pytest.mark.parametrize(("at", "value"), [(1, 9), (2, 101)], ids=["impression", "quality"])
def test_a_number_out_of_range_is_refused(at: int, value: int) -> None:
    blob = bytearray(_blob((impression(1),)))
    blob[HEADER.size + len(LABEL) + at] = value

    for read in (CODEC.decode_tenprints, CODEC.decode_marks):
        with pytest.raises(InvalidInputError):
            read([bytes(blob)])
