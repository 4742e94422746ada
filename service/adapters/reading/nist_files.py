"""ANSI/NIST-ITL transactions in the traditional encoding: types 1, 2, 4, 9, 13 and 14.

The XML encoding (NIEM) is not supported. Runs in the child process.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from domain.errors import UnreadablePrintError
from service.adapters.reading import nist_images, nist_records
from service.adapters.reading.limits import MOST_PARTS
from service.adapters.reading.nist_joining import Images, idc_of, join_minutiae
from service.adapters.reading.slap_pictures import Cut
from service.ports.print_reading import PrintFile, RefusedPart, StatedPerson, Transaction

_BEGINNING = re.compile(rb"1\.0*1:\d{1,9}\x1d")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,200}")


def is_transaction(data: bytes) -> bool:
    """Whether the bytes begin like a transaction."""
    return _BEGINNING.match(data) is not None


def read_transaction(data: bytes) -> PrintFile:
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
    return PrintFile(
        prints=tuple(images.prints),
        minutiae=tuple(views),
        refused=(*images.refused, *doubts),
        missing=tuple(images.missing),
        person=person,
        transaction=Transaction(
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
    if len(records) > MOST_PARTS:
        raise UnreadablePrintError(
            f"The transaction has more than {MOST_PARTS} records: divide it."
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
            images.refused.append(RefusedPart(name, str(error)))
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
) -> tuple[StatedPerson, tuple[RefusedPart, ...]]:
    """Return the fields of the first type-2 record, by the field numbers of the FBI's EBTS.

    Each domain defines its own type-2 fields. The profiles of other domains are not known here.
    """
    named = ((name, one) for name, one in _named(records) if one.type == 2)
    name, second = next(named, ("", None))
    if second is None:
        return StatedPerson(), ()
    surname, _, forename = _clean(texts.of(second, 18)).partition(",")
    day = _DAY.fullmatch(texts.of(second, 22))
    sex = texts.of(second, 24)
    person = StatedPerson(
        surname=surname.strip(),
        forename=forename.strip(),
        date_of_birth="-".join(day.groups()) if day else "",
        sex=sex if sex in ("M", "F") else "",
    )
    if texts.is_readable(second, 18):
        return person, ()
    return person, (RefusedPart(name, nist_records.UNREADABLE_NAME),)


def _clean(text: str) -> str:
    return text if _TEXT.fullmatch(text) else ""
