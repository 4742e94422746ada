"""Template blobs lose only the rounding of float16, and malformed ones are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError, UnknownTemplateFormatError, VaultDamagedError
from domain.prints.prints import Impression
from domain.prints.templates import TemplateFormat
from prints.vectors.blobs import (
    GALLERY_BYTES,
    PROBE_BYTES,
    Capture,
    decode,
    encode,
    shape_of,
)
from tests.contract.builders import NOON, impression, tenprint
from tests.contract.comparing import are_close, are_identical
from tests.formats import FORMAT
from tests.unit.service.storage.strategies import impressions, moments

TEMPLATE = FORMAT.template
CAPTURE = Capture(NOON, 1980)

captures = st.builds(Capture, moments, st.integers(0, 2150))


@given(impressions, captures)
def test_a_probe_reads_back_to_the_last_bit(
    stored: tuple[Impression, ...], capture: Capture
) -> None:
    found, said = decode(encode(stored, capture, TEMPLATE, value_bytes=PROBE_BYTES), TEMPLATE)

    assert are_identical(found, stored)
    assert said == capture


@given(impressions, captures)
def test_a_gallery_capture_reads_back_up_to_rounding(
    stored: tuple[Impression, ...], capture: Capture
) -> None:
    found, said = decode(encode(stored, capture, TEMPLATE, value_bytes=GALLERY_BYTES), TEMPLATE)

    assert are_close(found, stored)
    assert said == capture
    assert all(abs(float(np.linalg.norm(i.vector)) - 1) < 1e-6 for i in found)


def test_vectors_that_were_read_cannot_be_changed() -> None:
    found, _ = decode(encode(tenprint(), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES), TEMPLATE)

    assert not any(i.vector.flags.writeable for i in found)


def test_a_tenprint_takes_four_kilobytes() -> None:
    assert len(encode(tenprint(), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES)) < 4_000


def test_two_formats_in_one_capture_are_refused() -> None:
    foreign = impression(3, fmt=TemplateFormat("other", 1, 192))

    with pytest.raises(InvalidInputError):
        encode((impression(2), foreign), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES)


def test_more_impressions_than_a_byte_counts_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        encode((impression(0),) * 256, CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES)


def test_a_foreign_format_is_not_read() -> None:
    foreign = impression(3, fmt=TemplateFormat("other", 1, 192))
    blob = encode((foreign,), CAPTURE, foreign.fmt, value_bytes=GALLERY_BYTES)

    with pytest.raises(UnknownTemplateFormatError):
        decode(blob, TEMPLATE)


@pytest.mark.parametrize("cut", [0, 10, 16, 30, 3_000])
def test_a_blob_that_was_cut_is_damaged(cut: int) -> None:
    blob = encode(tenprint(), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES)

    with pytest.raises((VaultDamagedError, UnknownTemplateFormatError)):
        decode(blob[:cut], TEMPLATE)


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, 9), (1, 11), (2, 0), (6, 3)],
    ids=["version", "impressions", "dimension", "precision"],
)
def test_a_header_that_does_not_fit_is_damaged(at: int, value: int) -> None:
    blob = bytearray(encode(tenprint(), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES))
    blob[at] = value

    with pytest.raises(VaultDamagedError):
        decode(bytes(blob), TEMPLATE)


@pytest.mark.parametrize(("offset", "value"), [(0, 11), (1, 3)], ids=["finger", "type"])
def test_an_unknown_finger_or_type_is_damaged(offset: int, value: int) -> None:
    blob = bytearray(encode(tenprint(), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES))
    blob[shape_of(bytes(blob), TEMPLATE).marks_at + offset] = value

    with pytest.raises(VaultDamagedError):
        decode(bytes(blob), TEMPLATE)


def test_a_quality_beyond_the_scale_is_damaged() -> None:
    stored = replace(impression(2), quality=100)
    blob = bytearray(encode((stored,), CAPTURE, TEMPLATE, value_bytes=GALLERY_BYTES))
    blob[shape_of(bytes(blob), TEMPLATE).marks_at + 2] = 101

    with pytest.raises(VaultDamagedError):
        decode(bytes(blob), TEMPLATE)
