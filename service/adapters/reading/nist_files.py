"""ANSI/NIST-ITL transactions in the traditional encoding: types 1, 2, 4, 9, 13 and 14.

The XML encoding (NIEM) is not supported. Type-9 records belong to the images with their IDC. Runs
in the child process.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from domain.errors import InvalidMinutiaeError, UnreadablePrintError
from domain.plain_text import holds_unseen
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, pixels_a_cm
from service.adapters.reading import nist_images, nist_minutiae, nist_records
from service.adapters.reading.nist_records import (
    Frame,
    PartRefusedError,
    impression_of,
    needed_number,
    position_of,
)
from service.adapters.reading.slap_pictures import Cut
from service.ports import print_reading


@dataclass(slots=True, eq=False)
class Images:
    """The images found so far in a transaction."""

    prints: list[print_reading.ReadPrint] = field(default_factory=list)
    refused: list[print_reading.RefusedPart] = field(default_factory=list)
    missing: list[print_reading.MissingFinger] = field(default_factory=list)
    places: dict[int, list[int]] = field(default_factory=dict)
    """Indices into `prints`, by the IDC of the record."""

    def take(self, name: str, idc: int, cut: Cut) -> None:
        """Add the prints of a record."""
        self.refused += [print_reading.RefusedPart(name, reason) for reason in cut.refused]
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
                images.refused.append(print_reading.RefusedPart(name, str(error)))
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


def _with_marked(print_: print_reading.ReadPrint, record: Any) -> print_reading.ReadPrint:
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


_BEGINNING = re.compile(rb"1\.0*1:\d{1,9}\x1d")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,200}")


def is_transaction(data: bytes) -> bool:
    """Whether the bytes begin like a transaction."""
    return _BEGINNING.match(data) is not None


def read_transaction(data: bytes) -> print_reading.PrintFile:
    """Return the prints, minutiae and person in a transaction.

    Raises UnreadablePrintError if the whole transaction is damaged. Parts that are not accepted
    are listed with the reason.
    """
    records = _records(data)
    first = records[0]
    texts = nist_records.Texts(nist_records.charset_of(first))
    images = _images(records, first)
    views = join_minutiae(_named(records), images)
    person, doubts = _person(records, texts)
    return print_reading.PrintFile(
        prints=tuple(images.prints),
        minutiae=tuple(views),
        refused=(*images.refused, *doubts),
        missing=tuple(images.missing),
        person=person,
        transaction=print_reading.Transaction(
            kind=_clean(texts.of(first, 4)),
            date=_clean(texts.of(first, 5)),
            control_number=_clean(texts.of(first, 9)),
            originator=_clean(texts.of(first, 8)),
        ),
    )


def _records(data: bytes) -> list[Any]:
    try:
        nistitl = import_module("nistitl")
    except ImportError:
        raise nist_records.missing_reader() from None
    message = nistitl.Message()
    try:
        message.parse(data)
        records = list(message)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the parser raises many kinds for damaged transactions
        raise UnreadablePrintError(
            "The transaction is damaged: the lengths or the list of its records are wrong. "
            "Export it again."
        ) from None
    if len(records) > print_reading.MOST_PARTS:
        raise UnreadablePrintError(
            f"The transaction has more than {print_reading.MOST_PARTS} records: divide it."
        )
    return records


def _images(records: list[Any], first: Any) -> Images:
    images = Images()
    for name, record in _named(records):
        if record.type == 14:
            gone = nist_images.missing_fingers(record, name)
            images.missing += gone
            if gone and not nist_images.has_image(record):
                continue
        try:
            images.take(name, idc_of(record), _images_of(record, first))
        except (nist_records.PartRefusedError, UnreadablePrintError) as error:
            images.refused.append(print_reading.RefusedPart(name, str(error)))
    return images


def _images_of(record: Any, first: Any) -> Cut:
    match record.type:
        case 4:
            native, nominal = (
                nist_images.ppi_of_mm(nist_records.text_of(first, tag)) for tag in (11, 12)
            )
            return nist_images.images_of_type_4(
                record.value, native_ppi=native, nominal_ppi=nominal
            )
        case 13 | 14:
            return nist_images.images_of_tagged(record)
        case 3 | 5 | 6:
            raise nist_records.PartRefusedError(
                "Images of types 3, 5 and 6 are too coarse, or only black and white: "
                "send type 4 or 14."
            )
        case 15:
            raise nist_records.PartRefusedError("Palm prints are not accepted.")
    return Cut(())


def _named(records: list[Any]) -> Iterator[tuple[str, Any]]:
    return ((f"record {at} (type {one.type})", one) for at, one in enumerate(records, 1))


def _person(
    records: list[Any], texts: nist_records.Texts
) -> tuple[print_reading.StatedPerson, tuple[print_reading.RefusedPart, ...]]:
    """Return the fields of the first type-2 record, by the field numbers of the FBI's EBTS.

    Each domain defines its own type-2 fields. The profiles of other domains are not known here.
    """
    named = ((name, one) for name, one in _named(records) if one.type == 2)
    name, second = next(named, ("", None))
    if second is None:
        return print_reading.StatedPerson(), ()
    said = texts.of(second, 18)
    surname, _, forename = _clean(said).partition(",")
    day = _DAY.fullmatch(texts.of(second, 22))
    sex = texts.of(second, 24)
    person = print_reading.StatedPerson(
        surname=surname.strip(),
        forename=forename.strip(),
        date_of_birth="-".join(day.groups()) if day else "",
        sex=sex if sex in ("M", "F") else "",
    )
    if not texts.is_readable(second, 18):
        return person, (print_reading.RefusedPart(name, nist_records.UNREADABLE_NAME),)
    if not _clean(said) and said:
        return person, (print_reading.RefusedPart(name, nist_records.UNFIT_NAME),)
    return person, ()


def _clean(text: str) -> str:
    return text if _TEXT.fullmatch(text) and not holds_unseen(text) else ""
