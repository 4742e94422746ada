"""Bare images are read as they are, and refused with one sentence."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from domain.errors import UnreadablePrintError
from service.adapters.reading.pictures import read_picture
from service.ports.print_reading import Stated
from tests.print_files import picture, small

UNSTATED = Stated()


@pytest.mark.parametrize("name", ["PNG", "JPEG2000"])
def test_lossless_images_come_back_pixel_by_pixel(name: str) -> None:
    grey = small()

    found = read_picture(picture(grey, name), UNSTATED)

    assert np.array_equal(found.pixels, grey)
    assert (found.ppi, found.scanned_ppi) == (500, 500)


def test_wsq_comes_back_nearly_and_states_its_resolution() -> None:
    grey = small(256)

    found = read_picture(picture(grey, "WSQ"), UNSTATED)

    assert found.pixels.shape == grey.shape
    assert np.abs(found.pixels.astype(int) - grey).mean() < 12
    assert found.is_ppi_stated
    assert found.ppi == 500


def test_without_a_resolution_500_is_taken_and_said_to_be_taken() -> None:
    found = read_picture(picture(small(), ppi=None), UNSTATED)

    assert found.ppi == 500
    assert not found.is_ppi_stated


def test_what_the_sender_states_stands_in_for_what_the_image_lacks() -> None:
    found = read_picture(picture(small(), ppi=None), Stated(ppi=1000))

    assert found.ppi == 1000
    assert found.is_ppi_stated


def test_raw_pixels_need_their_size() -> None:
    grey = small()

    found = read_picture(grey.tobytes(), Stated(500, grey.shape[1], grey.shape[0]))

    assert np.array_equal(found.pixels, grey)
    with pytest.raises(UnreadablePrintError, match="no known format"):
        read_picture(grey.tobytes(), UNSTATED)
    with pytest.raises(UnreadablePrintError, match="number of bytes"):
        read_picture(grey.tobytes()[1:], Stated(500, grey.shape[1], grey.shape[0]))


def test_two_resolutions_that_differ_are_refused() -> None:
    with pytest.raises(UnreadablePrintError, match="differs from the stated resolution"):
        read_picture(picture(small()), Stated(ppi=1000))


@pytest.mark.parametrize("ppi", [100, 197, 200, 1270])
def test_a_resolution_of_no_print_is_refused_with_the_range_in_both_units(ppi: int) -> None:
    with pytest.raises(UnreadablePrintError, match=r"not plausible.*1200 .*98 to 472 per cent"):
        read_picture(picture(small(), ppi=ppi), UNSTATED)


def deep(values: np.ndarray, name: str, **saved: object) -> bytes:
    """Return an image of 16 bits per pixel."""
    written = io.BytesIO()
    Image.fromarray(values.astype(np.uint16)).save(written, format=name, dpi=(500, 500), **saved)
    return written.getvalue()


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_sixteen_bits_are_reduced_to_eight_of_those_in_use(name: str, bits: int) -> None:
    grey = small()
    grey[0, 0] = 255
    values = grey.astype(np.uint16) << (bits - 8) | (1 << (bits - 8)) - 1

    found = read_picture(deep(values, name), UNSTATED)

    assert np.array_equal(found.pixels, grey)
    assert (found.ppi, found.is_ppi_stated) == (500, True)
    (remark,) = found.remarks
    assert "16 bits" in remark


def test_sixteen_bits_are_turned_as_stated_and_light_where_nought_is_white() -> None:
    grey, exif = small(), Image.Exif()
    grey[0, 0] = 255
    exif[0x0112] = 6

    turned = read_picture(deep(grey.astype(np.uint16) << 8, "PNG", exif=exif), UNSTATED)
    inverted = read_picture(deep(grey.astype(np.uint16) << 8, "TIFF", tiffinfo={262: 0}), UNSTATED)

    assert np.array_equal(turned.pixels, np.rot90(grey, -1))
    assert np.array_equal(inverted.pixels, 255 - grey)


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_more_than_sixteen_bits_are_refused_and_not_cut_off(kind: type) -> None:
    written = io.BytesIO()
    Image.fromarray(np.full((96, 96), 40_000, dtype=kind)).save(written, format="TIFF")

    with pytest.raises(UnreadablePrintError, match="more than 16 bits"):
        read_picture(written.getvalue(), UNSTATED)


def test_a_png_whose_pixels_were_changed_is_refused_by_its_checksum() -> None:
    data = bytearray(picture(small()))
    data[data.index(b"IDAT") + 20] ^= 1

    with pytest.raises(UnreadablePrintError, match="checksum"):
        read_picture(bytes(data), UNSTATED)


def test_a_small_file_of_an_immense_image_is_refused_before_it_is_decoded() -> None:
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    body = b"IDAT" + zlib.compress(bytes(100_000))
    chunks = b"".join(
        (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        for chunk in (head, body, b"IEND")
    )

    with pytest.raises(UnreadablePrintError, match="at most 4096 pixels"):
        read_picture(b"\x89PNG\r\n\x1a\n" + chunks, UNSTATED)


@pytest.mark.parametrize("cut", [2, 3, 10, -1, -2, -40])
def test_a_wsq_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(UnreadablePrintError, match="cut short"):
        read_picture(picture(small(128), "WSQ")[:cut], UNSTATED)


def test_pixels_that_are_not_square_are_refused() -> None:
    written = io.BytesIO()
    Image.fromarray(small()).save(written, format="PNG", dpi=(500, 250))

    with pytest.raises(UnreadablePrintError, match="square"):
        read_picture(written.getvalue(), UNSTATED)


@pytest.mark.parametrize("name", ["TIFF", "BMP"])
def test_formats_of_laboratories_are_read(name: str) -> None:
    grey = small()
    written = io.BytesIO()
    Image.fromarray(grey).save(written, format=name, dpi=(500, 500))

    found = read_picture(written.getvalue(), UNSTATED)

    assert np.array_equal(found.pixels, grey)
    assert (found.ppi, found.is_ppi_stated) == (500, True)


def test_an_image_of_several_pages_is_refused() -> None:
    written, page = io.BytesIO(), Image.fromarray(small())
    page.save(written, format="TIFF", save_all=True, append_images=[page])

    with pytest.raises(UnreadablePrintError, match="several pages"):
        read_picture(written.getvalue(), UNSTATED)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_an_image_is_turned_as_its_camera_states(name: str) -> None:
    grey = small()
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    Image.fromarray(grey).save(written, format=name, exif=exif)

    found = read_picture(written.getvalue(), UNSTATED)

    assert np.array_equal(found.pixels, np.rot90(grey, -1))
    assert any("EXIF" in remark for remark in found.remarks)


@pytest.mark.parametrize("orientation", [2, 4, 5, 7])
def test_a_picture_that_its_file_mirrors_says_so(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = io.BytesIO()
    Image.fromarray(small()).save(written, format="PNG", exif=exif)

    (remark,) = read_picture(written.getvalue(), UNSTATED).remarks

    assert "mirrored" in remark


def test_an_orientation_that_does_not_exist_turns_nothing() -> None:
    grey, exif = small(), Image.Exif()
    exif[0x0112] = 9
    written = io.BytesIO()
    Image.fromarray(grey).save(written, format="PNG", exif=exif)

    found = read_picture(written.getvalue(), UNSTATED)

    assert np.array_equal(found.pixels, grey)
    assert found.remarks == ()


@pytest.mark.parametrize(("mode", "name"), [("RGBA", "PNG"), ("RGBA", "TIFF"), ("LA", "PNG")])
def test_transparent_paper_is_white_and_not_the_black_beneath_it(mode: str, name: str) -> None:
    grey = small()
    is_paper = grey > 200
    shown = np.where(is_paper, 0, grey).astype(np.uint8)
    layers = [shown] * (len(mode) - 1) + [np.where(is_paper, 0, 255).astype(np.uint8)]
    written = io.BytesIO()
    Image.fromarray(np.dstack(layers), mode).save(written, format=name)

    found = read_picture(written.getvalue(), UNSTATED)

    assert np.array_equal(found.pixels, np.where(is_paper, 255, grey))
    assert any("transparent" in remark for remark in found.remarks)


@pytest.mark.parametrize("name", ["TIFF", "JPEG"])
def test_colours_for_printing_are_refused_by_their_name(name: str) -> None:
    written = io.BytesIO()
    Image.fromarray(small()).convert("CMYK").save(written, format=name)

    with pytest.raises(UnreadablePrintError, match="CMYK"):
        read_picture(written.getvalue(), UNSTATED)


@pytest.mark.parametrize("name", ["PNG", "TIFF", "BMP"])
def test_a_picture_without_greys_says_so(name: str) -> None:
    written = io.BytesIO()
    Image.fromarray(small()).convert("1").save(written, format=name)

    (remark,) = read_picture(written.getvalue(), UNSTATED).remarks

    assert "no greys" in remark


def test_250_pixels_an_inch_are_enough() -> None:
    found = read_picture(picture(small(), ppi=250), UNSTATED)

    assert found.ppi == 250


def test_a_comment_gives_way_to_the_sender() -> None:
    data = picture(small(), "WSQ").replace(b"PPI 500", b"PPI 255")

    found = read_picture(data, Stated(ppi=500))

    assert found.ppi == 500
    assert any("comment" in remark for remark in found.remarks)
