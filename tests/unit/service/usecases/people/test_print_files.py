"""What is said of prints that came as files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.prints.minutiae import MarkedFeatures
from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.isolation.frames import Frame
from service.adapters.prints.wire import file_frame, file_of
from service.ports.print_reading import MissingFinger, PictureDoubt, PrintFile, ReadPrint
from service.usecases.people.print_files import remarks_on_picture
from tests.print_files import small
from tests.unit.service.usecases.test_marked_minutiae import minutia

SOURCE = ReadPrint(
    small(), ppi=500, is_ppi_stated=True, scanned_ppi=500, impression_type=ImpressionType.PLAIN
)


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        (PictureDoubt.NO_PRINT, "No fingerprint was recognised"),
        (PictureDoubt.RIDGES_TOO_WIDE, "twice as many pixels per inch"),
        (PictureDoubt.RIDGES_TOO_CLOSE, "half as many pixels per inch"),
        (PictureDoubt.SEVERAL_FINGERS, "more than one finger"),
    ],
)
def test_a_doubt_is_a_sentence(doubt: PictureDoubt, words: str) -> None:
    (said,) = remarks_on_picture(replace(SOURCE, doubts=(doubt,)))

    assert words in said


def test_a_mark_is_doubted_by_its_scale_alone() -> None:
    mark = replace(SOURCE, doubts=tuple(PictureDoubt), impression_type=ImpressionType.LATENT)

    assert len(list(remarks_on_picture(mark))) == 2


def test_all_that_a_file_says_comes_through_the_process() -> None:
    marked = MarkedFeatures((minutia((10, 20)),), ((1.0, 2.0), (3.0, 2.0), (3.0, 5.0)), -4)
    one = replace(
        SOURCE, marked=marked, doubts=(PictureDoubt.NO_PRINT,), remarks=("It was turned.",)
    )
    gone = MissingFinger(FingerPosition.LEFT_RING, "record 4 (type 14)", is_amputated=True)
    sent = file_frame(PrintFile(prints=(one,), missing=(gone,)))

    found = file_of(Frame(sent.header, sent.blobs))

    (again,) = found.prints
    assert found.missing == (gone,)
    assert (again.doubts, again.remarks) == (one.doubts, one.remarks)
    assert again.marked is not None
    assert again.marked.told() == marked.told()
