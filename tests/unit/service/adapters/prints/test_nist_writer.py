"""Transactions that are written are read by another library, and by our reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import nistitl
import numpy as np
import pytest

from domain.prints.minutiae import MarkedFeatures, Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.adapters.reading.nist_files import read_transaction
from service.ports.print_reading import CaptureMedium, ReadPrint
from service.usecases.print_desk import captured_image
from tests.print_files import small

HEADING = Heading("SRE", date(2026, 5, 4), "FORCE", "BUREAU", "A-2", answers="T-1")


def a_print(position: int = 2, medium: CaptureMedium = CaptureMedium.INK) -> ReadPrint:
    return ReadPrint(
        small(),
        ppi=500,
        is_ppi_stated=True,
        scanned_ppi=500,
        position=FingerPosition(position),
        impression_type=ImpressionType.ROLLED,
        medium=medium,
    )


def test_another_library_reads_heading_and_person() -> None:
    message = nistitl.Message()

    message.parse(transaction(HEADING, [(18, "SAMPLE,ÉVA\x1c"), (24, "F")]))

    assert (message[0].TOT, message[0].DAT, message[0].TCN) == ("SRE", "20260504", "A-2")
    assert message[0].TCR == "T-1"
    assert message[1][18].value == "SAMPLE,ÉVA?"


@pytest.mark.parametrize("medium", [CaptureMedium.INK, CaptureMedium.LIVE_SCAN])
def test_pictures_come_back_pixel_by_pixel(medium: CaptureMedium) -> None:
    sent = [
        SentImage(
            captured_image(a_print(position, medium)), ImpressionType.ROLLED, date(2026, 1, 2)
        )
        for position in (2, 7)
    ]

    found = read_transaction(transaction(HEADING, [], sent))

    assert found.refused == ()
    assert [int(one.position) for one in found.prints] == [2, 7]
    assert all(np.array_equal(one.pixels, small()) for one in found.prints)
    assert {one.medium for one in found.prints} == {medium}
    assert {one.impression_type for one in found.prints} == {ImpressionType.ROLLED}


def test_what_people_marked_comes_back_under_the_idc_of_its_image() -> None:
    marked = MarkedFeatures(
        (Minutia(20.0, 30.0, 1.0, MinutiaKind.BIFURCATION, 100),),
        region=((10.0, 10.0), (80.0, 10.0), (80.0, 70.0)),
        turned_degrees=-12,
        cores=((40.0, 41.0),),
        deltas=((60.0, 61.0),),
    )
    sent = [
        SentImage(captured_image(one), ImpressionType.LATENT, date(2026, 1, 2))
        for one in (
            a_print(2, CaptureMedium.MARK),
            replace(a_print(3, CaptureMedium.MARK), marked=marked),
        )
    ]

    data = transaction(HEADING, [], sent)

    message = nistitl.Message()
    message.parse(data)
    assert [record.type for record in message] == [1, 2, 13, 13, 9]
    assert message[4].IDC == message[3].IDC
    plain, again = read_transaction(data).prints
    assert plain.marked is None
    assert again.marked is not None
    (one,) = again.marked.minutiae
    assert (one.x_px, one.y_px) == pytest.approx((20, 30), abs=0.1)
    assert one.angle_rad == pytest.approx(1.0, abs=0.01)
    assert one.kind is MinutiaKind.BIFURCATION
    assert np.array(again.marked.region) == pytest.approx(np.array(marked.region), abs=0.1)
    assert again.marked.turned_degrees == -12
    assert again.marked.cores[0] == pytest.approx((40, 41), abs=0.1)
    assert again.marked.deltas[0] == pytest.approx((60, 61), abs=0.1)
