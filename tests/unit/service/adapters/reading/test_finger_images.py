"""Records of ISO/IEC 19794-4 of both editions, and files by their first bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.reading.print_files import read_print_file
from service.ports.print_reading import Stated
from tests.print_files import finger_images_2005, finger_images_2011, minutiae_2005, picture, small

GREY = small()
UNSTATED = Stated()
EDITIONS = [finger_images_2005, finger_images_2011]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("compression", [0, 5])
def test_an_image_keeps_its_pixels_and_its_finger(
    edition: Callable[..., bytes], compression: int
) -> None:
    data = GREY.tobytes() if compression == 0 else picture(GREY)

    (found,) = read_print_file(edition(data, GREY, compression=compression), UNSTATED).prints

    assert np.array_equal(found.pixels, GREY)
    assert found.position is FingerPosition.RIGHT_INDEX
    assert found.impression_type is ImpressionType.ROLLED
    assert found.ppi == 500


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_record_cut_short_or_lengthened_is_refused(edition: Callable[..., bytes]) -> None:
    record = edition(picture(GREY), GREY)

    for damaged in (record[:-1], record + b"x", record[:20]):
        with pytest.raises(UnreadablePrintError, match="lengths"):
            read_print_file(damaged, UNSTATED)


def test_minutiae_alone_are_a_file_too() -> None:
    found = read_print_file(minutiae_2005([(1, 10, 20, 64, 0)]), UNSTATED)

    assert found.prints == ()
    assert len(found.minutiae[0].minutiae) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_xml_is_refused_by_name(encoding: str) -> None:
    package = "<?xml version='1.0'?><itl:NISTBiometricInformationExchangePackage/>"
    with pytest.raises(UnreadablePrintError, match="XML"):
        read_print_file(package.encode(encoding), UNSTATED)
