"""Joins type-9 records to their images by the IDC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from domain.errors import InvalidMinutiaeError
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, pixels_a_cm
from service.adapters.reading import nist_minutiae
from service.adapters.reading.nist_records import (
    PartRefusedError,
    impression_of,
    needed_number,
    position_of,
)
from service.adapters.reading.nist_spots import Frame
from service.adapters.reading.slap_pictures import Cut
from service.ports.print_reading import MissingFinger, ReadPrint, RefusedPart


@dataclass(slots=True, eq=False)
class Images:
    """The images found so far in a transaction."""

    prints: list[ReadPrint] = field(default_factory=list)
    refused: list[RefusedPart] = field(default_factory=list)
    missing: list[MissingFinger] = field(default_factory=list)
    places: dict[int, list[int]] = field(default_factory=dict)
    """Indices into `prints`, by the IDC of the record."""

    def take(self, name: str, idc: int, cut: Cut) -> None:
        """Add the prints of a record."""
        self.refused += [RefusedPart(name, reason) for reason in cut.refused]
        for one in cut.prints:
            self.places.setdefault(idc, []).append(len(self.prints))
            self.prints.append(replace(one, part=name))


def idc_of(record: Any) -> int:
    """Return the information designation character (IDC), or -1 if a record states none."""
    return int(record.IDC) if record.type != 1 and str(record.IDC).isdigit() else -1


def join_minutiae(named: Iterable[tuple[str, Any]], images: Images) -> list[MinutiaeView]:
    """Join each type-9 record to the image that has the same IDC.

    Type-9 records that have no image are returned as views of their own.
    """
    views: list[MinutiaeView] = []
    for name, record in named:
        if record.type == 9:
            try:
                views += _joined(record, images)
            except PartRefusedError as error:
                images.refused.append(RefusedPart(name, str(error)))
    return views


def _joined(record: Any, images: Images) -> tuple[MinutiaeView, ...]:
    places = images.places.get(idc_of(record), [])
    if not places:
        return (_bare_view(record),)
    (place, *others) = places
    # A finger that was cut out lies elsewhere than its minutiae, which count from the slap.
    if others or images.prints[place].cut_from_slap:
        raise PartRefusedError(
            "The minutiae lie on an image of several fingers: send an image of just the finger "
            "they were marked on."
        )
    images.prints[place] = _with_marked(images.prints[place], record)
    return ()


def _with_marked(print_: ReadPrint, record: Any) -> ReadPrint:
    if print_.marked is not None:
        raise PartRefusedError("The image already has minutiae from another record.")
    height_px, width_px = print_.pixels.shape
    found = nist_minutiae.type_nine(record, Frame(width_px, height_px, print_.ppi))
    if not found.is_by_people:
        raise PartRefusedError(
            "The minutiae were found by a machine (field 9.005 or 9.350), so this "
            "service finds its own minutiae instead."
        )
    remarks = _on_minutiae(record, found, print_.position)
    return replace(print_, marked=found.features, remarks=(*print_.remarks, *remarks))


def _on_minutiae(
    record: Any, found: nist_minutiae.TypeNine, position: FingerPosition
) -> Iterator[str]:
    if found.left_out:
        yield (
            f"{found.left_out} marked minutiae are left out because they are outside the image "
            "or have no direction."
        )
    if unread := nist_minutiae.unread_features(record):
        fields = ", ".join(f"9.{tag:03}" for tag in unread)
        yield f"Other marked features are not read and not kept (fields {fields})."
    if nist_minutiae.finger_codes(record) not in ((), ("0",), (str(int(position)),)) and position:
        yield "The record of the minutiae names a different finger from the record of the image."


def _bare_view(record: Any) -> MinutiaeView:
    """Return minutiae whose image is not in the transaction. Raises PartRefusedError."""
    impression_type, _ = impression_of(needed_number(record, 3))
    codes = nist_minutiae.finger_codes(record)
    if len(codes) > 1 and impression_type is ImpressionType.LATENT:
        codes = ("0",)
    if len(codes) != 1 or not codes[0].isdigit():
        raise PartRefusedError(
            "The record does not give exactly one finger position (field 9.006, 9.134 or 9.302)."
        )
    found = nist_minutiae.type_nine(record, None)
    try:
        return MinutiaeView(
            position=position_of(int(codes[0]), impression_type),
            impression_type=impression_type,
            quality=None,
            width_px=found.frame.width_px,
            height_px=found.frame.height_px,
            minutiae=found.features.minutiae,
            pixels_per_cm=pixels_a_cm(found.frame.ppi),
        )
    except InvalidMinutiaeError as error:
        raise PartRefusedError(error.detail) from None
